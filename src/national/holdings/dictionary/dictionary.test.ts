import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { testCollector, theCollector, theOperator } from '../../collect/testing/test-collector.ts'
import { allDatasets } from '../declare/declaration.ts'
import { readRecords } from '../declare/read-table.ts'
import { openDictionary, ratingMatrix, rateColumn, searchDictionary } from '../index.ts'
import { declarations } from '../testing/hand-made.ts'

const collector = await testCollector(await openTestStore())
const at = new Date('2026-10-20T09:00:00Z')
const dictionary = await openDictionary(collector, at)
const rating = {
  dataset: 'school_census',
  column: 'young_carer',
  from: '2026-11-01',
  risk: 4,
  sensitivity: 'A',
  route: 'never',
  reason: 'The department has promised it is never used outside.',
} as const

describe('the data dictionary', () => {
  it('has every variable of the public list, counted as its source counts them', () => {
    const published = dictionary.entries.filter(({ origin }) => origin === 'public')
    assert.equal(published.length, 1651)
    assert.equal(published.filter(({ route }) => route === 'by-request').length, 280)
    assert.equal(published.filter(({ route }) => route === 'default').length, 1366)
    const { cells } = ratingMatrix(published.filter(({ dataset }) => dataset === 'KS4'))
    const of = (risk: number, sensitivity: string) =>
      cells.find((each) => each.risk === risk && each.sensitivity === sensitivity)?.count
    assert.deepEqual(
      [of(1, 'E'), of(2, 'E'), of(4, 'D'), of(5, 'B'), of(5, 'D'), of(5, 'E')],
      [3, 7, 2, 9, 50, 1123],
    )
  })

  it('rates what we hold as the public list does, where it has the same alias', async () => {
    const published = await readRecords('policy/npd/dictionary.csv')
    let compared = 0
    for (const dataset of allDatasets(declarations))
      for (const column of dataset.columns) {
        const same = published.filter(
          (row) =>
            (row['alias'] ?? '').toLowerCase() === column.alias?.toLowerCase() && row['sensitivity'] !== '',
        )
        if (same.length === 0) continue
        compared++
        const name = `${dataset.id}.${column.name}`
        assert.ok(
          same.some(
            (row) =>
              `${row['identification_risk'] ?? ''}${row['sensitivity'] ?? ''}` ===
              `${String(column.risk)}${column.sensitivity}`,
          ),
          name,
        )
        assert.ok(
          same.some(
            (row) =>
              row['access'] === '' ||
              (row['access'] === 'by request' ? 'by-request' : row['access']) === column.route,
          ),
          `${name}: route`,
        )
      }
    assert.ok(compared >= 35, String(compared))
  })

  it('finds by words, alias, concept and rating', () => {
    const [first] = searchDictionary(dictionary, { words: 'FSMeligible' })
    assert.equal(first?.id, 'school_census.fsm_eligible')
    assert.ok(searchDictionary(dictionary, { words: 'sex', dataset: 'ks2' }).length > 0)
    assert.ok(searchDictionary(dictionary, { risk: 1 }).every(({ risk }) => risk === 1))
    assert.deepEqual(searchDictionary(dictionary, { words: 'no such words at all' }), [])
  })

  it('never lists or counts sensitivity A, from the day on which it is decided', async () => {
    await assert.rejects(
      rateColumn(collector, theCollector, rating, at),
      (error: unknown) => error instanceof GatehouseError && error.code === 'not-allowed',
    )
    await rateColumn(collector, theOperator, rating, at)
    await assert.rejects(
      rateColumn(collector, theOperator, rating, at),
      (error: unknown) => error instanceof GatehouseError && error.code === 'conflict',
    )
    const before = await openDictionary(collector, new Date('2026-10-31T09:00:00Z'))
    const since = await openDictionary(collector, new Date('2026-11-01T09:00:00Z'))
    const found = (of: typeof before) =>
      searchDictionary(of, { words: 'young_carer', dataset: 'school_census' }).length
    assert.deepEqual([found(before), found(since)], [1, 0])
    assert.equal(since.entries.length, before.entries.length - 1)
    assert.ok(!since.entries.some(({ sensitivity }) => sensitivity === 'A'))
  })
})
