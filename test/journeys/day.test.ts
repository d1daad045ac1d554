import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

// A school's day from end to end by the command, as a newcomer would: real files, real transports, one separate verifier.

const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-day-'))
const day = join(scratch, 'day')

interface Line {
  id: string
  outcome: string
  permittedPupils: number
  withheldPupils: number
  items: string[]
  file: string | null
  sha256: string | null
  ledgerIndex: number | null
  files: { file: string; sha256: string; ledgerIndex: number }[]
}
interface Report {
  recipients: Line[]
  ledger: { origin: string; size: number; root: string }
  notice: { version: number; drift: string[] }
}

function gatehouse(args: readonly string[], more: Record<string, string> = {}) {
  const env: NodeJS.ProcessEnv = { ...process.env, GATEHOUSE_HOME: day, ...more }
  delete env['DATABASE_URL']
  delete env['NODE_TEST_CONTEXT']
  return spawnSync(process.execPath, ['bin/gatehouse.ts', ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  })
}

let report: Report
const lineOf = (id: string): Line => {
  const line = report.recipients.find((each) => each.id === id)
  assert.ok(line, `${id} is not in the report`)
  return line
}
const fileOf = (id: string): string => readFileSync(join(day, lineOf(id).file ?? 'missing'), 'utf8')
const pupils = (): string[][] =>
  readFileSync(join(day, 'world/bromcom/pupils.csv'), 'utf8')
    .split(/\r?\n/)
    .map((line) => line.split(','))
const cellOf = (misId: string, header: string): string => {
  const [head = [], ...rows] = pupils()
  const row = rows.find((cells) => cells[head.indexOf('StudentId')]?.trim() === misId)
  return row?.[head.indexOf(header)]?.trim().replaceAll('"', '') ?? ''
}

describe('the demonstration’s day', () => {
  before(() => {
    const run = gatehouse(['demo', '--out', day, '--json'])
    assert.equal(run.status, 0, run.stderr)
    report = JSON.parse(run.stdout) as Report
  })
  after(() => rmSync(scratch, { recursive: true, force: true }))

  it('reports every entry of the notice, and the notice is true', () => {
    const [, ids = ''] = /^sections:([\s\S]*)/m.exec(readFileSync('policy/notice.yaml', 'utf8')) ?? []
    const named = [...ids.matchAll(/\bid: ([a-z-]+), label/g)].map((match) => match[1] ?? '')
    assert.ok(named.length >= 27)
    for (const id of named) lineOf(id)
    assert.deepEqual(report.notice, { version: 1, drift: [] })
  })

  it('leaves each delivered file with the bytes that were released', () => {
    const released = report.recipients.filter(({ outcome }) => outcome === 'released')
    assert.ok(released.length >= 12)
    for (const { file, sha256, ledgerIndex, files } of released)
      assert.deepEqual(files[0], { file, sha256, ledgerIndex })
    for (const { file, sha256, ledgerIndex } of released.flatMap(({ files }) => files)) {
      assert.equal(
        createHash('sha256')
          .update(readFileSync(join(day, file)))
          .digest('hex'),
        sha256,
      )
      assert.ok(ledgerIndex < report.ledger.size)
    }
    const transfers = lineOf('educators-and-examining-bodies')
    assert.ok(transfers.files.length > 1, 'a transfer file for each destination')
    assert.ok(transfers.permittedPupils >= transfers.files.length)
  })

  it('told again, says what the day did and does nothing', () => {
    const run = gatehouse(['demo', '--out', day, '--json'])
    assert.equal(run.status, 0, run.stderr)
    assert.deepEqual(JSON.parse(run.stdout), report)
  })

  it('sends encrypted files to those who take them by SFTP or HTTPS', () => {
    for (const id of ['cpoms', 'nationwide', 'local-authority']) {
      const sent = readdirSync(join(day, 'outbox', id)).filter((name) => name.endsWith('.age'))
      assert.equal(sent.length, 1, id)
      assert.match(readFileSync(join(day, 'outbox', id, sent[0]!), 'latin1'), /^age-encryption\.org\/v1\n/)
    }
  })

  it('keeps the withdrawn consent, the objection and the protected address', () => {
    const named = (id: string, misId: string): boolean =>
      fileOf(id)
        .split('\r\n')
        .some(
          (line) =>
            line.includes(cellOf(misId, 'FirstName')) && line.includes(cellOf(misId, 'TutorGroupName')),
        )
    assert.ok(named('cpoms', '1007') && !named('classdojo', '1007'), 'the withdrawn consent')
    assert.ok(named('cpoms', '1009') && !named('times-tables-rock-stars', '1009'), 'the upheld objection')
    assert.equal(lineOf('ed-arcade').outcome, 'refused')
    assert.equal(lineOf('otrack').outcome, 'held')
  })

  it('sends the pupil number to nobody who may not have it', () => {
    const upns = pupils()
      .slice(1)
      .map((cells) =>
        cells
          .map((cell) => cell.trim().replaceAll('"', ''))
          .find((cell) => /^[A-Z]\d{11}[\dA-Z]$/.test(cell)),
      )
    const known = upns.filter((upn) => upn !== undefined)
    assert.ok(known.length > 300)
    for (const id of [
      'nationwide',
      'classdojo',
      'times-tables-rock-stars',
      'oxford-reading-buddy',
      'inventry',
      'primarysite',
    ]) {
      const text = fileOf(id)
      assert.ok(!known.some((upn) => text.includes(upn)), `${id} holds a pupil number`)
    }
  })

  const nodes = [process.execPath, '/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path))
  for (const node of nodes) {
    it(`verifies by the stand-alone program on ${node === process.execPath ? 'this Node' : 'the system’s Node'}`, () => {
      const run = spawnSync(node, ['verify/verify.mjs', join(day, 'log'), '--json'], { encoding: 'utf8' })
      assert.equal(run.status, 0, run.stdout + run.stderr)
    })
  }

  it('stores no pupil’s name in the log', () => {
    const entries = readdirSync(join(day, 'log/tile/entries'), { recursive: true, encoding: 'utf8' })
      .map((name) => join(day, 'log/tile/entries', name))
      .filter((path) => /\/\d+$/.test(path))
      .map((path) => readFileSync(path, 'latin1'))
      .join('')
    assert.match(entries, /release\/v1/)
    for (const misId of ['1007', '1008', '1009']) assert.ok(!entries.includes(cellOf(misId, 'LastName')))
  })

  // The guides' examples: each command, and words that its answer holds.
  for (const guide of ['docs/guide/office.md', 'docs/guide/dpo.md']) {
    for (const [, command = '', expected = ''] of readFileSync(guide, 'utf8').matchAll(
      /```console\n\$ gatehouse ([^\n]+)\n([\s\S]*?)```/g,
    )) {
      it(`${guide}: gatehouse ${command}`, () => {
        const run = gatehouse(command.replace('day/', `${day}/`).split(' '))
        assert.ok([0, 3].includes(run.status ?? -1), run.stderr)
        for (const words of expected.trim().split('\n')) {
          assert.ok(
            (run.stdout + run.stderr).includes(words),
            `“${words}” is not in:\n${run.stdout}${run.stderr}`,
          )
        }
      })
    }
  }

  it('refuses a second process on the same folder by naming the holder', async () => {
    const { lockFolder } = await import('../../src/core/store/lock.ts')
    const unlock = lockFolder(join(day, 'store'))
    try {
      const run = gatehouse(['decide', '--recipient', 'otrack'])
      assert.equal(run.status, 6)
      assert.match(run.stderr, new RegExp(`Process ${process.pid} `))
    } finally {
      unlock()
    }
  })
})
