// The log as this server hands it out, read by the stand-alone verifier as a stranger would: by its address alone.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { addNotices, addRelease, ledgerAt, newTestLedger, pupilA } from '../../../test/support/ledger.ts'
import { openStore } from '../../core/store/index.ts'
import type { RequestEnv } from '../index.ts'
import { logFiles, openToAnySite } from './log-files.ts'
import { securityHeaders } from './security-headers.ts'

const store = await openStore({ folder: 'memory' }) // the files are the same on every engine
after(() => store.close())
const home = mkdtempSync(join(tmpdir(), 'gatehouse-log-files-'))
after(() => rmSync(home, { recursive: true }))
const t = await newTestLedger(store, '410001', home)

const app = new Hono<RequestEnv>()
app.use('/log/*', openToAnySite)
app.use(securityHeaders(false))
app.route('/log', logFiles(t.folder))
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
await once(server, 'listening')
after(() => server.close())
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`

/** What a stranger runs, in a process of its own. */
async function verify(...args: string[]): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('../../../verify/verify.mjs', import.meta.url)),
    ...args,
  ])
  let text = ''
  child.stdout.on('data', (part: Buffer) => (text += part.toString()))
  child.stderr.on('data', (part: Buffer) => (text += part.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, text }
}

describe('the log over HTTP', () => {
  it('is verified from its address alone, before and after it grows past a tile', async () => {
    const index = await addRelease(t)
    await addNotices(t, 9)
    await t.ledger.publish(ledgerAt)
    const first = await verify(address)
    assert.equal(first.status, 0, first.text)
    assert.match(first.text, /GOOD/)
    const checkpoint = join(home, 'old-checkpoint')
    writeFileSync(checkpoint, await (await fetch(`${address}/checkpoint`)).text())

    await addNotices(t, 250)
    await t.ledger.publish(ledgerAt)
    const receipt = join(home, 'r.tlog-proof')
    writeFileSync(receipt, await t.ledger.receipt(index, { at: ledgerAt, pupilId: pupilA }))
    const second = await verify(address, '--old', checkpoint, '--receipt', receipt)
    assert.equal(second.status, 0, second.text)
    assert.match(second.text, /260 entries/)
  })

  it('gives each file the type and caching of its kind, to any site', async () => {
    const expected = {
      checkpoint: ['text/plain; charset=utf-8', 'public, max-age=2'],
      policy: ['text/plain; charset=utf-8', 'public, max-age=300'],
      'tile/0/000': ['application/octet-stream', 'public, max-age=31536000, immutable'],
      'tile/1/000.p/1': ['application/octet-stream', 'public, max-age=31536000, immutable'],
      'tile/entries/001.p/4': ['application/octet-stream', 'public, max-age=31536000, immutable'],
    }
    for (const [path, [type, caching]] of Object.entries(expected)) {
      for (const method of ['GET', 'HEAD']) {
        const response = await fetch(`${address}/${path}`, { method })
        assert.equal(response.status, 200, path)
        assert.equal(response.headers.get('content-type'), type, path)
        assert.equal(response.headers.get('cache-control'), caching, path)
        assert.equal(response.headers.get('access-control-allow-origin'), '*', path)
        assert.equal(response.headers.get('cross-origin-resource-policy'), 'cross-origin', path)
      }
    }
  })

  it('lets nobody keep the answer that there is no such file: it may be there in a moment', async () => {
    for (const path of ['tile/0/001.p/9', 'tile/entries/x001/000', '.unfinished/x', 'ledger.key']) {
      const response = await fetch(`${address}/${path}`)
      assert.equal(response.status, 404, path)
      assert.equal(response.headers.get('cache-control'), 'no-store', path)
    }
  })
})
