import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { join } from 'node:path'
import type { Analytics, AnalyticsRow } from '../../core/analytics/index.ts'
import { assignReferences, type Change } from './assign-references.ts'
import { joinStrongest, type Blocked } from './join-strongest.ts'
import type { Matching } from './matching.ts'
import { memberTables } from './member-tables.ts'
import type { MatchState } from './runs.store.ts'
import { quoted } from './sql-words.ts'

export interface Regrouped {
  readonly changes: readonly Change[]
  readonly components: number
}

/**
 * Makes `people` (`node`, `pmr`, `since`, `component`) of every identity that is new or whose component something new touches, and
 * `blocked` (`a`, `b`, `why`). A component is all that strong edges and people’s words connect, whatever forbids it; each is put together
 * anew from all its edges, so that the order in which they came changes nothing.
 */
export async function regroup(
  matching: Matching,
  analytics: Analytics,
  state: MatchState,
  run: number,
  spill: string,
): Promise<Regrouped> {
  await memberTables(matching, analytics, state)
  const changes: Change[] = []
  const mint = (node: string): string => mintReference(matching.keys.naming, run, node)
  const people = createWriteStream(join(spill, 'people.csv'), { mode: 0o600 })
  const blocked = createWriteStream(join(spill, 'blocked.csv'), { mode: 0o600 })
  people.write('node,pmr,since,component\n')
  blocked.write('a,b,why\n')
  let components = 0
  for await (const component of componentsOf(analytics)) {
    components++
    const done = putTogether(component, run, mint)
    changes.push(...done.changes)
    if (!people.write(done.people)) await once(people, 'drain')
    for (const { a, b, why } of done.blocked) blocked.write(`${a},${b},${why}\n`)
  }
  people.end()
  blocked.end()
  await Promise.all([finished(people), finished(blocked)])
  const csv = (name: string, columns: string): string =>
    `read_csv(${quoted(join(spill, name))}, header = true, columns = {${columns}})`
  await analytics.run(
    `CREATE TABLE blocked AS SELECT * FROM ${csv('blocked.csv', `'a': 'UUID', 'b': 'UUID', 'why': 'VARCHAR'`)}`,
  )
  // Alone: nothing speaks for another.
  await analytics.run(
    `CREATE TABLE people AS SELECT * FROM ${csv('people.csv', `'node': 'UUID', 'pmr': 'VARCHAR', 'since': 'INTEGER', 'component': 'UUID'`)}
      UNION ALL SELECT node, ${mintSql(matching.keys.naming, run)}, ${String(run)}, node FROM fresh WHERE node NOT IN (SELECT node FROM member)`,
  )
  return { changes, components }
}

const mintKey = (key: Buffer): string => createHmac('sha256', key).update('reference').digest('base64url')

/** A new reference: it tells nothing, and is never made twice, for the run and the identity are in it. */
function mintReference(key: Buffer, run: number, node: string): string {
  return `P${createHmac('sha256', mintKey(key))
    .update(`${String(run)} ${node}`)
    .digest('hex')
    .slice(0, 20)
    .toUpperCase()}`
}
const mintSql = (key: Buffer, run: number): string =>
  `'P' || upper(left(sha256(${quoted(`${mintKey(key)} ${String(run)} `)} || CAST(node AS VARCHAR)), 20))`

interface Component {
  readonly members: readonly AnalyticsRow[]
  readonly ties: readonly AnalyticsRow[]
}

/** Components with all that decides on them, one after the other. */
async function* componentsOf(analytics: Analytics): AsyncGenerator<Component> {
  let root: string | null = null
  let held: AnalyticsRow[] = []
  const split = (rows: readonly AnalyticsRow[]): Component => ({
    members: rows.filter((row) => row['b'] === null),
    ties: rows.filter((row) => row['b'] !== null),
  })
  const text = (value: unknown): string => String(value)
  for await (const rows of analytics.stream(
    `SELECT root, node AS a, NULL::UUID AS b, NULL::INTEGER AS rank, NULL::DOUBLE AS weight, pmr, since, earlier, number, former, returns FROM member
      UNION ALL SELECT root, a, b, rank, weight, NULL, NULL, NULL, NULL, NULL, NULL FROM tie ORDER BY root, b NULLS FIRST, a, rank`,
  ))
    for (const row of rows) {
      if (root !== null && text(row['root']) !== root) {
        yield split(held)
        held = []
      }
      root = text(row['root'])
      held.push(row)
    }
  if (held.length > 0) yield split(held)
}

const nobody = -2

function putTogether(
  { members, ties }: Component,
  run: number,
  mint: (node: string) => string,
): {
  readonly changes: readonly Change[]
  readonly people: string
  readonly blocked: readonly { readonly a: string; readonly b: string; readonly why: Blocked }[]
} {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
  const nodes = members.map((row) => String(row['a']))
  const place = new Map(nodes.map((node, i) => [node, i]))
  const words = (value: unknown): readonly string[] => text(value)?.split(' ') ?? []
  const pairs = ties.flatMap((row) => {
    const [a, b] = [place.get(String(row['a'])), place.get(String(row['b']))]
    return a === undefined || b === undefined
      ? []
      : [{ a, b, rank: Number(row['rank']), weight: Number(row['weight'] ?? 0) }]
  })
  const { child, blocked } = joinStrongest(
    members.map((row) => ({
      number: text(row['number']),
      former: text(row['former']),
      returns: words(row['returns']),
    })),
    pairs.filter(({ rank }) => rank !== nobody),
    pairs.flatMap(({ a, b, rank }) => (rank === nobody ? [[a, b] as const] : [])),
  )
  const children = [...Map.groupBy(child.keys(), (i) => child[i] ?? i).values()]
  const { references, changes } = assignReferences(
    children.map((own) => ({
      members: own.map((i) => ({
        node: nodes[i] ?? '',
        pmr: text(members[i]?.['pmr']),
        since: Number(members[i]?.['since'] ?? 0),
        earlier: words(members[i]?.['earlier']),
      })),
    })),
    run,
    mint,
  )
  const component = nodes[0] ?? ''
  const lines = children.flatMap((own, c) =>
    own.map(
      (i) =>
        `${nodes[i] ?? ''},${references[c]?.pmr ?? ''},${String(references[c]?.since ?? run)},${component}\n`,
    ),
  )
  return {
    changes,
    people: lines.join(''),
    blocked: blocked.map(({ a, b, why }) => ({ a: nodes[a] ?? '', b: nodes[b] ?? '', why })),
  }
}
