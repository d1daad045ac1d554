import type { Analytics } from '../analytics/index.ts'
import { cluster, type Edge } from './cluster.ts'
import type { LinkageDefinition } from './definition.ts'
import { loadRecords, pairsOf, type RecordFile } from './load-records.ts'
import { thresholdWeight, type LinkageModel } from './model.ts'
import { score } from './score.ts'
import { train } from './train.ts'

export interface Linked {
  readonly counts: readonly number[]
  readonly model: LinkageModel
  readonly edges: readonly Edge[]
  /** For each record, by `n`, the lowest record of its person. */
  readonly people: Int32Array
}

/** Loads, trains, scores and joins: one file's duplicates, or two files' pairs. The engine keeps `record` and `pair`. */
export async function link(
  analytics: Analytics,
  definition: LinkageDefinition,
  files: readonly [RecordFile] | readonly [RecordFile, RecordFile],
  trained: LinkageModel | null = null,
): Promise<Linked> {
  const counts = await loadRecords(analytics, definition, files)
  const of = pairsOf(files)
  const model = trained ?? (await train(analytics, definition, of, counts))
  await score(analytics, definition, model, of, thresholdWeight(definition))
  const edges: Edge[] = []
  for await (const rows of analytics.stream('SELECT l, r, weight FROM pair ORDER BY weight DESC, l, r'))
    for (const row of rows)
      edges.push({ l: Number(row['l']), r: Number(row['r']), weight: Number(row['weight']) })
  const records = counts.reduce((sum, each) => sum + each, 0)
  const [first = 0] = counts
  const apart =
    definition.oneToOne && of === 'two files'
      ? Int32Array.from({ length: records }, (_, n) => (n < first ? 0 : 1))
      : null
  return { counts, model, edges, people: cluster(records, edges, apart) }
}
