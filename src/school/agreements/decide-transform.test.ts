import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { CompiledQuery } from 'kysely'
import { compileCase, transform, type Statement } from '../../core/decide/index.ts'
import { arbitraryOrderlyPolicy, contextOf, instants } from '../../core/decide/testing/arbitrary-policy.ts'
import { arbitraryPupils } from '../../core/decide/testing/arbitrary-pupil.ts'
import { testItems } from '../../core/decide/testing/items.ts'
import { noes } from '../../core/decide/transform.ts'
import type { Tx } from '../../core/store/index.ts'
import type { ItemId, Value } from '../../core/vocabulary/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { insertPupils } from './testing/insert-pupils.ts'

const run = async (tx: Tx, { text, parameters }: Statement) =>
  (await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, [...parameters]))).rows

describe('the form in which a value leaves', () => {
  it('is the same by SQL and by the pure function, for random values of every type', async (t) => {
    const store = await openTestStore()
    const school = await addSchool(store)
    const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
    t.diagnostic(`seed ${seed}: repeat with FC_SEED`)
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }).map((each) => each.replaceAll('\0', '')),
      fc.stringMatching(/^ {0,2}[A-Za-z]{0,3}[0-9][A-Za-z0-9]? {0,2}[0-9][A-Za-z]{2}[ \n]?$/),
      fc.constantFrom(...noes, ' no ', 'No', 'nö', 'é', 'e\u0301', '\u00a0x', 'ﬁ', 'ß1 1ss'),
    )
    const date = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2031-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10))
    const pupils = fc
      .sample(
        arbitraryPupils(new Date(), '2026-11-24', null, { minLength: 1, maxLength: 1 }).chain(([pupil]) =>
          fc
            .record({
              'pupil.surname': text,
              'pupil.medicalNeeds': fc.option(text),
              'pupil.postcode': fc.option(text),
              'pupil.dateOfBirth': date,
              'pupil.leavingDate': fc.option(date),
            })
            .map((values) => ({ pupil, values })),
        ),
        { seed, numRuns: 300 },
      )
      .flatMap(({ pupil, values }, i) => {
        const id = `00000000-0000-4000-9000-${String(i).padStart(12, '0')}`
        return pupil
          ? [
              {
                ...pupil,
                id,
                contacts: [],
                choices: [],
                marks: [],
                values: { ...pupil.values, ...values, 'pupil.upn': null },
              },
            ]
          : []
      })
    await school.write((tx) => insertPupils(tx, school.urn, pupils))
    const [policy] = fc.sample(arbitraryOrderlyPolicy, { seed, numRuns: 1 })
    assert.ok(policy)
    let compared = 0
    for (const at of [...instants, new Date('2027-02-28T12:00:00Z'), new Date('2028-03-01T00:00:00Z')]) {
      for (let form = 0; form < 4; form++) {
        const items = [...testItems.values()].flatMap(({ id, transformations }) => {
          const forms = transformations.filter((each) => each !== 'pseudonym')
          const as = forms[form % forms.length]
          return id.startsWith('pupil.') && as ? [{ item: id, as }] : []
        })
        const { version } = policy.decisionCase
        const compiled = compileCase(contextOf(policy), {
          ...policy.decisionCase,
          at,
          version: { ...version, agreement: { ...version.agreement, items } },
        })
        assert.ok(compiled.ok)
        const rows = await school.read((tx) => run(tx, compiled.value.projection))
        const left = new Map(
          rows.map((row) => compiled.value.readRow(row)).map((row) => [row.pupilId, row.values]),
        )
        for (const pupil of pupils) {
          for (const { item, as } of items) {
            const value = (pupil.values as Readonly<Record<ItemId, Value>>)[item] ?? null
            assert.equal(
              left.get(pupil.id)?.get(item),
              transform(as, testItems.get(item)?.type ?? 'text', value, at),
              `${item} as ${as}`,
            )
            compared++
          }
        }
      }
    }
    t.diagnostic(`${compared} values`)
  })
})
