import { tmpdir } from 'node:os'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface AnalyticsOptions {
  /** Folders whose files may be read and written: our own. Nothing that was uploaded is ever opened here. */
  readonly folders?: readonly string[]
  /** A bound such as `512MB`; more than it is spilled to `spill`. */
  readonly memory?: string
  /** Threads that share the work of one statement; 2 unless told. One costs least where statements are small. */
  readonly threads?: number
  /** Statements that may run at the same time, each on a connection of its own; 1 unless told. */
  readonly lanes?: number
  readonly spill?: string
}

export type AnalyticsRow = Readonly<Record<string, unknown>>

/** One connection to the engine. Its SQL is ours alone, never a person’s. Its temporary tables are its own. */
export interface Lane {
  run(sql: string): Promise<void>
  /** Whole numbers come as numbers; what is past 2^53 as bigint. */
  rows(sql: string): Promise<readonly AnalyticsRow[]>
}

/** The analytic engine: one instance, in memory. What is asked of it directly is asked of its first lane. */
export interface Analytics extends Lane {
  /** `rows` in portions of some thousand. */
  stream(sql: string): AsyncGenerator<readonly AnalyticsRow[]>
  /**
   * Does pieces of work side by side, as many at once as there are lanes, and gives what came of each in their order. A name
   * without a schema is looked for in `settled` first, then in `main`.
   */
  together<T>(works: readonly ((lane: Lane) => Promise<T>)[]): Promise<readonly T[]>
  close(): void
}

/**
 * Opens DuckDB with every way out of its folders closed: no extensions, no network, no settings changed afterwards. It is
 * loaded when it is first asked for, so that a command without returns never carries it.
 */
export async function openAnalytics(options: AnalyticsOptions = {}): Promise<Analytics> {
  const { DuckDBInstance: Instance } = await import('@duckdb/node-api')
  const instance = await Instance.create(':memory:', { threads: String(options.threads ?? 2) })
  const connections = [await instance.connect()]
  while (connections.length < (options.lanes ?? 1)) connections.push(await instance.connect())
  const [first] = connections
  const spill = options.spill ?? tmpdir()
  const folders = [...(options.folders ?? []), spill].map((each) => (each.endsWith('/') ? each : `${each}/`))
  await first?.run('CREATE SCHEMA settled')
  for (const each of connections) await each.run(`SET search_path = 'settled,main'`)
  for (const setting of [
    `memory_limit = ${text(options.memory ?? '2GB')}`,
    `temp_directory = ${text(spill)}`,
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    'allow_community_extensions = false',
    'allow_persistent_secrets = false',
    'preserve_insertion_order = false',
    // What was freed goes back to the system at once; else a process stays as large as its largest moment.
    `allocator_flush_threshold = '1MB'`,
    `allocator_bulk_deallocation_flush_threshold = '1MB'`,
    // The one turns every list of codes into a join; the other looks for what a hundred conditions have in common. Planning a
    // school’s rules would take longer than asking them.
    `disabled_optimizers = 'in_clause,common_subexpressions'`,
    `allowed_directories = [${folders.map(text).join(', ')}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await first?.run(`SET ${setting}`)
  }
  return analyticsOn(instance, connections)
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

function analyticsOn(instance: DuckDBInstance, connections: readonly DuckDBConnection[]): Analytics {
  const lanes = connections.map(laneOn)
  const [connection] = connections
  const [first] = lanes
  if (!connection || !first) throw new Error('an engine without a connection')
  return {
    ...first,
    async *stream(sql) {
      const result = await connection.stream(sql)
      for await (const rows of result.yieldRowObjectJs()) yield rows.map(plain)
    },
    together: (works) => together(lanes, works),
    close: () => {
      for (const each of connections) each.closeSync()
      instance.closeSync()
    },
  }
}

const laneOn = (connection: DuckDBConnection): Lane => ({
  run: async (sql) => {
    await connection.run(sql)
  },
  rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS().map(plain),
})

/** The first fault is thrown once every lane has come to rest; what was not begun by then is left. */
async function together<T>(
  lanes: readonly Lane[],
  works: readonly ((lane: Lane) => Promise<T>)[],
): Promise<readonly T[]> {
  const done: T[] = []
  const faults: unknown[] = []
  let next = 0
  await Promise.all(
    lanes.map(async (lane) => {
      while (faults.length === 0 && next < works.length) {
        const at = next++
        const work = works[at]
        try {
          if (work) done[at] = await work(lane)
        } catch (error) {
          faults.push(error)
        }
      }
    }),
  )
  if (faults.length > 0) throw faults[0]
  return done
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
