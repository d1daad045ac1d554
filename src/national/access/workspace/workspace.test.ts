import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import type { Lane } from '../../../core/analytics/index.ts'
import { ask, askOutput, judgeOutput, outputFile, readQuery, work, type Done, type Query } from '../index.ts'
import {
  answers,
  applicant,
  checkers,
  enter,
  later,
  now,
  officer,
  refusal,
  testAccess,
  testHoldings,
  toActive,
  value,
} from '../testing/access-world.ts'

const store = await openTestStore()
const access = await testAccess(store)
const holdings = await testHoldings()
after(() => holdings.close())
await enter(access, 'alpha')
await enter(access, 'beta')
const inside = answers({ route: 'workspace', environment: 'gatehouse-workspace' })
const project = await toActive(access, 'alpha', inside)
const other = await toActive(access, 'beta', inside)
const clock = () => now
const query = (more: Partial<Query>): Query => readQuery({ dataSet: 'school_census', years: [2026], ...more })
const release = async (organisation: string, reference: string, asked: Query): Promise<string> => {
  const { output, state } = value(
    await askOutput(access, applicant(organisation), 'ada', reference, asked, holdings, clock),
  )
  assert.equal(state.outputs.at(-1)?.standing, 'asked', JSON.stringify(state.outputs.at(-1)?.checks))
  for (const checker of checkers) value(await judgeOutput(access, checker, output, 'approve', 'Seen.', now))
  return output
}
const failed = ({ state }: Done): readonly string[] =>
  (state.outputs.at(-1)?.checks ?? []).filter(({ outcome }) => outcome !== 'met').map(({ id }) => id)

describe('the secure workspace', () => {
  it('answers a closed form over what the agreement lists and nothing else', async () => {
    const { rows } = value(await ask(access, 'ada', project, query({ groupBy: ['sex'] }), holdings, clock))
    assert.deepEqual(rows, [
      { sex: 'F', pupils: 50 },
      { sex: 'M', pupils: 100 },
    ])
    assert.equal(
      refusal(await ask(access, 'ada', project, query({ groupBy: ['sen_group'] }), holdings, clock)).code,
      'item',
    )
    assert.equal(
      refusal(
        await ask(
          access,
          'ada',
          project,
          query({ years: [2025], groupBy: ['birth_month'] }),
          holdings,
          clock,
        ),
      ).code,
      'year',
    )
    assert.throws(() => readQuery({ dataSet: 'x; drop table y', years: [2026] }), { code: 'bad-input' })
    assert.equal(refusal(await ask(access, 'eve', project, query({}), holdings, clock)).code, 'not-named')
  })

  it('stops the user whose training expired, and that one alone (4)', async () => {
    const late = () => later(60) // the training of ben is of January of the year before last
    const early = () => now
    value(await ask(access, 'ben', project, query({}), holdings, early))
    const expired = new Date('2027-01-20T00:00:00Z')
    const long = await toActive(access, 'alpha', { ...inside, title: 'Longer', end: '2027-12-31' })
    assert.match(
      refusal(await ask(access, 'ben', long, query({}), holdings, () => expired)).says,
      /training of 2025-01-15 expired/,
    )
    value(await ask(access, 'ada', long, query({}), holdings, () => expired))
    value(await ask(access, 'ben', project, query({}), holdings, late))
  })

  it('refuses small counts before anybody looks', async () => {
    const done = value(
      await askOutput(
        access,
        applicant('alpha'),
        'ada',
        project,
        query({ groupBy: ['birth_month', 'ncyear'], where: { sex: ['M'] } }),
        holdings,
        clock,
      ),
    )
    assert.ok(failed(done).includes('threshold'))
    assert.equal(done.state.outputs.at(-1)?.standing, 'refused')
  })

  it('lets out what two checkers approved, each once', async () => {
    const { output } = value(
      await askOutput(
        access,
        applicant('alpha'),
        'ada',
        project,
        query({ groupBy: ['sex'] }),
        holdings,
        clock,
      ),
    )
    await assert.rejects(outputFile(access, applicant('alpha'), output), { code: 'not-allowed' })
    value(await judgeOutput(access, checkers[0], output, 'approve', 'Seen.', now))
    assert.equal(
      refusal(await judgeOutput(access, checkers[0], output, 'approve', 'Again.', now)).code,
      'second-person',
    )
    value(await judgeOutput(access, checkers[1], output, 'approve', 'Seen.', now))
    assert.match((await outputFile(access, applicant('alpha'), output)).file, /^sex,pupils/)
    await assert.rejects(outputFile(access, applicant('beta'), output), { code: 'not-allowed' })
  })

  it('names an earlier release of another project from which an output isolates too few (13)', async () => {
    const all = await release('alpha', project, query({ where: { ncyear: ['1', '2', '3', '4', '5', '6'] } }))
    // Without one class of a month: the difference is of a few pupils.
    const months = Array.from({ length: 11 }, (_, i) => i + 1)
    const few = { where: { birth_month: months, ncyear: ['1', '2', '3', '4', '5', '6'] } }
    const done = value(await askOutput(access, applicant('beta'), 'ada', other, query(few), holdings, clock))
    const checks = done.state.outputs.at(-1)?.checks ?? []
    const difference = checks.find(({ id }) => id === `difference/${all}`)
    assert.equal(difference?.outcome, 'not-met', JSON.stringify(checks))
    assert.ok(difference.says.includes(all) && difference.says.includes(project))
  })

  it('stops a running query when the agreement is revoked (12)', async () => {
    const reference = await toActive(access, 'alpha', { ...inside, title: 'Revoked' })
    let begun: () => void = () => undefined
    const running = new Promise<void>((resolve) => (begun = resolve))
    const slow: Lane = {
      run: (sql) => holdings.run(sql),
      rows: (sql) => {
        if (!sql.includes('count(distinct pmr)')) return holdings.rows(sql)
        begun()
        return new Promise(() => undefined) // as long as anybody cares to wait
      },
    }
    const asked = ask(access, 'ada', reference, query({}), slow, clock, 20)
    await running
    value(await work(access, officer, reference, { kind: 'revoke', reason: 'Misuse' }, now))
    assert.match(refusal(await asked).says, /revoked/)
  })
})
