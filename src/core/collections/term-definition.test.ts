import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CollectionDefinition, DatedCode } from './definition.ts'
import { termDefinition } from './term-definition.ts'

/** The codes of a set that are in force in a term. */
function inForce(name: string, census: string, codes: readonly DatedCode[]): readonly string[] {
  const term = {
    name,
    title: 'A term',
    census,
    previousCensus: null,
    due: null,
    periods: new Map<string, never>(),
    confidence: 'official',
  }
  const definition: CollectionDefinition = {
    id: 'example',
    year: Number(census.slice(0, 4)),
    title: 'Example',
    source: 'authority',
    law: { instrument: 'example', agreement: null },
    message: { root: 'Message', known: ['EX'] },
    tables: new Map(),
    codes: new Map([['set', codes]]),
    lists: new Map(),
    maps: new Map(),
    parameters: new Map(),
    measures: new Map(),
    terms: new Map([[name, term]]),
    holidays: null,
    rules: [],
    listed: [],
  }
  return termDefinition(definition, name)?.codes.get('set') ?? []
}

const begun = (...moments: readonly string[]): readonly DatedCode[] =>
  moments.map((moment) => ({ code: moment, from: moment, to: null }))
const ended = (...moments: readonly string[]): readonly DatedCode[] =>
  moments.map((moment) => ({ code: moment, from: null, to: moment }))

void test('a date holds from its day and to its day', () => {
  const days = ['2026-03-30', '2026-03-31', '2026-04-01']
  assert.deepEqual(inForce('YEAR', '2026-03-31', begun(...days)), days.slice(0, 2))
  assert.deepEqual(inForce('YEAR', '2026-03-31', ended(...days)), days.slice(1))
})

const censuses = ['2025-AUT', '2026-SPR', '2026-SUM', '2026-AUT', '2027-SPR']

void test('a school census holds from its term and to its term', () => {
  assert.deepEqual(inForce('SUM', '2026-05-21', begun(...censuses)), censuses.slice(0, 3))
  assert.deepEqual(inForce('SUM', '2026-05-21', ended(...censuses)), censuses.slice(2))
})

void test('a collection of the year stands at the last school census before its census day', () => {
  assert.deepEqual(inForce('YEAR', '2026-03-31', begun(...censuses)), censuses.slice(0, 2))
  assert.deepEqual(inForce('YEAR', '2026-03-31', ended(...censuses)), censuses.slice(1))
  assert.deepEqual(inForce('YEAR', '2026-06-30', begun(...censuses)), censuses.slice(0, 3))
  assert.deepEqual(inForce('YEAR', '2026-11-05', begun(...censuses)), censuses.slice(0, 4))
})
