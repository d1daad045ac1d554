import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readCollection } from './read-collection.ts'
import { readCases } from './testing/case-file.ts'
import { runCases } from './testing/run-cases.ts'

const policy = join(import.meta.dirname, '../../../policy')

const folders = (await readdir(join(policy, 'collections'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** Every rule of every collection, on the small returns of its `cases/` folder: one that breaks it and one that keeps it. */
for (const collection of folders) {
  for (const year of await readdir(join(policy, 'collections', collection))) {
    if (!/^\d{4}$/.test(year)) continue
    const read = await readCollection(policy, collection, Number(year))
    if (!read.ok) throw new Error(JSON.stringify(read.error, null, 1))
    const definition = read.value
    const file = await readCases(join(policy, 'collections', collection, year, 'cases'))
    const outcomes = await runCases(definition, file)
    const byRule = Map.groupBy(outcomes, (outcome) => outcome.case.rule)
    describe(`rules of ${collection} ${year}`, () => {
      for (const { number } of definition.rules) {
        it(`${number}: breaks where it must, and nowhere else`, () => {
          const mine = byRule.get(number) ?? []
          assert.ok(
            mine.some((each) => each.case.breaks),
            'a case that breaks it',
          )
          assert.ok(
            mine.some((each) => !each.case.breaks),
            'a case that keeps it',
          )
          for (const outcome of mine)
            assert.equal(outcome.broken.has(number), outcome.case.breaks, JSON.stringify(outcome.case))
        })
      }
      it('has cases of its own rules alone', () => {
        const numbers = new Set(definition.rules.map(({ number }) => number))
        assert.deepEqual(
          [...byRule.keys()].filter((number) => !numbers.has(number)),
          [],
        )
      })
    })
  }
}
