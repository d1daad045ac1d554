import type { Analytics } from '../../core/analytics/index.ts'
import { score } from '../../core/linkage/index.ts'
import type { Matching } from './matching.ts'
import { bitsOf } from './model-file.ts'
import { isCrossed, passSql } from './passes-file.ts'
import { severedSql } from './sever.ts'
import { quoted } from './sql-words.ts'
import type { TrainedModel } from './trained-model.ts'

/** From this probability on pairs are kept for a moment, so that what was missed can be estimated. */
const leastProbability = 0.01

/**
 * Makes `edge` of `record`: pairs of identities of which at least one is fresh that speak for one child. `a` < `b` are the identities;
 * `pass` the first pass that holds, `rank` its place; `weight` in bits, with `levels`, `rarity` and `household` as the model gave them;
 * `strong` where pass or weight suffice, `weak` where a person is to decide; neither: kept for the estimate of what was missed only.
 */
export async function findEdges(
  matching: Matching,
  analytics: Analytics,
  trained: TrainedModel,
): Promise<void> {
  const { definition, passes } = matching
  await analytics.run('CREATE TABLE passed (l BIGINT, r BIGINT, rank INTEGER)')
  for (const [rank, pass] of passes.entries())
    for (const turned of isCrossed(pass) ? [false, true] : [false])
      await analytics.run(
        `INSERT INTO passed SELECT l.n, r.n, ${String(rank)} FROM record AS l JOIN record AS r ON ${passSql(pass, turned)} AND r.source = 1 AND l.n < r.n`,
      )
  await score(analytics, definition.linkage, trained.model, 'what is new', bitsOf(leastProbability))
  const names = trained.model.comparisons.map(({ name }) => name)
  const list = (part: string): string =>
    `concat_ws(' ', ${names.map((name) => `printf('%.6g', CAST("${name}$${part}" AS DOUBLE))`).join(', ')})`
  const title = passes.map(({ id }, rank) => `WHEN ${String(rank)} THEN ${quoted(id)}`).join(' ')
  const linking = passes.flatMap(({ then }, rank) => (then === 'link' ? [String(rank)] : []))
  const byPass = `coalesce(rank IN (${linking.length === 0 ? 'NULL' : linking.join(', ')}), false)`
  // A surname, a home and a birthday are a family’s; one of the children’s own names or numbers has to agree.
  const own = `coalesce(l.upn = r.upn, false) OR coalesce(l.uln = r.uln, false) OR coalesce(l."localId" = r."localId", false) OR coalesce(l."formerUpn" = r.upn OR l.upn = r."formerUpn", false)
    OR coalesce(l.first = r.first OR jaro_winkler_similarity(l.first, r.first) > 0.85 OR starts_with(l.first, r.first) OR starts_with(r.first, l.first), false)
    OR coalesce(l.first = r.last AND l.last = r.first, false)`
  const mayJoin = definition.needsNameOrNumber ? `(${own})` : 'true'
  const [link, review] = [String(bitsOf(definition.link)), String(bitsOf(definition.review))]
  await analytics.run(
    `CREATE TABLE edge AS SELECT least(l.node, r.node) AS a, greatest(l.node, r.node) AS b, CASE rank ${title} END AS pass,
      CASE WHEN ${byPass} THEN rank ELSE ${String(passes.length)} END AS rank, weight, levels, rarity, household, rule,
      ${byPass} OR (coalesce(weight >= ${link}, false) AND ${mayJoin}) AS strong,
      NOT (${byPass}) AND coalesce(weight >= ${review} AND weight < ${link}, false) AND ${mayJoin} AS weak,
      l.node AS "left", r.node AS "right"
    FROM (SELECT l, r, min(rank) AS rank FROM passed GROUP BY l, r) AS f
    FULL JOIN (SELECT l, r, weight, ${list('level')} AS levels, ${list('rarity')} AS rarity, household, rule FROM pair) AS p USING (l, r)
    JOIN record AS l ON l.n = l JOIN record AS r ON r.n = r`,
  )
  await analytics.run('DROP TABLE pair')
  await analytics.run('DROP TABLE passed')
  await analytics.run(
    `DELETE FROM edge WHERE ${severedSql(matching.keys, 'a', 'b')} IN (SELECT digest FROM sealed)`,
  )
}
