import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createOrLoadSecret } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { openHoldings, type HoldingsHome } from '../../holdings/index.ts'
import { readGeography } from '../declare/geography.ts'
import { readStatistics } from '../declare/read-statistics.ts'
import type { DisclosurePolicy, StatisticsPolicy, TableDeclaration } from '../declare/declaration.ts'
import { readStandards } from '../standards/index.ts'
import { buildTable, type BuiltTable } from './build-table.ts'

export interface DeclaredBuild {
  readonly table: string
  /** Another disclosure policy than the publication’s own, for a draft. */
  readonly policy?: string
  readonly out: string
  /** The holdings as they stood; the last edition unless told. */
  readonly edition?: number
}

/** What `policy/statistics` declares. @throws GatehouseError `bad-policy` with the first fault’s file and line */
export async function statisticsOf(policyFolder: string): Promise<StatisticsPolicy> {
  const read = await readStatistics(policyFolder)
  if (read.ok) return read.value
  const [first] = read.error
  throw new GatehouseError('bad-policy', first?.message ?? 'The statistics can’t be read.', {
    where: first ? `${first.file}, line ${String(first.line)}` : 'policy/statistics',
    todo: first?.todo ?? 'Look at policy/statistics.',
  })
}

/** @throws GatehouseError `not-found` */
export function declaredTable(statistics: StatisticsPolicy, name: string): TableDeclaration {
  const table = statistics.tables.get(name)
  if (table) return table
  throw new GatehouseError('not-found', `No table is declared as “${name}”.`, {
    todo: `The tables are ${[...statistics.tables.keys()].join(', ')}.`,
  })
}

function policyNamed({ policies }: StatisticsPolicy, id: string): DisclosurePolicy {
  const policy = policies.get(id)
  if (policy) return policy
  throw new GatehouseError('not-found', `There is no disclosure policy “${id}”.`, {
    todo: `The policies are ${[...policies.keys()].join(', ')}.`,
  })
}

/**
 * Builds a declared table from the holdings that stand. Only the data sets that it reads are opened and verified.
 * @throws GatehouseError `not-found` for a table, policy or edition that isn’t there; what `buildTable` and `openHoldings` throw
 */
export async function buildDeclared(home: HoldingsHome, asked: DeclaredBuild): Promise<BuiltTable> {
  const { policyFolder } = home.collector
  const statistics = await statisticsOf(policyFolder)
  const table = declaredTable(statistics, asked.table)
  const policy = asked.policy === undefined ? table.policy : policyNamed(statistics, asked.policy)
  const datasets = [
    ...new Set([
      table.dataset,
      ...table.with.keys(),
      ...(table.complete ? [table.complete.dataset] : []),
      'establishment',
    ]),
  ]
  const holdings = await openHoldings(home, {
    datasets,
    ...(asked.edition !== undefined && { edition: asked.edition }),
  })
  try {
    const [engine] = await holdings.rows('SELECT version() AS version')
    return await buildTable({
      table,
      policy,
      source: {
        analytics: holdings,
        versions: holdings.partitions
          .map(({ dataset, academicYear, term, version, content }) => ({
            dataset,
            period: `${String(academicYear)} ${term}`,
            version,
            manifest: content,
          }))
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      },
      geography: await readGeography(policyFolder),
      standards: await readStandards(policyFolder),
      out: asked.out,
      ...(policy.kind === 'cell-key' && { secret: await seriesSecret(home, table.publication) }),
      engine: `DuckDB ${String(engine?.['version'])}`,
      gatehouse: tableVersion,
    })
  } finally {
    await holdings.done()
  }
}

/** Names the code that builds tables: changed whenever the same holdings and policy would give other figures. */
const tableVersion = '1'

/** A publication’s own secret of record keys, so that noise of one series tells nothing of another’s. */
async function seriesSecret({ collector }: HoldingsHome, publication: string): Promise<Uint8Array> {
  const master = await createOrLoadSecret(
    {
      file: join(collector.home, 'keys', 'statistics-series.key'),
      cannot: 'Figures with noise can’t be made.',
      todo: 'Restore the file from a backup: with another the same people get other noise, and earlier figures give them away.',
    },
    () => randomBytes(32),
  )
  return createHmac('sha256', master).update(publication).digest()
}
