import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Analytics } from '../../core/analytics/index.ts'
import { averageShares, comparisonOf, rarityOf, train, type LinkageModel } from '../../core/linkage/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Matching } from './matching.ts'
import type { MatchDefinition } from './model-file.ts'

/** A trained model as it is kept: all that scoring needs. Its terms are those that many share; a rarer one is not in it. */
export interface TrainedModel {
  /** 0: the one to begin with, from the policy. */
  readonly version: number
  readonly definition: string
  readonly identities: number
  readonly trainedAt: string | null
  readonly model: LinkageModel
  /** By field: what a value counts as that is not listed. */
  readonly floors: Readonly<Record<string, number>>
  /** By field and value: its share of all identities that have the field. */
  readonly terms: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const modelsFolder = ({ folder }: Pick<Matching, 'folder'>): string => join(folder, 'models')

/** The newest model, or the policy’s where none was trained. @throws GatehouseError `conflict` for one of another definition */
export async function readTrained(matching: Matching, version: number | null = null): Promise<TrainedModel> {
  const versions = (await readdir(modelsFolder(matching)).catch(() => []))
    .map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0))
    .sort((a, b) => b - a)
  const wanted = version ?? versions[0] ?? 0
  const path =
    wanted === 0
      ? join(matching.collector.policyFolder, 'matching', 'start.json')
      : join(modelsFolder(matching), `${String(wanted)}.json`)
  const trained = JSON.parse(await readFile(path, 'utf8')) as TrainedModel
  if (trained.definition !== matching.definition.digest)
    throw new GatehouseError('conflict', 'The trained model is of another definition.', {
      where: `model ${String(wanted)}`,
      why: 'matching/model.yaml was changed after it was trained.',
      todo: 'Run: gatehouse match train.',
    })
  return trained
}

/** Keeps a model as the next version, whole or not at all. */
export async function keepTrained(
  matching: Matching,
  trained: Omit<TrainedModel, 'version'>,
): Promise<TrainedModel> {
  const folder = modelsFolder(matching)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const versions = (await readdir(folder)).map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0))
  const kept = { ...trained, version: Math.max(0, ...versions) + 1 }
  const file = join(folder, `${String(kept.version)}.json`)
  const handle = await open(`${file}.draft`, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(kept)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.draft`, file)
  return kept
}

/** Learns from the identities in `record`. */
export async function learn(
  analytics: Analytics,
  { linkage, rarest, digest }: MatchDefinition,
  identities: number,
): Promise<Omit<TrainedModel, 'version' | 'trainedAt'>> {
  const model = await train(analytics, linkage, 'one file', [identities])
  const shares = Object.fromEntries(await averageShares(analytics, linkage.comparisons.map(comparisonOf)))
  const floors: Record<string, number> = {}
  const terms: Record<string, Record<string, number>> = {}
  for (const field of rarityOf(linkage)) {
    const [row] = await analytics.rows(`SELECT count("${field}") AS many FROM record`)
    const many = Math.max(1, Number(row?.['many']))
    floors[field] = Math.min(rarest / many, shares[field] ?? 1)
    const common = await analytics.rows(
      `SELECT "${field}" AS value, count(*) AS many FROM record WHERE "${field}" IS NOT NULL GROUP BY ALL HAVING count(*) > ${String(rarest)} ORDER BY ALL`,
    )
    terms[field] = Object.fromEntries(
      common.map((each) => [String(each['value']), Number(each['many']) / many]),
    )
  }
  return { definition: digest, identities, model: { ...model, shares }, floors, terms }
}
