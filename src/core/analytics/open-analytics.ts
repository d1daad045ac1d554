import { tmpdir } from 'node:os'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface AnalyticsOptions {
  /** Folders whose files may be read and written: our own. Nothing that was uploaded is ever opened here. */
  readonly folders?: readonly string[]
  /** A bound such as `512MB`; more than it is spilled to `spill`. */
  readonly memory?: string
  readonly threads?: number
  readonly spill?: string
}

export type AnalyticsRow = Readonly<Record<string, unknown>>

/** The analytic engine: one instance, in memory, one connection. Its SQL is ours alone, never a person’s. */
export interface Analytics {
  run(sql: string): Promise<void>
  /** Whole numbers come as numbers; what is past 2^53 as bigint. */
  rows(sql: string): Promise<readonly AnalyticsRow[]>
  /** The same in portions of some thousand rows. */
  stream(sql: string): AsyncGenerator<readonly AnalyticsRow[]>
  close(): void
}

/**
 * Opens DuckDB with every way out of its folders closed: no extensions, no network, no settings changed afterwards. It is
 * loaded when it is first asked for, so that a command without returns never carries it.
 */
export async function openAnalytics(options: AnalyticsOptions = {}): Promise<Analytics> {
  const { DuckDBInstance: Instance } = await import('@duckdb/node-api')
  const instance = await Instance.create(':memory:', { threads: String(options.threads ?? 2) })
  const connection = await instance.connect()
  const spill = options.spill ?? tmpdir()
  const folders = [...(options.folders ?? []), spill].map((each) => (each.endsWith('/') ? each : `${each}/`))
  for (const setting of [
    `memory_limit = ${text(options.memory ?? '2GB')}`,
    `temp_directory = ${text(spill)}`,
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    'allow_community_extensions = false',
    'allow_persistent_secrets = false',
    'preserve_insertion_order = false',
    // It turns every list of codes into a join: planning a hundred rules then takes longer than asking them.
    `disabled_optimizers = 'in_clause'`,
    `allowed_directories = [${folders.map(text).join(', ')}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`SET ${setting}`)
  }
  return analyticsOn(instance, connection)
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

function analyticsOn(instance: DuckDBInstance, connection: DuckDBConnection): Analytics {
  return {
    run: async (sql) => {
      await connection.run(sql)
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS().map(plain),
    async *stream(sql) {
      const result = await connection.stream(sql)
      for await (const rows of result.yieldRowObjectJs()) yield rows.map(plain)
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const plain = (row: Record<string, unknown>): AnalyticsRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
        ? Number(value)
        : value,
    ]),
  )
