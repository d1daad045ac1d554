import { join } from 'node:path'
import { openAnalytics, type Analytics } from '../../../core/analytics/index.ts'
import type { TermDefinition } from '../../../core/collections/index.ts'
import { canonicalSha256 } from '../../../core/standards/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, tableOf, tablesFolder, type Round } from '../../collect/index.ts'
import type { RoundPart, SourceDataset } from '../declare/declaration.ts'
import { readRecords } from '../declare/read-table.ts'
import { buildVersion, declarationDigest, type HoldingsHome } from '../holdings-home.ts'
import type { PartitionKey } from '../keep/places.ts'
import { unsealed } from '../read/unsealed.ts'
import { differenceSql, settle, type Made } from './settle.ts'
import { chosenByHand, type InputReturn } from './inputs.store.ts'
import { loadCodes, newDraft, writeRows } from './part-draft.ts'
import { sourceSql } from './source-sql.ts'
import { named, parquet, quoted, whole } from './sql-words.ts'
import type { Held } from './versions.ts'

export interface RoundInputs {
  readonly round: Round
  readonly definition: TermDefinition
  readonly returns: readonly InputReturn[]
  /** The Parquet file of who the records are, its digest, and the run. */
  readonly links: { readonly file: string; readonly sha256: string; readonly run: number }
}

/** Builds one part of a data set of returns, or finds that it stands as it would be built. */
export async function buildSource(
  home: HoldingsHome,
  held: Held,
  of: SourceDataset,
  part: RoundPart,
  inputs: RoundInputs,
  at: Date,
): Promise<Made> {
  const { round, definition, returns, links } = inputs
  const key: PartitionKey = { dataset: of.id, academicYear: round.year + part.year, term: part.term }
  const rules = of.recordStatus ? await home.collector.duplicateRules(of.collection) : null
  const hand = of.recordStatus ? await asCollector(home.collector).read((tx) => chosenByHand(tx, round)) : []
  const codes = await codesOf(home, of)
  const declaration = declarationDigest(of)
  const digest = canonicalSha256({
    build: buildVersion,
    declaration,
    part: { ...part },
    census: definition.term.census,
    parameters: Object.fromEntries(definition.parameters),
    rules: rules ? { ...rules } : null,
    hand: hand.map((each) => ({ ...each })),
    codes: declarationDigest(codes),
    // Rows of no person are the same whoever the people are.
    links: of.person === null ? '' : links.sha256,
    returns: returns.map(({ id, messageSha256 }) => `${id} ${messageSha256}`),
  })
  return settle(home, held, key, digest, async (before) => {
    const clear = await unsealed(home)
    const analytics = await openAnalytics({
      folders: [tablesFolder(home.collector), home.folder],
      memory: home.memory,
      threads: home.threads,
      spill: clear.folder,
    })
    try {
      const files = await filesOf(home, round, returns, of, part)
      await analytics.run('CREATE TABLE hand (return_id VARCHAR, n BIGINT)')
      for (const { returnId, n } of hand)
        await analytics.run(`INSERT INTO hand VALUES (${quoted(returnId)}, ${whole(n)})`)
      for (const { name, records, columns } of codes) await loadCodes(analytics, name, records, columns)
      const sql = sourceSql({
        of,
        definition,
        part,
        academicYear: key.academicYear,
        files,
        links: links.file,
        hierarchies: {
          enrolment: rules?.enrolmentHierarchy ?? [],
          schoolTypesLast: rules?.schoolTypesLast ?? [],
          nurseryYears: rules?.nurseryYears ?? [],
        },
      })
      for (const statement of sql.prepare) await analytics.run(statement)
      await home.step('rows')
      const draft = await writeRows(analytics, await newDraft(home), sql.attributes)
      await sureNotTooMany(analytics, of, draft.file)
      const stage = of.versions === 'results' ? await stageOf(analytics, files.get('header') ?? []) : null
      return {
        draft,
        stage,
        keys: of.keys,
        identities: sql.identities === null ? null : { analytics, query: sql.identities },
        made: {
          inputs: digest,
          declaration,
          matchingRun: links.run,
          code: buildVersion,
          engine: await engineOf(analytics),
          returns: returns.map(({ id, messageSha256 }) => ({ id, messageSha256 })),
          reads: [],
          parameters: {},
          counts: await countsOf(analytics, of, draft.file),
          difference: before ? await differenceSql(analytics, home, before, draft, clear) : null,
          builtAt: at.toISOString(),
        },
        close: async () => {
          analytics.close()
          await clear.clear()
        },
      }
    } catch (error) {
      analytics.close()
      await clear.clear()
      throw error
    }
  })
}

