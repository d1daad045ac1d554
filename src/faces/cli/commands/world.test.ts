import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runGatehouse } from '../testing/run-gatehouse.ts'

const home = await mkdtemp(join(tmpdir(), 'gatehouse-cli-world-'))
after(() => rm(home, { recursive: true, force: true }))
const years = (...more: readonly string[]) =>
  runGatehouse(home, ['world', 'years', '--authority', '894', ...more])

void test('writes years of an authority’s returns, whose truth `match evaluate` takes', async () => {
  const out = join(home, 'years')
  const ran = await years('--from', '2025', '--to', '2025', '--schools', '2', '--out', out, '--json')
  assert.equal(ran.code, 0, ran.err)
  const told = JSON.parse(ran.out) as { schools: number; people: number; records: number; files: string[] }
  assert.equal(told.schools, 2)
  assert.ok(told.people > 300 && told.records > 3 * 300)
  for (const name of told.files) assert.ok((await readFile(join(out, name))).length > 0, name)
  const truth = join(out, 'truth/people.csv')
  const judged = await runGatehouse(home, ['match', 'evaluate', truth, '--truth', truth, '--json'])
  assert.equal(judged.code, 0, judged.err)
  const { records, pairwise } = JSON.parse(judged.out) as { records: number; pairwise: { f1: number } }
  assert.deepEqual([records, pairwise.f1], [told.records, 1])
})

void test('refuses years that it can’t make, with the option and why', async () => {
  for (const [wrong, says] of [
    [['--from', '2019'], /2023 to 20[0-9]{2}[^]*--from/],
    [['--from', '2025', '--to', '2024'], /before the first[^]*--to/],
    [['--authority', 'abc'], /three digits[^]*--authority/],
    [['--faulty', '2'], /0 to 1[^]*--faulty/],
  ] as const) {
    const ran = await years(...wrong, '--out', join(home, 'none'))
    assert.notEqual(ran.code, 0)
    assert.match(ran.err, says)
  }
})
