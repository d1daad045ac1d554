import type { Analytics } from '../analytics/index.ts'
import { candidatesSql, type PairsOf } from './candidates-sql.ts'
import { comparisonOf, type Comparison } from './comparison/levels.ts'
import { levelledSql } from './count-patterns.ts'
import type { LinkageDefinition } from './definition.ts'
import { householdSql, ofHousehold } from './household-sql.ts'
import { levelColumn } from './level-sql.ts'
import { priorWeight, type ComparisonModel, type LinkageModel } from './model.ts'

/**
 * Scores the pairs of every blocking rule and keeps those of at least `from` bits in the table `pair`: `l`, `r` (records'
 * `n`), `weight` in bits, `rule` (which rule brought it), a level a comparison, what rarity added to it, and what
 * `household` took off. A pair that can't reach `from` whatever its names are is dropped before its names are compared; that changes no result.
 */
export async function score(
  analytics: Analytics,
  definition: LinkageDefinition,
  model: LinkageModel,
  of: PairsOf,
  from: number,
): Promise<void> {
  const comparisons = definition.comparisons.map(comparisonOf)
  const shares = model.shares
    ? new Map(Object.entries(model.shares))
    : await averageShares(analytics, comparisons)
  const parts = comparisons.map((comparison, c) => weighed(comparison, model.comparisons[c], shares))
  const prior = String(priorWeight(model))
  const select = (k: number): string => {
    const rarity = comparisons.flatMap((each) =>
      each.termFrequency ? each.fields.map((field) => `l."${field}$share" AS "l.${field}$share"`) : [],
    )
    const levelled = levelledSql(
      comparisons,
      candidatesSql(definition.blocking, k, of),
      ['l.n AS l', 'r.n AS r', `${householdSql(definition)} AS together`, ...new Set(rarity)],
      `${prior} + ${parts.map(({ best }) => best).join(' + ')} >= ${String(from)}`,
    )
    const columns = [
      'l',
      'r',
      `${String(k)} AS rule`,
      ...comparisons.map(levelColumn),
      ...parts.map(({ rarity: extra, name }) => `${extra} AS "${name}$rarity"`),
      'together',
    ]
    const whole = parts.map(({ weight, name }) => `(${weight} + "${name}$rarity")`)
    const shared = whole.filter((_, c) => {
      const comparison = comparisons[c]
      return comparison !== undefined && ofHousehold(definition, comparison)
    })
    const taken =
      shared.length === 0
        ? '0'
        : `CASE WHEN together THEN -(${shared.map((each) => `greatest(0, ${each})`).join(' + ')}) ELSE 0 END`
    return `SELECT * EXCLUDE (together), ${taken} AS household, ${prior} + ${whole.join(' + ')} + household AS weight FROM (SELECT ${columns.join(', ')} FROM (${levelled})) WHERE weight >= ${String(from)}`
  }
  await analytics.run(`CREATE TABLE pair AS ${select(0)}`)
  for (const k of definition.blocking.keys()) if (k > 0) await analytics.run(`INSERT INTO pair ${select(k)}`)
}

interface Weighed {
  readonly name: string
  /** The level's weight as SQL over the level column. */
  readonly weight: string
  /** What rarity adds, as SQL. */
  readonly rarity: string
  /** The most that the comparison can give, from equality alone, as SQL over `l` and `r`. */
  readonly best: string
}

function weighed(
  comparison: Comparison,
  model: ComparisonModel | undefined,
  shares: ReadonlyMap<string, number>,
): Weighed {
  if (!model) throw new Error('the model was trained for other comparisons')
  const level = levelColumn(comparison)
  const weights = model.levels.map(({ weight }) => weight)
  const cases = weights.map((weight, i) => `WHEN ${String(i)} THEN ${String(weight)}`).join(' ')
  const extra = (field: string): string =>
    `coalesce(${String(Math.log2(shares.get(field) ?? 1))} - log2("l.${field}$share"), 0)`
  const rare = comparison.termFrequency
    ? comparison.levels.flatMap(({ rarity }, i) =>
        rarity.length === 0 ? [] : [`WHEN ${String(i)} THEN ${rarity.map(extra).join(' + ')}`],
      )
    : []
  const flatMost = Math.max(...weights)
  const [first = 0, ...rest] = weights
  const rarest = (field: string): string =>
    comparison.termFrequency
      ? ` + greatest(0, coalesce(${String(Math.log2(shares.get(field) ?? 1))} - log2(l."${field}$share"), 0))`
      : ''
  const [only] = comparison.fields
  const best =
    comparison.fields.length === 1 && only !== undefined
      ? `CASE WHEN ${comparison.absent} THEN 0 WHEN l."${only}" = r."${only}" THEN ${String(first)}${rarest(only)} ELSE ${String(Math.max(...rest))} END`
      : `(${String(Math.max(0, flatMost))}${comparison.fields.map((field) => rarest(field)).join('')})`
  return {
    name: comparison.name,
    weight: `CASE ${level} ${cases} ELSE 0 END`,
    rarity: rare.length === 0 ? '0' : `CASE ${level} ${rare.join(' ')} ELSE 0 END`,
    best,
  }
}

/** How often two records share a value of a field by chance: the sum of the squares of its values' shares. */
export async function averageShares(
  analytics: Analytics,
  comparisons: readonly Pick<Comparison, 'termFrequency' | 'fields'>[],
): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>()
  for (const { termFrequency, fields } of comparisons) {
    if (!termFrequency) continue
    for (const field of fields) {
      const [row] = await analytics.rows(
        `SELECT sum(many * many) / pow(sum(many), 2) AS share FROM (SELECT count(*) AS many FROM record WHERE "${field}" IS NOT NULL GROUP BY "${field}")`,
      )
      shares.set(field, Number(row?.['share'] ?? 1))
    }
  }
  return shares
}
