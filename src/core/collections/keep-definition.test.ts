import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compileRules } from './compile-rules.ts'
import type { CollectionDefinition } from './definition.ts'
import { keepDefinition } from './keep-definition.ts'
import { readCollection } from './read-collection.ts'
import { termDefinition } from './term-definition.ts'

const home = await mkdtemp(join(tmpdir(), 'gatehouse-kept-'))
after(() => rm(home, { recursive: true, force: true }))
const policy = join(home, 'policy')
for (const folder of ['collections/children-in-need', 'codes', 'calendar'])
  await cp(join(import.meta.dirname, '../../../policy', folder), join(policy, folder), { recursive: true })
const compiled = join(home, 'cache', 'v24')
await mkdir(compiled, { recursive: true })
const keptIn = join(home, 'cache', 'collections')

let reads = 0
async function definition(beside: string | undefined = compiled): Promise<CollectionDefinition> {
  const read = await keepDefinition(
    policy,
    'children-in-need',
    2026,
    () => {
      reads++
      return readCollection(policy, 'children-in-need', 2026)
    },
    beside,
  )
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

void test('a definition that was kept is the one that was read, and compiles to the same', async () => {
  const first = await definition()
  const second = await definition()
  assert.equal(reads, 1)
  assert.deepEqual(second, first)
  const sqlOf = (each: CollectionDefinition): unknown => {
    const term = termDefinition(each, 'YEAR')
    assert.ok(term)
    const rules = compileRules(term)
    assert.ok(rules.ok)
    return rules.value.map(({ sql }) => sql)
  }
  assert.deepEqual(sqlOf(second), sqlOf(first))
})

void test('a change in any of its files, and damage, make it be read anew', async () => {
  await definition()
  const before = reads
  const [rules = ''] = await readdir(join(policy, 'collections/children-in-need/2026/rules'))
  for (const file of [
    `collections/children-in-need/2026/rules/${rules}`,
    'collections/children-in-need/2026/collection.yaml',
    'calendar/england-bank-holidays.csv',
    'codes/sex.csv',
  ]) {
    const text = await readFile(join(policy, file), 'utf8').catch(() => null)
    if (text === null) continue
    const count = reads
    await writeFile(join(policy, file), file.endsWith('.yaml') ? `${text}# changed\n` : `${text}\n`)
    await definition()
    assert.equal(reads, count + 1, file)
  }
  assert.ok(reads >= before + 4)
  const [kept = ''] = await readdir(keptIn)
  const bytes = await readFile(join(keptIn, kept))
  const count = reads
  for (const damaged of [bytes.subarray(0, 40), bytes.subarray(0, bytes.length - 9), Buffer.from('x')]) {
    await writeFile(join(keptIn, kept), damaged)
    await definition()
  }
  assert.equal(reads, count + 3)
})

void test('nothing is kept where Node keeps nothing, and no definition with a fault is', async () => {
  const count = reads
  const never = async (): Promise<void> => {
    const read = await keepDefinition(
      'nowhere',
      'nothing',
      2026,
      () => readCollection(policy, 'nothing', 2026),
      compiled,
    )
    assert.equal(read.ok, false)
  }
  await never()
  assert.deepEqual(await readdir(keptIn), ['children-in-need-2026'])
  const other = await keepDefinition(
    policy,
    'children-in-need',
    2026,
    () => readCollection(policy, 'children-in-need', 2026),
    undefined,
  )
  assert.ok(other.ok)
  assert.equal(reads, count)
})
