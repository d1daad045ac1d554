import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import {
  evaluate,
  link,
  readLinkageDefinition,
  type LinkageDefinition,
} from '../../src/core/linkage/index.ts'
import type { Measure } from '../import/index.ts'
import { testSets, type TestSet } from './configurations.ts'

const shared = fileURLToPath(new URL('../../../shared/data/linkage/', import.meta.url))
const script = fileURLToPath(new URL('splink_peer.py', import.meta.url))

/** Public test sets: ours, and Splink on the same prepared values where `SPLINK_PYTHON` names a Python that has it. */
export async function run(): Promise<readonly Measure[]> {
  const folder = process.env['LINKAGE_DATA'] ?? shared
  if (!existsSync(folder)) {
    process.stderr.write(`No test sets: ${folder} is not there. LINKAGE_DATA may name their folder.\n`)
    return []
  }
  const measures: Measure[] = []
  for (const set of testSets) measures.push(...(await measure(set, folder)))
  return measures
}

async function measure(set: TestSet, from: string): Promise<readonly Measure[]> {
  const read = readLinkageDefinition(set.name, set.configuration)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const definition = { ...read.value, oneToOne: set.files.length === 2 }
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-match-'))
  const truth = new Map<string, string>()
  for (const file of set.files) {
    const [heading = [], ...rows] = cellsOf(readFileSync(join(from, file), 'utf8'))
    const kept = heading.flatMap((name, i) => (set.hidden.includes(name) ? [] : [i]))
    for (const row of rows) truth.set(row[0] ?? '', set.personOf(row))
    const text = [heading, ...rows].map((row) => kept.map((i) => row[i] ?? '').join(',')).join('\n')
    writeFileSync(join(folder, file), `${text}\n`)
  }
  const analytics = await openAnalytics({ folders: [folder] })
  try {
    const begun = performance.now()
    const files = set.files.map((file) => ({ path: join(folder, file), name: file }))
    const { edges, people } = await link(analytics, definition, both(files))
    const took = (performance.now() - begun) / 1000
    const ids = (await analytics.rows('SELECT id FROM record ORDER BY n')).map((row) => String(row['id']))
    const people1 = ids.map((id) => truth.get(id))
    const ours = evaluate([...people], people1)
    const real = edges.filter(({ l, r }) => people1[l] === people1[r]).length
    const columns = [...definition.fields.keys()].map((field) => `"${field}"`).join(', ')
    const prepared: string[] = []
    for (const source of files.keys()) {
      const path = join(folder, `prepared${String(source)}.parquet`)
      await analytics.run(
        `COPY (SELECT id, ${columns} FROM record WHERE source = ${String(source)} ORDER BY n) TO '${path}' (FORMAT PARQUET)`,
      )
      prepared.push(path)
    }
    const theirs = peer(definition, prepared, folder)
    const found =
      theirs &&
      new Map(
        cellsOf(readFileSync(theirs.out, 'utf8'))
          .slice(1)
          .map(([id = '', person = '']) => [id, person]),
      )
    const peers =
      found &&
      evaluate(
        ids.map((id) => found.get(id)),
        people1,
      )
    const aim = set.name === 'fake_1000' ? 0.59 : set.name.includes('without') ? 0.97 : 0.99
    const least = Math.max(aim, peers?.pairwise.f1 ?? 0)
    return [
      {
        what: `${set.name}: F1 of pairs, people closed`,
        value: ours.pairwise.f1,
        unit: '',
        aim: `≥ ${least.toFixed(4)}`,
        met: ours.pairwise.f1 >= least,
      },
      {
        what: `${set.name}: precision, recall`,
        value: ours.pairwise.precision,
        unit: `, ${ours.pairwise.recall.toFixed(4)}`,
      },
      {
        what: `${set.name}: precision of scored pairs`,
        value: edges.length === 0 ? 1 : real / edges.length,
        unit: '',
      },
      { what: `${set.name}: file to people`, value: took, unit: 's' },
      ...(theirs && peers
        ? [
            { what: `${set.name}: Splink, F1 of pairs, people closed`, value: peers.pairwise.f1, unit: '' },
            { what: `${set.name}: Splink, file to people`, value: theirs.seconds, unit: 's' },
          ]
        : []),
    ]
  } finally {
    analytics.close()
    rmSync(folder, { recursive: true })
  }
}

function peer(
  definition: LinkageDefinition,
  files: readonly string[],
  folder: string,
): { out: string; seconds: number } | null {
  const python = process.env['SPLINK_PYTHON']
  if (!python) return null
  const plan = join(folder, 'plan.json')
  const out = join(folder, 'splink.csv')
  const { training, blocking, threshold, comparisons } = definition
  const told = comparisons.map((each) => ({
    compare: each.kind,
    of: each.kind === 'names' ? [each.first, each.last] : each.field,
    termFrequency: each.termFrequency,
  }))
  writeFileSync(plan, JSON.stringify({ ...training, blocking, threshold, comparisons: told, files, out }))
  const done = spawnSync(python, [script, plan], { encoding: 'utf8', timeout: 600_000 })
  if (done.status !== 0) throw new Error(`Splink: ${done.stderr.slice(-2000)}`)
  const { load, train, predict, cluster } = JSON.parse(
    done.stdout.trim().split('\n').at(-1) ?? '{}',
  ) as Record<string, number>
  return { out, seconds: (load ?? 0) + (train ?? 0) + (predict ?? 0) + (cluster ?? 0) }
}

const cellsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split(/\r?\n/u)
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()))

function both<T>(files: readonly T[]): readonly [T] | readonly [T, T] {
  const [a, b] = files
  if (a === undefined) throw new Error('no file')
  return b === undefined ? [a] : [a, b]
}
