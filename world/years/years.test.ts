import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { parse } from 'csv-parse/sync'
import { openTestStore } from '../../test/support/store.ts'
import { openAnalytics, type AnalyticsRow } from '../../src/core/analytics/index.ts'
import {
  asCollector,
  findingsOf,
  findReturn,
  readSources,
  receiveMany,
  type Delivery,
  type ReceivedReturn,
} from '../../src/national/collect/index.ts'
import { testCollector, testTime, theOperator } from '../../src/national/collect/testing/test-collector.ts'
import type { Row } from '../data.ts'
import { writeYears } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-years-'))
after(() => rm(folder, { recursive: true }))
const options = { schools: 6, from: 2024, to: 2024, nextAutumn: true, faulty: 0.4 }
const written = await writeYears(folder, options)
const table = async (name: string): Promise<Row[]> =>
  parse(await readFile(join(folder, name), 'utf8'), { columns: true })
const [people, counts, faults, events] = await Promise.all(
  ['people', 'counts', 'faults', 'events'].map((name) => table(`truth/${name}.csv`)),
)

const store = await openTestStore()
const register = await readSources(createReadStream(join(folder, 'sources.csv')) as AsyncIterable<Uint8Array>)
const collector = await testCollector(store, register)
const returns = written.files.filter((name) => name.startsWith('returns/'))
const deliveries: readonly Delivery[] = returns.map((name) => ({
  name: join(folder, name),
  open: () => createReadStream(join(folder, name)) as AsyncIterable<Uint8Array>,
}))
const received = new Map<string, ReceivedReturn>()
for await (const { name, result } of receiveMany(collector, theOperator, deliveries, () => testTime)) {
  assert.ok(result.ok, `${basename(name)}: ${JSON.stringify(result)}`)
  received.set(basename(name), result.value)
}
const fileOf = (file: string, records: string): string => {
  const { round, return: id } = received.get(file) ?? assert.fail(file)
  const place = [round.collection, String(round.year), round.term, id, `${records}.parquet`]
  return `'${join(collector.home, 'collected', ...place)}'`
}
const rowsOf = async (sql: string): Promise<readonly AnalyticsRow[]> => {
  const analytics = await openAnalytics({ folders: [collector.home] })
  try {
    return await analytics.rows(sql)
  } finally {
    analytics.close()
  }
}
const allOf = (files: readonly string[], records: string): string =>
  `read_parquet([${files.map((file) => fileOf(file, records)).join(', ')}])`

