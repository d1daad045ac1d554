import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openAnalytics, type AnalyticsRow } from '../../src/core/analytics/index.ts'
import { upnCheckLetter } from '../../src/core/vocabulary/index.ts'
import { peopleStream, streamCensus, streamPeople, type PersonRecord } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-stream-'))
after(() => rm(folder, { recursive: true }))

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const asked = async (sql: string): Promise<readonly AnalyticsRow[]> => {
  const analytics = await openAnalytics({ folders: [folder] })
  try {
    return await analytics.rows(sql)
  } finally {
    analytics.close()
  }
}
const options = { people: 20_000, terms: 6, seed: 1 }
const records: readonly PersonRecord[] = [...peopleStream(options)]
const byPerson = Map.groupBy(records, ({ person }) => person)

describe('peopleStream', () => {
  it('gives one seed the same people, and a longer stream the same beginning', () => {
    assert.deepEqual([...peopleStream({ ...options, people: 50 })].slice(0, 200), records.slice(0, 200))
    assert.notDeepEqual([...peopleStream({ ...options, people: 50, seed: 2 })], records.slice(0, 300))
  })

  it('gives everybody one record a term, and a number of their own', () => {
    assert.equal(new Set(records.map(({ person, term }) => `${String(term)}/${person}`)).size, records.length)
    const right = new Map<string, string>()
    for (const { person, upn, marks } of records) {
      assert.match(upn, /^$|^[A-HJ-NP-RT-Z]8942[0-9]{7}[0-9A-Z]$/)
      if (upn !== '') assert.equal(upn[0], upnCheckLetter(upn.slice(1)))
      if (upn === '' || marks.includes('wrong-number')) continue
      assert.equal(right.get(upn) ?? person, person, 'a number of two people')
      right.set(upn, person)
    }
  })

  it('makes every kind of mistake and change, more of them in poorer places', () => {
    const marks = new Set(records.flatMap(({ marks }) => marks.split(' ')))
    for (const mark of 'name-typed-wrong short-name born-swapped born-typed-wrong temporary-number second-number wrong-number number-missing twin'.split(
      ' ',
    ))
      assert.ok(marks.has(mark), mark)
    assert.ok(records.some(({ formerUpn }) => formerUpn !== ''))
    const share = (from: number): number => {
      const some = records.filter(({ deprivation }) => deprivation >= from && deprivation < from + 3)
      return some.filter(({ marks }) => marks.includes('typed-wrong')).length / some.length
    }
    assert.ok(share(1) > 1.3 * share(8))
  })

  it('never lets an adopted child share what it was called before', () => {
    const adopted = records.filter(({ never }) => never !== '')
    assert.ok(new Set(adopted.map(({ person }) => person)).size > 2)
    for (const now of adopted)
      for (const then of byPerson.get(now.never) ?? [])
        for (const value of [now.upn, now.uln, now.forename, now.surname, now.postcode, now.urn].filter(
          (text) => text !== '',
        ))
          assert.ok(
            ![
              then.upn,
              then.formerUpn,
              then.uln,
              then.forename,
              then.surname,
              then.postcode,
              then.urn,
            ].includes(value),
          )
  })
})

describe('streamPeople', () => {
  it('writes a Parquet file a term, the same bytes twice', async () => {
    const wanted = { people: 3000, terms: 2, seed: 3 }
    const made = await streamPeople(join(folder, 'one'), wanted)
    const again = await streamPeople(join(folder, 'two'), wanted)
    assert.deepEqual(made.files.map(digest), again.files.map(digest))
    const [row] = await asked(
      `SELECT count(*) AS many, count(DISTINCT record) AS different, count(upn) AS numbered FROM read_parquet([${made.files.map((file) => `'${file}'`).join(', ')}])`,
    )
    assert.deepEqual([row?.['many'], row?.['different']], [made.rows, made.rows])
    assert.ok(Number(row?.['numbered']) < made.rows)
  })
})

describe('streamCensus', () => {
  it('draws a nation’s pupils in the shapes that published figures have, the same bytes twice', async () => {
    const file = await streamCensus(join(folder, 'nation'), { rows: 60_000, seed: 1 })
    const again = await streamCensus(join(folder, 'nation-again'), { rows: 60_000, seed: 1 })
    assert.equal(digest(file), digest(again))
    const other = await streamCensus(join(folder, 'nation-other'), { rows: 60_000, seed: 2 })
    assert.notEqual(digest(file), digest(other))
    const [row] = await asked(`
      SELECT count(*) AS many, count(DISTINCT pmr) AS people, count(DISTINCT region) AS regions, count(DISTINCT ncyear) AS years,
        avg(fsm_eligible) AS meals, avg(fsm_eligible) FILTER (ethnicity = 'AIND') AS indian, avg(fsm_eligible) FILTER (ethnicity = 'WIRT') AS traveller,
        sum(sess_overall) / sum(sess_possible) AS absence,
        sum(sess_overall) FILTER (fsm_eligible = 1) / sum(sess_possible) FILTER (fsm_eligible = 1) AS poor,
        min(sess_possible - sess_overall) AS least, sum(sess_overall - sess_authorised - sess_unauthorised) AS off,
        avg(persistent_absentee) AS persistent FROM '${file}'`)
    const value = (name: string): number => Number(row?.[name])
    assert.deepEqual(
      [value('many'), value('people'), value('regions'), value('years')],
      [60_000, 60_000, 9, 12],
    )
    assert.ok(value('meals') > 0.18 && value('meals') < 0.3)
    assert.ok(value('indian') < 0.6 * value('meals') && value('traveller') > 1.3 * value('meals'))
    assert.ok(value('absence') > 0.05 && value('absence') < 0.09 && value('poor') > 1.4 * value('absence'))
    assert.ok(value('least') >= 0 && value('off') === 0)
    assert.ok(value('persistent') > 0.08 && value('persistent') < 0.25)
  })
})
