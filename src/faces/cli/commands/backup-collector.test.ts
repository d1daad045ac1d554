import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openCollector, operator, receiveReturn } from '../../../national/collect/index.ts'
import { asBytes, censusMessage } from '../../../national/collect/testing/census-message.ts'
import { openSettingsStore } from '../../../open-settings-store.ts'
import { runGatehouse } from '../testing/run-gatehouse.ts'

const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-cli-backup-collector-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const [home, folder, target, out] = ['home', 'backup', 'target', 'out'].map((name) =>
  join(scratch, name),
) as [string, string, string, string]
const at = new Date('2026-10-20T09:00:00Z')
const messages = ['100001', '100002', '100003'].map((urn) => [urn, censusMessage({ urn })] as const)
const filesBelow = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()

describe('a backup of a collector', () => {
  const ids: string[] = []

  it('has every return that stands, one that waits for validation as well, and nothing unfinished', async () => {
    const store = await openSettingsStore({ home, databaseUrl: undefined })
    let fails = false
    const collector = await openCollector({
      store,
      home,
      policyFolder: 'policy',
      origin: 'http://localhost',
      step: (name) => {
        if (fails && name === 'rules') throw new Error('the machine stops here')
      },
    })
    for (const [urn, text] of messages) {
      fails = urn === '100003'
      const receive = receiveReturn(collector, operator('test'), { name: urn, open: asBytes(text) }, at)
      if (fails) await assert.rejects(receive, /stops here/)
      else {
        const received = await receive
        assert.ok(received.ok)
        ids.push(received.value.return)
      }
    }
    await store.close()
    const incoming = join(home, 'collected', '.incoming')
    const [waiting = ''] = readdirSync(incoming)
    ids.push(waiting)
    for (const name of ['half', 'spool-x']) {
      mkdirSync(join(incoming, name))
      writeFileSync(join(incoming, name, 'received.age'), 'half a file')
    }
    mkdirSync(join(home, 'collected', 'school-census', '2026', 'AUT', 'nobodys'))
    writeFileSync(join(home, 'collected', 'school-census', '2026', 'AUT', 'nobodys', 'pupil.parquet'), 'x')

    const made = await runGatehouse(home, ['backup', folder, '--json'])
    assert.equal(made.code, 0, made.err)
    const files = filesBelow(join(folder, 'home', 'collected'))
    assert.ok(files.every((file) => ids.some((id) => file.startsWith(`school-census/2026/AUT/${id}/`))))
    assert.deepEqual(
      files.filter((file) => file.includes(waiting)),
      [`school-census/2026/AUT/${waiting}/received.age`],
    )
    assert.ok(files.filter((file) => file.endsWith('pupil.parquet')).length === 2)
  })

  it('brings it back whole: it goes on with what waited, and has every byte that came', async () => {
    const made = await runGatehouse(target, ['restore', folder, '--json'])
    assert.equal(made.code, 0, made.out)
    assert.deepEqual(
      readFileSync(join(target, 'keys', 'collector.key')),
      readFileSync(join(home, 'keys', 'collector.key')),
    )
    const resumed = await runGatehouse(target, ['collect', 'resume', '--json'])
    assert.deepEqual(JSON.parse(resumed.out), { validated: [ids[2]], stuck: [], cleared: 0 })
    const exported = await runGatehouse(target, ['collect', 'export', ...ids, '--out', out, '--json'])
    assert.equal(exported.code, 0, exported.out)
    for (const [urn, text] of messages) {
      const own = join(out, `894-${urn}-school-census-2026-AUT-1`)
      assert.equal(readFileSync(join(own, 'message.xml'), 'utf8'), text)
      assert.ok(readdirSync(own).includes('pupil.csv'))
    }
  })
})
