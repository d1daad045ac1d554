import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openAnalytics, type Analytics } from '../analytics/index.ts'
import type { LinkageDefinition } from './definition.ts'
import { evaluate } from './evaluate.ts'
import { explain } from './explain.ts'
import { link, type Linked } from './link.ts'
import { thresholdWeight } from './model.ts'
import { readLinkageDefinition } from './read-definition.ts'
import {
  madePeople,
  peopleConfiguration,
  seeded,
  writePeople,
  type MadePerson,
} from './testing/people-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-linkage-'))
after(() => {
  rmSync(folder, { recursive: true })
})

const definition = (text = peopleConfiguration): LinkageDefinition => {
  const read = readLinkageDefinition('people.yaml', text)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

async function linked<T>(
  records: readonly MadePerson[],
  use: (got: Linked, analytics: Analytics) => T | Promise<T>,
  { threads = 2, of = definition() }: { threads?: number; of?: LinkageDefinition } = {},
): Promise<T> {
  const path = join(folder, `${String(records.length)}.csv`)
  writePeople(path, records)
  const analytics = await openAnalytics({ folders: [folder], threads })
  try {
    return await use(await link(analytics, of, [{ path, name: 'people.csv' }]), analytics)
  } finally {
    analytics.close()
  }
}

/** Who is with whom, by the records' own names. */
const partition = async ({ people }: Linked, analytics: Analytics): Promise<ReadonlyMap<string, string>> => {
  const rows = await analytics.rows('SELECT id FROM record ORDER BY n')
  const names = rows.map((row) => String(row['id']))
  return new Map(names.map((name, n) => [name, names[people[n] ?? 0] ?? '']))
}

const world = madePeople(1500, 7)

test('people with typing errors are found again, and twins are two people', async () => {
  await linked(world, async (got, analytics) => {
    const found = await partition(got, analytics)
    const truth = new Map(world.map(({ id, person }) => [id, person]))
    const ids = [...found.keys()]
    const quality = evaluate(
      ids.map((id) => found.get(id)),
      ids.map((id) => truth.get(id)),
    )
    assert.ok(quality.pairwise.precision >= 0.995, JSON.stringify(quality))
    assert.ok(quality.pairwise.recall >= 0.95, JSON.stringify(quality))
  })
})

test('the order of rows and the number of threads change nothing', async () => {
  const random = seeded(3)
  const shuffled = world
    .map((record) => [random(), record] as const)
    .sort(([a], [b]) => a - b)
    .map(([, record]) => record)
  const look = async (records: readonly MadePerson[], threads: number): Promise<unknown> =>
    linked(
      records,
      async ({ model, edges }, analytics) => [
        model,
        edges,
        await analytics.rows('SELECT * FROM pair ORDER BY l, r'),
      ],
      { threads },
    )
  const once = await look(world, 1)
  assert.deepEqual(await look(shuffled, 2), once)
})

test('an explanation adds up to the pair’s weight', async () => {
  await linked(world, async ({ model, edges }, analytics) => {
    for (const { l, r, weight } of edges.filter((_, i) => i % 50 === 0)) {
      const told = await explain(analytics, model, r, l)
      assert.ok(told && Math.abs(told.weight - weight) < 1e-9)
      assert.equal(told.steps.length, 3)
    }
    assert.equal(await explain(analytics, model, 0, 0), null)
  })
})

test('dropping pairs early drops none that would reach the threshold', async () => {
  const of = definition()
  const low = { ...of, threshold: 1e-12 }
  const all = await linked(
    world,
    ({ edges }) => edges.filter(({ weight }) => weight >= thresholdWeight(of)),
    { of: low },
  )
  const kept = await linked(world, ({ edges }) => edges)
  assert.deepEqual(kept, all)
  assert.ok(kept.length > 500)
})

test('two files: each record gets one partner at most', async () => {
  const ofPerson = Map.groupBy(world, ({ person }) => person)
  const pairs = [...ofPerson.values()].filter(({ length }) => length > 1)
  writePeople(
    join(folder, 'a.csv'),
    pairs.flatMap(([a]) => a ?? []),
  )
  writePeople(
    join(folder, 'b.csv'),
    pairs.flatMap(([, b, c]) => [b, c].filter((each) => each !== undefined)),
  )
  const analytics = await openAnalytics({ folders: [folder] })
  try {
    const files = [
      { path: join(folder, 'a.csv'), name: 'a' },
      { path: join(folder, 'b.csv'), name: 'b' },
    ] as const
    const { people, counts } = await link(analytics, { ...definition(), oneToOne: true }, files)
    const sizes = Map.groupBy(people, (root) => root)
    for (const each of sizes.values()) assert.ok(each.length <= 2)
    const joined = [...sizes.values()].filter(({ length }) => length === 2).length
    assert.ok(joined > 0.9 * (counts[0] ?? 0), `${String(joined)} of ${String(counts)}`)
  } finally {
    analytics.close()
  }
})

test('a file that names a record twice, or lacks a column, is refused with the reason', async () => {
  const [one] = world
  assert.ok(one)
  await assert.rejects(
    linked([one, one], () => null),
    /names records twice/u,
  )
  await assert.rejects(
    linked([one], () => null, { of: definition(peopleConfiguration.replace('column: dob', 'column: born')) }),
    /no column “born”/u,
  )
})

test('a configuration can’t compare what names a record, nor fields that are not there', () => {
  const faults = (text: string): string => JSON.stringify(readLinkageDefinition('people.yaml', text))
  assert.match(faults(peopleConfiguration.replace('column: postcode', 'column: id')), /can’t be compared/u)
  assert.match(faults(peopleConfiguration.replace('[dob, postcode]', '[dob, town]')), /no field “town”/u)
  assert.match(
    faults(peopleConfiguration.replace('of: dob', 'of: [dob, last]')),
    /compared together only by “names”/u,
  )
})
