import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fromSystemError } from './system-error.ts'
import { runGatehouse, type Ran } from './testing/run-gatehouse.ts'

// What keeps a server from starting is told in plain sentences, with what to do, and never by a stack trace.

const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-starts-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const home = join(scratch, 'home')

const plain = (ran: Ran, code: number, what: RegExp): void => {
  assert.equal(ran.code, code, ran.err)
  assert.equal(ran.out, '')
  assert.match(ran.err, what)
  assert.match(ran.err, /What to do: /)
  assert.doesNotMatch(ran.err, /^\s+at |node:internal|fault of the software/m)
}

for (const command of ['serve', 'start']) {
  describe(`gatehouse ${command}`, () => {
    it('says that the port is taken, before it does anything else', async () => {
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, resolve))
      try {
        const { port } = other.address() as AddressInfo
        const ran = await runGatehouse(home, [command], { env: { PORT: String(port) } })
        plain(ran, 9, new RegExp(`Another program listens[\\s\\S]*port ${port}`))
      } finally {
        other.close()
      }
    })

    it('says that the data folder can’t be one', async () => {
      const file = join(scratch, `${command}-file`)
      writeFileSync(file, '')
      plain(
        await runGatehouse(join(file, 'home'), [command], { env: { PORT: '0' } }),
        9,
        /file lies where a folder/,
      )
    })

    it('says that the database does not answer, and leaves out the password', async () => {
      const env = { PORT: '0', DATABASE_URL: 'postgres://ann:s3cret@127.0.0.1:1/school' }
      const ran = await runGatehouse(home, [command], { env })
      plain(ran, 9, /can’t be reached[\s\S]*127\.0\.0\.1:1[\s\S]*Nothing listens/)
      assert.doesNotMatch(ran.err, /s3cret/)
    })
  })
}

describe('gatehouse serve', () => {
  it('says that there is no school yet', async () => {
    plain(await runGatehouse(home, ['serve'], { env: { PORT: '0' } }), 5, /no school in this store yet/)
  })

  it('says that the disk is full instead of standing still', async (t) => {
    const small = join(scratch, 'small')
    mkdirSync(small)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', small]).status !== 0) {
      t.skip('needs the right to mount a small disk')
      return
    }
    try {
      plain(
        await runGatehouse(join(small, 'home'), ['serve'], { env: { PORT: '0' } }),
        9,
        /disk[\s\S]* is full/,
      )
    } finally {
      spawnSync('umount', [small])
    }
  })
})

describe('what the machine refuses', () => {
  const refused = (code: string, more: object = {}): Error =>
    Object.assign(new Error(`${code}: not for people`), { code, syscall: 'open', ...more })

  it('is told in plain words, each with what to do', () => {
    for (const code of [
      'EADDRINUSE',
      'EACCES',
      'EPERM',
      'EROFS',
      'ENOSPC',
      'EDQUOT',
      'ENOTDIR',
      'EMFILE',
      'EIO',
    ]) {
      const told = fromSystemError(refused(code, { path: '/srv/gatehouse' }))
      assert.ok(told?.todo, code)
      assert.doesNotMatch(told.explain(), /not for people|E[A-Z]{4,}:/)
    }
    assert.match(fromSystemError(refused('EACCES', { port: 80 }))?.todo ?? '', /PORT/)
  })

  it('is a fault when it is anything else', () => {
    assert.equal(fromSystemError(refused('EBADF')), undefined)
    assert.equal(fromSystemError(new TypeError('x')), undefined)
    assert.equal(fromSystemError(Object.assign(new Error('x'), { code: 'EACCES' })), undefined)
  })
})