describe('world years', () => {
  it('writes every round of a year and the autumn after it', () => {
    const rounds = [...new Set(returns.map((name) => name.split('/')[1]))].sort()
    assert.deepEqual(rounds, [
      '2023-10-05-school-census-AUT',
      '2024-01-18-school-census-SPR',
      '2024-03-31-children-in-need-YEAR',
      '2024-05-16-school-census-SUM',
      '2024-06-10-phonics-YEAR',
      '2024-07-09-key-stage-2-YEAR',
      '2024-08-22-gcse-JUN',
      '2024-10-03-school-census-AUT',
    ])
  })

  it('is taken in by a collector whole, with no error that was not planted', async () => {
    assert.equal(received.size, returns.length)
    const found: string[] = []
    for (const [file, { return: id }] of received)
      for (const { severity, rule, table: where, ordinal } of await asCollector(collector).read(async (tx) =>
        findingsOf(tx, await findReturn(tx, id)),
      ))
        if (severity === 'error') found.push(`${file} ${rule} ${where ?? ''} ${String(ordinal)}`)
    const planted = faults?.map((row) => `${row['file']} ${row['rule']} ${row['table']} ${row['ordinal']}`)
    assert.ok((planted?.length ?? 0) > 5)
    assert.deepEqual(found.sort(), planted?.sort())
  })

  it('names each record as the collector numbers it, and every record', async () => {
    const byFile = Map.groupBy(people ?? [], (row) => row['file'] ?? '')
    assert.equal(byFile.size, returns.length)
    for (const [file, truth] of byFile) {
      const records = truth[0]?.['table'] ?? ''
      const rows = await rowsOf(`SELECT n FROM ${fileOf(file, records)} ORDER BY n`)
      assert.deepEqual(
        truth.map((row) => Number(row['n'])),
        rows.map((row) => Number(row['n'])),
        file,
      )
    }
    assert.equal(new Set(people?.map((row) => row['record'])).size, written.records)
  })

  it('tells whose number a record has, but where a mark says that it is wrong', async () => {
    const wrong = /wrong-number|number-missing/
    const whose = new Map<string, string>()
    for (const [file, truth] of Map.groupBy(people ?? [], (row) => row['file'] ?? '')) {
      const records = truth[0]?.['table'] ?? ''
      if (!['pupil', 'result', 'check'].includes(records) || file.startsWith('GCSE')) continue
      const spoilt = new Set(faults?.filter((row) => row['file'] === file).map((row) => row['pupil']))
      const rows = await rowsOf(`SELECT upn FROM ${fileOf(file, records)} ORDER BY n`)
      for (const [i, { person, marks, ordinal }] of truth.entries()) {
        const upn = rows[i]?.['upn']
        if (typeof upn !== 'string' || wrong.test(marks ?? '') || spoilt.has(ordinal ?? '')) continue
        assert.equal(whose.get(upn) ?? person, person)
        whose.set(upn, person ?? '')
      }
    }
    assert.ok(whose.size > 1000)
  })

  it('adds up: what the counts promise is in the files', async () => {
    const files = returns.filter((name) => name.includes('2024-01-18')).map((name) => basename(name))
    const count = (measure: string, group = ''): number =>
      Number(
        counts?.find(
          (row) =>
            row['collection'] === 'school-census' &&
            row['term'] === 'SPR' &&
            row['school'] === 'all' &&
            row['measure'] === measure &&
            row['group'] === group,
        )?.['value'] ?? 0,
      )
    const [row] = await rowsOf(`
      WITH pupil AS (SELECT * FROM ${allOf(files, 'pupil')}),
        meals AS (SELECT DISTINCT return_id, parent FROM ${allOf(files, 'freeMealPeriod')}),
        session AS (SELECT * FROM ${allOf(files, 'session')})
      SELECT count(*) AS records, count(*) FILTER ("onRoll" = 'true') AS present,
        count(*) FILTER ("onRoll" = 'true' AND "sex" = 'F') AS girls,
        count(*) FILTER ("onRoll" = 'true' AND "ncYear" = '6') AS six,
        count(*) FILTER ("onRoll" = 'true' AND meals.parent IS NOT NULL) AS meals,
        (SELECT sum(CAST(sessions AS INTEGER)) FROM session WHERE code IN ('I', 'M', 'C', 'R')) AS authorised
      FROM pupil LEFT JOIN meals ON meals.return_id = pupil.return_id AND meals.parent = pupil.n`)
    const near = (found: unknown, told: number): void => {
      // A planted fault may take a value away.
      assert.ok(
        Math.abs(Number(found) - told) <= (faults?.length ?? 0),
        `${String(found)} and ${String(told)}`,
      )
    }
    assert.equal(Number(row?.['records']), count('records'))
    assert.equal(Number(row?.['present']), count('on-roll'))
    near(row?.['girls'], count('pupils-by-sex', 'F'))
    near(row?.['six'], count('pupils-by-year-group', '6'))
    near(row?.['meals'], count('free-meals'))
    assert.ok(Number(row?.['authorised']) > 0.8 * count('sessions-authorised'))
    for (const measure of ['pupils', 'free-meals', 'sessions-possible', 'sen-K']) {
      const own = (counts ?? []).filter((each) => each['term'] === 'SPR' && each['measure'] === measure)
      const sum = own
        .filter((each) => each['school'] !== 'all')
        .reduce((all, each) => all + Number(each['value']), 0)
      assert.equal(sum, count(measure))
    }
    assert.equal(events?.length, written.events)
  })

  it('has shapes: pupils eligible for free meals miss more and reach less', async () => {
    const files = returns.filter((name) => name.includes('2024-01-18')).map((name) => basename(name))
    const [row] = await rowsOf(`
      WITH absent AS (SELECT return_id, parent, sum(CAST(sessions AS INTEGER)) AS missed FROM ${allOf(files, 'session')} WHERE code IN ('I', 'M', 'C', 'R', 'G', 'O', 'U', 'N') GROUP BY ALL),
        meals AS (SELECT DISTINCT return_id, parent FROM ${allOf(files, 'freeMealPeriod')}),
        pupil AS (SELECT pupil.*, coalesce(missed, 0) AS missed, meals.parent IS NOT NULL AS poor FROM ${allOf(files, 'pupil')} AS pupil
          LEFT JOIN absent ON absent.return_id = pupil.return_id AND absent.parent = pupil.n
          LEFT JOIN meals ON meals.return_id = pupil.return_id AND meals.parent = pupil.n WHERE "sessionsPossible" IS NOT NULL)
      SELECT sum(missed) FILTER (poor) / sum(CAST("sessionsPossible" AS INTEGER)) FILTER (poor) AS poor,
        sum(missed) FILTER (NOT poor) / sum(CAST("sessionsPossible" AS INTEGER)) FILTER (NOT poor) AS other FROM pupil`)
    assert.ok(Number(row?.['poor']) > 1.3 * Number(row?.['other']), JSON.stringify(row))
    assert.ok(Number(row?.['other']) > 0.02 && Number(row?.['other']) < 0.12)
  })

  it('is the same bytes for the same seed, and others for another', async () => {
    const digests = async (seed: number): Promise<string> => {
      const other = join(folder, `seed-${String(seed)}`)
      const { files } = await writeYears(other, { schools: 2, from: 2024, to: 2024, seed })
      const hash = createHash('sha256')
      for (const name of files) hash.update(name).update(await readFile(join(other, name)))
      await rm(other, { recursive: true })
      return hash.digest('hex')
    }
    const first = await digests(1)
    assert.equal(await digests(1), first)
    assert.notEqual(await digests(2), first)
  })
})
