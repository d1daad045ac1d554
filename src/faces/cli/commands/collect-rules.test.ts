import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runGatehouse } from '../testing/run-gatehouse.ts'

const home = await mkdtemp(join(tmpdir(), 'gatehouse-cli-rules-'))
after(() => rm(home, { recursive: true, force: true }))

interface Coverage {
  readonly total: number
  readonly implemented: number
  readonly listed: number
  readonly byReason: Readonly<Record<string, number>>
}

void test('counts every rule once: those that run and those that are listed, by reason', async () => {
  const told = await runGatehouse(home, ['collect', 'rules', '--coverage', '--json'])
  assert.equal(told.code, 0, told.err)
  const whole = JSON.parse(told.out) as Coverage & { collections: (Coverage & { collection: string })[] }
  for (const each of [whole, ...whole.collections]) {
    assert.equal(each.total, each.implemented + each.listed)
    assert.equal(
      each.listed,
      Object.values(each.byReason).reduce((sum, many) => sum + many, 0),
    )
  }
  assert.equal(
    whole.total,
    whole.collections.reduce((sum, { total }) => sum + total, 0),
  )
  const names = whole.collections.map(({ collection }) => collection)
  assert.equal(new Set(names).size, names.length, 'a collection’s newest year alone')
  const census = whole.collections.find(({ collection }) => collection === 'school-census')
  assert.ok((census?.implemented ?? 0) > 250)

  const shown = await runGatehouse(home, ['collect', 'rules', '--coverage', '--year', '2026'])
  assert.match(shown.out, /school-census 2026 +\d+/)
  const never = await runGatehouse(home, ['collect', 'rules', '--coverage', '--year', '1999', '--json'])
  assert.notEqual(never.code, 0)
  assert.match(never.out + never.err, /2026/)
})

void test('lists the rules of one collection, and knows no other', async () => {
  const told = await runGatehouse(home, ['collect', 'rules', '--collection', 'school-census', '--json'])
  const rules = JSON.parse(told.out) as { rule: string; runs: boolean; says: string }[]
  assert.ok(rules.some(({ rule, runs }) => rule === '1500' && runs))
  assert.ok(rules.every(({ says }) => says.length > 0))
  const none = await runGatehouse(home, ['collect', 'rules', '--collection', 'school-consensus', '--json'])
  assert.notEqual(none.code, 0)
  assert.match(none.out + none.err, /school-census/)
})
