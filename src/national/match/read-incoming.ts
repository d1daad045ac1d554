import type { Analytics } from '../../core/analytics/index.ts'
import { fieldSql } from '../../core/linkage/index.ts'
import { tableOf, type AuthorisedReturn } from '../collect/index.ts'
import { identityColumns, nodeSql, numberSql, sureSql, ulnSql } from './identity-sql.ts'
import type { Matching } from './matching.ts'
import { groupKinds, type MatchSource } from './sources-file.ts'
import { named, quoted } from './sql-words.ts'

const portion = 400

/**
 * Makes `incoming` of the returns’ records: where each stands (`return_id`, `table`, `n`), whether its table holds a child once, its
 * identity in one form, its subgroups, and `node`, which names the identity.
 */
export async function readIncoming(
  matching: Matching,
  analytics: Analytics,
  returns: readonly AuthorisedReturn[],
): Promise<void> {
  await emptyIncoming(matching, analytics)
  const rounds = Map.groupBy(returns, ({ collection, year, term }) => `${collection} ${String(year)} ${term}`)
  for (const own of rounds.values())
    for (let i = 0; i < own.length; i += portion)
      for (const source of matching.sources)
        if (source.collection === own[0]?.collection)
          await readPortion(matching, analytics, source, own.slice(i, i + portion))
}

export async function emptyIncoming(matching: Matching, analytics: Analytics): Promise<void> {
  const columns = identityColumns.map((name) => `${named(name)} VARCHAR`).join(', ')
  const groups = groupKinds.map((kind) => `${named(`group_${kind}`)} VARCHAR`).join(', ')
  await analytics.run(
    `CREATE TABLE incoming (return_id VARCHAR, "table" VARCHAR, n BIGINT, once BOOLEAN, ${columns}, ${groups}, node UUID)`,
  )
  await analytics.run('CREATE TABLE alias (spelling VARCHAR, stands_for VARCHAR)')
  const aliases = [...matching.aliases].map(([each, first]) => `(${quoted(each)}, ${quoted(first)})`)
  if (aliases.length > 0) await analytics.run(`INSERT INTO alias VALUES ${aliases.join(', ')}`)
}

async function readPortion(
  matching: Matching,
  analytics: Analytics,
  source: MatchSource,
  returns: readonly AuthorisedReturn[],
): Promise<void> {
  const filesOf = async (table: string): Promise<string | null> => {
    const files = (await Promise.all(returns.map((each) => tableOf(matching.collector, each, table)))).filter(
      (each) => each !== null,
    )
    return files.length === 0 ? null : `read_parquet([${files.map(quoted).join(', ')}], union_by_name = true)`
  }
  const from = await filesOf(source.table)
  if (from === null) return
  const has = await columnsOf(analytics, from)
  const item = (names: readonly string[] | undefined): string => {
    const found = names?.find((name) => has.has(name))
    return found === undefined ? 'NULL::VARCHAR' : `nullif(nullif(trim(r.${named(found)}), ''), '-2')`
  }
  const home = source.postcode ? await filesOf(source.postcode.table) : null
  const homeHas = home === null ? new Set<string>() : await columnsOf(analytics, home)
  const postcode = source.postcode?.items.find((name) => homeHas.has(name))
  const homes =
    home === null || postcode === undefined
      ? 'SELECT NULL::VARCHAR AS return_id, NULL::BIGINT AS parent, NULL::VARCHAR AS postcode WHERE false'
      : `SELECT return_id, parent, arg_min(trim(${named(postcode)}), n) AS postcode FROM ${home} WHERE nullif(trim(${named(postcode)}), '') IS NOT NULL GROUP BY ALL`
  const authorities = returns.map(({ id, laNumber }) => `(${quoted(id)}, ${quoted(laNumber)})`).join(', ')
  const { items, groups } = source
  const raw = `SELECT r.return_id, r.n, la, ${item(items.upn)} AS upn, ${item(items.formerUpn)} AS former, ${item(items.uln)} AS uln,
    ${item(items.localId)} AS local, ${item(items.forenames)} AS forenames, ${item(items.middleNames)} AS middles, ${item(items.surname)} AS surname,
    ${item(items.birthDate)} AS born, ${item(items.sex)} AS sex, h.postcode,
    ${groupKinds.map((kind) => `${item(groups[kind])} AS ${named(`group_${kind}`)}`).join(', ')}
    FROM ${from} AS r JOIN (VALUES ${authorities}) AS a (return_id, la) USING (return_id) LEFT JOIN (${homes}) AS h ON h.return_id = r.return_id AND h.parent = r.n`
  await takeIn(matching, analytics, raw, source)
}

/**
 * Adds records to `incoming`. `raw` is a query of `return_id`, `n`, `la`, `upn`, `former`, `uln`, `local`, `forenames`, `middles`, `surname`,
 * `born`, `sex`, `postcode` and a `group_` of each kind, as texts that were trimmed.
 */
export async function takeIn(
  matching: Matching,
  analytics: Analytics,
  raw: string,
  { table, once }: Pick<MatchSource, 'table' | 'once'>,
): Promise<void> {
  const letters = (value: string): string =>
    `regexp_replace(lower(strip_accents(${value})), '[^a-z]', '', 'g')`
  const shaped = `SELECT return_id, n, ${numberSql('upn')} AS upn, ${sureSql(numberSql('upn'))} AS "upnSure",
    CASE WHEN length(${numberSql('former')}) = 13 THEN ${numberSql('former')} END AS "formerUpn", ${ulnSql('uln')} AS uln,
    CASE WHEN local IS NOT NULL THEN la || ':' || upper(local) END AS "localId",
    nullif(${letters(`split_part(forenames, ' ', 1)`)}, '') AS given,
    nullif(${letters(`concat_ws(' ', nullif(substr(forenames, 1 + length(split_part(forenames, ' ', 1))), ''), middles)`)}, '') AS middle,
    nullif(${letters('surname')}, '') AS last, ${fieldSql({ column: 'born', as: ['date'] })} AS dob,
    CASE upper(left(sex, 1)) WHEN 'M' THEN 'M' WHEN 'F' THEN 'F' END AS sex, nullif(regexp_replace(upper(postcode), '[^A-Z0-9]', '', 'g'), '') AS postcode,
    ${groupKinds.map((kind) => named(`group_${kind}`)).join(', ')} FROM (${raw})`
  const whole = `SELECT return_id, ${quoted(table)} AS "table", n, ${String(once)} AS once, upn, "upnSure", "formerUpn", uln, "localId",
    coalesce(stands_for, given) AS first, middle, last, dob, sex, postcode, ${groupKinds.map((kind) => named(`group_${kind}`)).join(', ')}
    FROM (${shaped}) LEFT JOIN alias ON given = spelling`
  await analytics.run(
    `INSERT INTO incoming SELECT *, ${nodeSql(matching.keys.naming)} AS node FROM (${whole})`,
  )
}

const columnsOf = async (analytics: Analytics, from: string): Promise<ReadonlySet<string>> =>
  new Set((await analytics.rows(`DESCRIBE SELECT * FROM ${from}`)).map((row) => String(row['column_name'])))
