import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openAnalytics, type Analytics, type AnalyticsRow } from '../../core/analytics/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector, type Person } from './collector.ts'
import { roundName, type Round } from './definitions.ts'
import type { DuplicateRules } from './duplicates-file.ts'
import { keepCandidates, loadedReturns, type KeptCandidate, type LoadedReturn } from './duplicates.store.ts'
import { sureCollector } from './register.ts'
import { isDualRegistration, isMove, resolveGroup, type Candidate } from './resolve-duplicates.ts'
import { collectedFolder, exists, returnFolder, tableFile } from './return-files.ts'
import { named, quoted } from './write-tables.ts'

export interface DuplicatesFound {
  readonly sameUpn: number
  readonly samePerson: number
  readonly conflicts: number
}

/**
 * Looks through every return of a round that stands for children who are in more than one: the same UPN, or another UPN and the
 * same names, date of birth and sex. Every candidate is kept with the reason, by its place. What a person decided stays where
 * the group is still the same.
 */
export async function findDuplicates(
  collector: Collector,
  person: Person,
  round: Round,
  at: Date,
): Promise<DuplicatesFound> {
  sureCollector(person)
  const rules = await collector.duplicateRules(round.collection)
  if (!rules)
    throw new GatehouseError('not-found', 'This collection looks for no duplicates.', {
      where: `policy/collections/${round.collection}/duplicates.yaml`,
    })
  const store = asCollector(collector, person.actor)
  const returns = await store.read((tx) => loadedReturns(tx, round))
  const candidates = await candidatesOf(collector, round, rules, returns)
  await collector.turn.pass(() => store.write((tx) => keepCandidates(tx, round, candidates, at)))
  const groups = (kind: KeptCandidate['kind'], only = (each: KeptCandidate) => each.group !== '') =>
    new Set(candidates.filter((each) => each.kind === kind && only(each)).map(({ group }) => group)).size
  return {
    sameUpn: groups('same-upn'),
    samePerson: groups('same-person'),
    conflicts:
      groups('same-upn', ({ conflict }) => conflict) + groups('same-person', ({ conflict }) => conflict),
  }
}

async function candidatesOf(
  collector: Collector,
  round: Round,
  rules: DuplicateRules,
  returns: ReadonlyMap<string, LoadedReturn>,
): Promise<readonly KeptCandidate[]> {
  const files: string[] = []
  for (const id of returns.keys()) {
    const file = join(returnFolder(collector.home, round, id), tableFile(rules.record))
    if (await exists(file)) files.push(file)
  }
  if (files.length < 2) return []
  const analytics = await openAnalytics({ folders: [collectedFolder(collector.home)] })
  try {
    await analytics.run(`CREATE VIEW record AS ${recordSql(rules.items, files)}`)
    const found: KeptCandidate[] = []
    for (const kind of ['same-upn', 'same-person'] as const)
      for await (const group of groupsOf(analytics, groupSql(kind, rules)))
        found.push(...judged(kind, group, rules, returns, roundName(round)))
    return found
  } finally {
    analytics.close()
  }
}

function recordSql(items: DuplicateRules['items'], files: readonly string[]): string {
  const item = (name: keyof DuplicateRules['items']): string => `nullif(trim(${named(items[name])}), '')`
  const plain = (name: keyof DuplicateRules['items']): string => `lower(strip_accents(${item(name)}))`
  const date = (name: keyof DuplicateRules['items']): string =>
    `CAST(TRY_CAST(${item(name)} AS DATE) AS VARCHAR)`
  return `SELECT lineage, return_id, source, n, line, row_number() OVER (PARTITION BY return_id ORDER BY n) AS ordinal,
    upper(${item('upn')}) AS upn, ${plain('surname')} AS surname, ${plain('forename')} AS forename,
    coalesce(${plain('middleNames')}, '') AS middle, ${date('dob')} AS dob, upper(${item('sex')}) AS sex,
    ${item('onRoll')} IN ('true', '1') AS on_roll, ${item('enrolment')} AS enrolment, ${date('entry')} AS entry,
    ${date('leaving')} AS leaving, ${item('year')} AS year
    FROM read_parquet([${files.map(quoted).join(', ')}])`
}

