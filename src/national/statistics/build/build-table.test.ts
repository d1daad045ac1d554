import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createReadStream } from 'node:fs'
import { openAnalytics } from '../../../core/analytics/index.ts'
import { readRows } from '../../../core/standards/ees/index.ts'
import { readStandards } from '../standards/index.ts'
import { readGeography } from '../declare/geography.ts'
import { readStatistics } from '../declare/read-statistics.ts'
import { auditFolder } from './audit-folder.ts'
import { buildTable, type BuiltTable } from './build-table.ts'
import { madePupils, type MadePupil } from './testing/made-pupils.ts'

const policyFolder = new URL('../../../../policy', import.meta.url).pathname
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-build-'))
const read = await readStatistics(policyFolder)
assert.ok(read.ok)
const statistics = read.value
const geography = await readGeography(policyFolder)
const standards = await readStandards(policyFolder)
const pupils = madePupils(4000, 11)
after(() => rm(folder, { recursive: true, force: true }))

const quoted = (value: string | number | null): string =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`

let built = 0
/** Builds a table over made pupils; `memory` and `threads` are the engine’s. */
async function build(
  name: string,
  {
    policy,
    memory = '512MB',
    threads = 2,
    of = pupils,
  }: { policy?: string; memory?: string; threads?: number; of?: readonly MadePupil[] } = {},
): Promise<{ readonly built: BuiltTable; readonly out: string }> {
  const analytics = await openAnalytics({ memory, threads, folders: [folder] })
  try {
    const [first] = of
    assert.ok(first)
    const columns = Object.keys(first) as (keyof MadePupil)[]
    const types = columns.map(
      (column) => `${column} ${typeof first[column] === 'number' ? 'BIGINT' : 'VARCHAR'}`,
    )
    await analytics.run(`CREATE TABLE school_census (${types.join(', ')})`)
    await analytics.run(
      `INSERT INTO school_census VALUES ${of.map((pupil) => `(${columns.map((column) => quoted(pupil[column])).join(', ')})`).join(', ')}`,
    )
    await analytics.run(
      'CREATE TABLE establishment (academic_year BIGINT, urn VARCHAR, name VARCHAR, laestab VARCHAR, phase VARCHAR)',
    )
    const schools = new Set(
      of.map(
        ({ academic_year, urn }) =>
          `(${String(academic_year)}, '${urn}', 'School ${urn}', '894${urn.slice(-4)}', 'PS')`,
      ),
    )
    await analytics.run(`INSERT INTO establishment VALUES ${[...schools].join(', ')}`)
    const table = statistics.tables.get(name)
    assert.ok(table)
    const other = policy === undefined ? undefined : statistics.policies.get(policy)
    const out = join(folder, `built-${String(built++)}`)
    const made = await buildTable({
      table,
      ...(other && { policy: other }),
      source: {
        analytics,
        versions: [{ dataset: 'school_census', period: '2025', version: '1', manifest: 'a'.repeat(64) }],
      },
      geography,
      standards,
      out,
      secret: new Uint8Array(32).fill(7),
      engine: 'test',
      gatehouse: 'test',
    })
    return { built: made, out }
  } finally {
    analytics.close()
  }
}

async function rowsOf(out: string, name: string): Promise<readonly Record<string, string>[]> {
  const rows: Record<string, string>[] = []
  let header: readonly string[] | null = null
  for await (const portion of readRows(createReadStream(join(out, `${name}.csv`))))
    for (const cells of portion.rows) {
      if (header === null) header = cells
      else rows.push(Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])))
    }
  return rows
}

describe('a table of the holdings', () => {
  it('counts what a plain count of the same pupils counts', async () => {
    const { out } = await build('pupils_by_characteristics')
    const rows = await rowsOf(out, 'pupils_by_characteristics')
    const items = { F: 'Female', M: 'Male' } as Record<string, string>
    let counted = 0
    for (const row of rows) {
      if (
        row['ethnicity_major'] !== 'Total' ||
        row['sen_provision'] !== 'All pupils' ||
        row['first_language'] !== 'Total'
      )
        continue
      const mine = pupils.filter(
        (pupil) =>
          pupil.on_roll === 1 &&
          pupil.record_status < 100 &&
          `${String(pupil.academic_year - 1)}${String(pupil.academic_year % 100)}` === row['time_period'] &&
          (row['geographic_level'] === 'National' ||
            (row['geographic_level'] === 'Regional' &&
              geography.authority(pupil.la_code, 2025)?.regionCode === row['region_code']) ||
            (row['geographic_level'] === 'Local authority' && pupil.la_code === row['old_la_code']) ||
            (row['geographic_level'] === 'School' && pupil.urn === row['school_urn'])) &&
          (row['sex'] === 'Total' || (items[pupil.sex ?? ''] ?? 'Unknown') === row['sex']) &&
          (row['fsm_status'] === 'Total' ||
            (pupil.fsm_eligible === 1
              ? 'Known to be eligible'
              : pupil.fsm_eligible === 0
                ? 'Not known to be eligible'
                : 'Unknown') === row['fsm_status']),
      )
      assert.equal(row['headcount'], String(mine.length), JSON.stringify(row))
      counted++
    }
    assert.ok(counted > 100 && rows.some((row) => row['geographic_level'] === 'School'))
  })

  it('makes percentages of exact counts, halves away from zero', async () => {
    for (const row of await rowsOf((await build('free_school_meals')).out, 'free_school_meals')) {
      const [part, whole] = [Number(row['fsm_count']), Number(row['headcount'])]
      assert.equal(row['fsm_percent'], whole === 0 ? 'z' : percent(part, whole))
    }
  })

  it('is the same to the byte with little memory and one thread', async () => {
    const [one, other] = [
      await build('pupils_by_age_and_sex'),
      await build('pupils_by_age_and_sex', { memory: '128MB', threads: 1, of: [...pupils].reverse() }),
    ]
    assert.equal(one.built.digest, other.built.digest)
    for (const file of one.built.files)
      assert.equal(
        await readFile(join(one.out, file), 'utf8'),
        await readFile(join(other.out, file), 'utf8'),
        file,
      )
  })

  it('hides what is confidential and what would give it away, as an audit of the published files shows', async () => {
    const { built: made, out } = await build('special_educational_needs', { policy: 'threshold-5' })
    assert.ok(made.safe, JSON.stringify(made))
    assert.ok(made.confidential > 0 && made.secondary > 0)
    const rows = await rowsOf(out, 'special_educational_needs')
    for (const row of rows) {
      assert.ok(!['1', '2', '3', '4'].includes(row['headcount'] ?? ''))
      if (row['headcount'] === 'c') assert.equal(row['ehcp_percent'], 'c')
      if (row['ehcp_count'] === 'c') assert.equal(row['ehcp_percent'], 'c')
      const [count, of] = [Number(row['ehcp_count']), Number(row['headcount'])]
      assert.ok(Number.isNaN(count) || count === 0 || count >= 5)
      assert.ok(
        [count, of].some(Number.isNaN) || of === count || of - count >= 5,
        'those left over are protected too',
      )
    }
    const audited = await auditFolder(out)
    assert.ok(
      audited.solved && audited.safe,
      JSON.stringify(audited.intervals.filter(({ safe }) => !safe).slice(0, 3)),
    )
    assert.ok(audited.intervals.length >= made.confidential)
  })

  it('is found unsafe by the audit once one hidden figure is shown', async () => {
    const few = pupils.slice(0, 900)
    const { out } = await build('pupils_by_age_and_sex', { policy: 'threshold-5', of: few })
    const path = join(out, 'pupils_by_age_and_sex.csv')
    const lines = (await readFile(path, 'utf8')).split('\r\n')
    const truth = await rowsOf(
      (await build('pupils_by_age_and_sex', { of: few })).out,
      'pupils_by_age_and_sex',
    )
    const columns = (lines[0] ?? '').split(',')
    const place = columns.indexOf('headcount')
    const hidden = truth.flatMap((row, i) =>
      Number(row['headcount']) >= 5 && lines[i + 1]?.split(',')[place] === 'c' ? [i] : [],
    )
    let unsafe = 0
    for (const i of hidden.slice(0, 6)) {
      const cells = (lines[i + 1] ?? '').split(',')
      cells[place] = truth[i]?.['headcount'] ?? ''
      await writeFile(path, lines.with(i + 1, cells.join(',')).join('\r\n'))
      if (!(await auditFolder(out)).safe) unsafe++
    }
    assert.ok(unsafe > 0)
  })

  it('has the same noise for the same people in every table, and zero stays zero', async () => {
    const [a, b] = [
      await build('pupils_by_characteristics', { policy: 'cell-key' }),
      await build('pupils_by_age_and_sex', { policy: 'cell-key' }),
    ]
    const plain = await rowsOf((await build('pupils_by_characteristics')).out, 'pupils_by_characteristics')
    const noisy = await rowsOf(a.out, 'pupils_by_characteristics')
    const other = await rowsOf(b.out, 'pupils_by_age_and_sex')
    const whole = (rows: readonly Record<string, string>[]): string | undefined =>
      rows.find(
        (row) =>
          row['geographic_level'] === 'National' &&
          row['sex'] === 'Female' &&
          (row['fsm_status'] ?? 'Total') === 'Total' &&
          (row['age'] ?? 'Total') === 'Total',
      )?.['headcount']
    assert.equal(whole(noisy), whole(other))
    let changed = 0
    plain.forEach((row, i) => {
      const [was, is] = [Number(row['headcount']), Number(noisy[i]?.['headcount'])]
      assert.ok(Math.abs(was - is) <= 2 && (was > 0 || is === 0), JSON.stringify([row, noisy[i]]))
      if (was !== is) changed++
    })
    assert.ok(changed > 10)
  })

  it('sums the rounded where counts are redacted and rounded', async () => {
    const { out } = await build('pupils_by_age_and_sex', { policy: 'redact-7-round-5' })
    for (const row of await rowsOf(out, 'pupils_by_age_and_sex')) {
      const count = row['headcount'] ?? ''
      assert.ok(count === 'c' || Number(count) % 5 === 0, count)
    }
  })
})

function percent(part: number, whole: number): string {
  const scaled = (BigInt(part) * 100n * 100_000n * 2n + BigInt(whole)) / (2n * BigInt(whole))
  const digits = scaled.toString().padStart(6, '0')
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`
}
