import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Evaluation } from '../../../core/linkage/index.ts'
import { runGatehouse } from '../testing/run-gatehouse.ts'

const home = await mkdtemp(join(tmpdir(), 'gatehouse-cli-match-'))
after(() => rm(home, { recursive: true, force: true }))

const first = ['Aisha', 'Ben', 'Chloe', 'David', 'Elin', 'Femi', 'Grace', 'Hamza', 'Isla', 'Jakub']
const last = ['Ahmed', 'Brown', 'Clarke', 'Davies', 'Evans', 'Farooq', 'Green', 'Hughes', 'Iqbal', 'Jones']

/** Two hundred people, each twice: the second time a letter of the surname is doubled. */
const people = Array.from({ length: 200 }, (_, p) => {
  const [given = '', family = ''] = [first[p % 10], last[Math.floor(p / 10) % 10]]
  const chance = Math.imul(p + 1, 0x9e3779b1) >>> 0
  const two = (n: number): string => String(n).padStart(2, '0')
  const born = `20${two(chance % 17)}-${two(1 + ((chance >>> 8) % 12))}-${two(1 + ((chance >>> 16) % 28))}`
  return [
    `a${String(p)},${given},${family},${born}`,
    `b${String(p)},${given},${family.slice(0, 2)}${family.slice(1)},${born}`,
  ]
})
const config = `
id: record
fields:
  first: { column: first, as: [letters] }
  last: { column: last, as: [letters] }
  born: { column: born, as: [date] }
comparisons:
  - { compare: names, of: [first, last] }
  - { compare: date, of: born }
blocking: [[first, born], [last, born]]
training: { sure: [[first, born]], learn: [[born], [first]], pairs: 20000 }
`
const heading = 'record,first,last,born'
await writeFile(join(home, 'all.csv'), [heading, ...people.flat(), ''].join('\n'))
await writeFile(join(home, 'a.csv'), [heading, ...people.map(([a]) => a), ''].join('\n'))
await writeFile(join(home, 'b.csv'), [heading, ...people.map(([, b]) => b), ''].join('\n'))
await writeFile(join(home, 'people.yaml'), config)
await writeFile(
  join(home, 'truth.csv'),
  [
    'record,person',
    ...people.flatMap((_, p) => [`a${String(p)},${String(p)}`, `b${String(p)},${String(p)}`]),
    '',
  ].join('\n'),
)
const at = (name: string): string => join(home, name)

void test('finds the people of one file, and says how well', async () => {
  const found = await runGatehouse(home, [
    'match',
    'dedupe',
    at('all.csv'),
    '--config',
    at('people.yaml'),
    '--out',
    at('clusters.csv'),
  ])
  assert.equal(found.code, 0, found.err)
  const judged = await runGatehouse(home, [
    'match',
    'evaluate',
    at('clusters.csv'),
    '--truth',
    at('truth.csv'),
    '--json',
  ])
  assert.equal(judged.code, 0, judged.err)
  const quality = JSON.parse(judged.out) as Evaluation
  assert.equal(quality.records, 400)
  assert.ok(quality.pairwise.f1 > 0.95, judged.out)
})

void test('finds the pairs of two files, naming records only', async () => {
  const found = await runGatehouse(home, [
    'match',
    'link',
    at('a.csv'),
    at('b.csv'),
    '--config',
    at('people.yaml'),
    '--out',
    at('pairs.csv'),
    '--json',
  ])
  assert.equal(found.code, 0, found.err)
  const [top, ...pairs] = (await readFile(at('pairs.csv'), 'utf8')).trimEnd().split('\n')
  assert.equal(top, 'id_l,id_r,match_weight,match_probability')
  assert.equal(pairs.length, (JSON.parse(found.out) as { pairs: number }).pairs)
  for (const pair of pairs) assert.match(pair, /^a\d+,b\d+,-?[\d.]+,[\d.]+$/u)
})

void test('refuses a wrong configuration with its line, and files about other records', async () => {
  await writeFile(at('wrong.yaml'), config.replace('of: born', 'of: birth'))
  const wrong = await runGatehouse(home, [
    'match',
    'dedupe',
    at('all.csv'),
    '--config',
    at('wrong.yaml'),
    '--out',
    at('x.csv'),
  ])
  assert.notEqual(wrong.code, 0)
  assert.match(wrong.err, /wrong\.yaml, line 9/u)
  await writeFile(at('few.csv'), 'record,person\na1,1\n')
  const other = await runGatehouse(home, ['match', 'evaluate', at('few.csv'), '--truth', at('truth.csv')])
  assert.match(other.err, /not about the same records/u)
})