export const engineOf = async (analytics: Analytics): Promise<string> =>
  `DuckDB ${String((await analytics.rows('SELECT version() AS v'))[0]?.['v'])}`

/** The Parquet files of every table that the data set asks for. */
async function filesOf(
  { collector }: HoldingsHome,
  round: Round,
  returns: readonly InputReturn[],
  of: SourceDataset,
  part: RoundPart,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = new Set([of.record, ...[...of.relations.values()].map(({ table }) => table)])
  const files = new Map<string, readonly string[]>()
  for (const written of tables) {
    const table = written.startsWith('$') ? (part.names[written.slice(1)] ?? written) : written
    const found = await Promise.all(returns.map(({ id }) => tableOf(collector, { ...round, id }, table)))
    files.set(
      table,
      found.filter((each) => each !== null),
    )
  }
  return files
}

/** The least finished of the returns says what the whole is. */
async function stageOf(analytics: Analytics, headers: readonly string[]): Promise<string> {
  if (headers.length === 0) return 'unamended'
  const rows = await analytics.rows(`SELECT DISTINCT trim("version") AS v FROM ${parquet(headers)}`)
  const stages = new Set(rows.map((row) => row['v']))
  return stages.has('P') ? 'unamended' : stages.has('A') ? 'amended' : stages.has('F') ? 'final' : 'unamended'
}

/** @throws GatehouseError `bad-input`: more than can be is a fault of the data, never cut off. */
async function sureNotTooMany(analytics: Analytics, of: SourceDataset, file: string): Promise<void> {
  if (!of.most) return
  const by = of.most.by.map(named).join(', ')
  const rows = await analytics.rows(
    `SELECT count(*) AS many FROM (SELECT ${by} FROM ${parquet([file])} WHERE ${of.most.by.map((each) => `${named(each)} IS NOT NULL`).join(' AND ')} GROUP BY ${by} HAVING count(*) > ${whole(of.most.rows)})`,
  )
  const many = Number(rows[0]?.['many'] ?? 0)
  if (many > 0)
    throw new GatehouseError(
      'bad-input',
      `${of.title}: ${String(many)} pupils have more than ${String(of.most.rows)} rows.`,
      {
        why: 'No pupil can have so many in a term; nothing is cut off to make it fit.',
        todo: 'Ask the schools, and have the returns replaced.',
      },
    )
}

async function countsOf(
  analytics: Analytics,
  of: SourceDataset,
  file: string,
): Promise<Record<string, number>> {
  const counts: Record<string, string> = {
    linked: 'count(pmr)',
    people: 'count(DISTINCT pmr)',
    schools: 'count(DISTINCT urn)',
  }
  if (of.recordStatus) {
    counts['main'] = 'coalesce(sum(CASE WHEN record_status < 100 THEN 1 ELSE 0 END), 0)'
    counts['setByHand'] = 'coalesce(sum(CASE WHEN record_status IN (9, 109) THEN 1 ELSE 0 END), 0)'
  }
  const [row = {}] = await analytics.rows(
    `SELECT ${Object.entries(counts)
      .map(([name, sql]) => `${sql} AS ${named(name)}`)
      .join(', ')} FROM ${parquet([file])}`,
  )
  return Object.fromEntries(Object.keys(counts).map((name) => [name, Number(row[name] ?? 0)]))
}

interface Codes {
  readonly name: string
  readonly columns: readonly string[]
  readonly records: readonly Readonly<Record<string, string>>[]
}

async function codesOf(
  { collector, declarations }: HoldingsHome,
  of: SourceDataset,
): Promise<readonly Codes[]> {
  const codes: Codes[] = []
  for (const set of new Set(
    [...of.relations.values()].flatMap((each) => (each.codes ? [each.codes.set] : [])),
  ))
    codes.push({
      name: `codes$${set}`,
      columns: ['code', 'meaning'],
      records: await readRecords(join(collector.policyFolder, 'codes', `${set}.csv`)),
    })
  for (const group of new Set(of.columns.flatMap((each) => (each.group === null ? [] : [each.group]))))
    codes.push({
      name: `group$${group}`,
      columns: ['code', 'to'],
      records: [...(declarations.groups.get(group) ?? [])].map(([code, to]) => ({ code, to })),
    })
  return codes
}