/** Records in order of their group; `k` tells groups apart and goes no further than this engine. */
function groupSql(kind: KeptCandidate['kind'], { middleNamesAlike }: DuplicateRules): string {
  const key = kind === 'same-upn' ? ['upn'] : ['surname', 'forename', 'dob', 'sex']
  const known = key.map((name) => `${name} IS NOT NULL`).join(' AND ')
  const several = kind === 'same-upn' ? '' : ' AND count(DISTINCT upn) > 1'
  const alike =
    kind === 'same-upn'
      ? 'true'
      : `EXISTS (SELECT 1 FROM record o WHERE ${key.map((name) => `o.${name} = r.${name}`).join(' AND ')} AND o.source <> r.source AND o.upn IS DISTINCT FROM r.upn AND (o.middle = '' OR r.middle = '' OR starts_with(o.middle, r.middle) OR starts_with(r.middle, o.middle) OR jaro_winkler_similarity(o.middle, r.middle) >= ${String(middleNamesAlike)}))`
  return `WITH g AS (SELECT ${key.join(', ')}, row_number() OVER () AS k FROM record WHERE ${known} GROUP BY ${key.join(', ')} HAVING count(DISTINCT source) > 1${several})
    SELECT g.k, r.* FROM g JOIN record r USING (${key.join(', ')}) WHERE ${alike} ORDER BY g.k, r.lineage`
}

async function* groupsOf(analytics: Analytics, sql: string): AsyncGenerator<readonly AnalyticsRow[]> {
  let group: AnalyticsRow[] = []
  for await (const rows of analytics.stream(sql)) {
    for (const row of rows) {
      if (group[0] && group[0]['k'] !== row['k']) {
        yield group
        group = []
      }
      group.push(row)
    }
  }
  if (group.length > 0) yield group
}

function judged(
  kind: KeptCandidate['kind'],
  rows: readonly AnalyticsRow[],
  rules: DuplicateRules,
  returns: ReadonlyMap<string, LoadedReturn>,
  round: string,
): readonly KeptCandidate[] {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const records = rows.map((row): Candidate => {
    const of = returns.get(text(row['return_id']) ?? '')
    return {
      lineage: text(row['lineage']) ?? '',
      source: of?.source ?? '',
      schoolType: of?.schoolType ?? '',
      dob: text(row['dob']),
      onRoll: row['on_roll'] === true,
      enrolment: text(row['enrolment']),
      entry: text(row['entry']),
      leaving: text(row['leaving']),
      year: text(row['year']),
    }
  })
  const right =
    kind === 'same-upn'
      ? isDualRegistration(records, rules)
        ? 'main and subsidiary registration'
        : isMove(records, rules)
          ? 'moved, on roll at one school at most'
          : null
      : null
  const resolved = new Map(resolveGroup(records, rules).map((each) => [each.lineage, each]))
  const group = randomUUID()
  return rows.flatMap((row) => {
    const of = returns.get(text(row['return_id']) ?? '')
    const lineage = text(row['lineage']) ?? ''
    const { status = 10, why = '' } = resolved.get(lineage) ?? {}
    if (!of) throw new Error(`a record of a return that does not stand in ${round}`)
    const what = right ?? reasonOf(kind, records)
    return [
      {
        ...of,
        lineage,
        kind,
        group,
        ordinal: Number(row['ordinal']),
        line: Number(row['line']),
        conflict: right === null,
        why: `${what}; ${why}`,
        status,
      },
    ]
  })
}

function reasonOf(kind: KeptCandidate['kind'], records: readonly Candidate[]): string {
  if (kind === 'same-person') return 'the same names, date of birth and sex, another UPN'
  const births = new Set(records.map(({ dob }) => dob))
  if (births.size > 1) return 'the same UPN, different dates of birth'
  if (records.length > 2) return 'the same UPN in more than two places'
  return records.every(({ onRoll }) => onRoll)
    ? 'the same UPN, not as main and subsidiary'
    : 'the same UPN, on roll at one school or none'
}
