import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnalytics, type Analytics } from '../../../core/analytics/index.ts'
import { canonicalSha256 } from '../../../core/standards/index.ts'
import type { DerivedDataset } from '../declare/declaration.ts'
import { buildVersion, declarationDigest, type HoldingsHome } from '../holdings-home.ts'
import type { PartitionKey } from '../keep/places.ts'
import { attachViews } from '../read/attach-views.ts'
import { unsealed } from '../read/unsealed.ts'
import { engineOf } from './build-source.ts'
import { derivedSql } from './derived-sql.ts'
import { newDraft, writeRows } from './part-draft.ts'
import { parquet } from './sql-words.ts'
import { differenceSql, settle, type Made } from './settle.ts'
import type { Held, Version } from './versions.ts'

/** Years for which a derived data set can be made of what stands: those of what it reads, within its own. */
export function derivedYears(of: DerivedDataset, standing: readonly Version[]): readonly number[] {
  const read = standing.filter(({ id }) => of.reads.includes(id.dataset))
  const years = [...new Set(read.map(({ id }) => id.academicYear))].sort((a, b) => a - b)
  const last = years.at(-1)
  if (of.partition === 'all') return last === undefined ? [] : [last]
  return years.filter(
    (year) => year !== 0 && (of.years.from ?? year) <= year && year <= (of.years.to ?? year),
  )
}

/** What it reads for a year: never a later one, so that a year’s rows don’t change with what comes after. */
export const readFor = (of: DerivedDataset, standing: readonly Version[], year: number): readonly Version[] =>
  standing.filter(
    ({ id }) =>
      of.reads.includes(id.dataset) &&
      (id.academicYear === 0 || (id.academicYear <= year && id.academicYear >= year - (of.lookback ?? year))),
  )

/** Builds one year of a derived data set from what stands, or finds that it stands as it would be built. */
export async function buildDerived(
  home: HoldingsHome,
  held: Held,
  of: DerivedDataset,
  standing: readonly Version[],
  year: number,
  at: Date,
): Promise<Made> {
  const key: PartitionKey = { dataset: of.id, academicYear: of.partition === 'all' ? 0 : year, term: 'YEAR' }
  const read = readFor(of, standing, year)
  const declaration = declarationDigest(of)
  const reads = read
    .map(({ id, manifest }) => ({ ...id, content: manifest.content }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const digest = canonicalSha256({
    build: buildVersion,
    declaration,
    year,
    // The rows alone: a version’s name or its run changes nothing that is worked out from it.
    reads: reads.map(
      ({ dataset, academicYear, term, content }) => `${dataset} ${String(academicYear)} ${term} ${content}`,
    ),
    places: of.reads.includes('geography') ? await placesDigest(home) : '',
  })
  return settle(home, held, key, digest, async (before) => {
    const clear = await unsealed(home)
    const analytics = await openAnalytics({
      folders: [home.folder],
      memory: home.memory,
      threads: home.threads,
      spill: clear.folder,
    })
    const close = async (): Promise<void> => {
      analytics.close()
      await clear.clear()
    }
    try {
      await attachViews(analytics, home, read, clear)
      await home.step('rows')
      const draft = await writeRows(analytics, await newDraft(home), derivedSql(of, year))
      return {
        draft,
        stage: stageOf(read, year),
        keys: of.keys,
        identities: null,
        made: {
          inputs: digest,
          declaration,
          matchingRun: Math.max(0, ...read.map(({ manifest }) => manifest.matchingRun)),
          code: buildVersion,
          engine: await engineOf(analytics),
          returns: [],
          reads,
          parameters: Object.fromEntries(
            Object.entries(of.parameters).map(([name, { value }]) => [name, value]),
          ),
          counts: await qualityOf(analytics, of, draft.file),
          difference: before ? await differenceSql(analytics, home, before, draft, clear) : null,
          builtAt: at.toISOString(),
        },
        close,
      }
    } catch (error) {
      await close()
      throw error
    }
  })
}

/** Rows that are held and count in no published rate: the quality report lists how many. */
async function qualityOf(
  analytics: Analytics,
  of: DerivedDataset,
  file: string,
): Promise<Record<string, number>> {
  if (!of.columns.some(({ name }) => name === 'in_rates')) return {}
  const [row] = await analytics.rows(`SELECT count(*) AS many FROM ${parquet([file])} WHERE in_rates = 0`)
  return { notInRates: Number(row?.['many'] ?? 0) }
}

/** What is worked out of results is as finished as the least finished of its year; of a census it is numbered. */
function stageOf(read: readonly Version[], year: number): string | null {
  const stages = read
    .filter(({ id }) => id.academicYear === year)
    .map(({ id }) => id.version.split('.')[0] ?? '')
  return ['unamended', 'amended', 'final'].find((stage) => stages.includes(stage)) ?? null
}

const placesDigest = async ({ collector }: HoldingsHome): Promise<string> =>
  canonicalSha256([
    await readFile(join(collector.policyFolder, 'geography', 'authorities.csv'), 'utf8'),
    await readFile(join(collector.policyFolder, 'geography', 'regions.csv'), 'utf8'),
  ])
