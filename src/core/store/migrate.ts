import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { GatehouseError } from '../vocabulary/index.ts'
import { checkMayMigrate } from './check-user.ts'
import type { Engine } from './engine.ts'

const folder = fileURLToPath(new URL('../../../migrations/', import.meta.url))

interface Migration {
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

/** The migrations in order, each with the hash that proves it was not edited after release. */
export const migrations = (): readonly Migration[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(`${folder}${name}`, 'utf8')
      return { name, sql: text, sha256: createHash('sha256').update(text).digest('hex') }
    })

/**
 * Brings the store to the newest migration and returns the names of those applied. Each runs in a transaction of its own;
 * one that fails leaves nothing. A migration that was edited after it was applied is refused, and so is a store that a later
 * version of Gatehouse has changed. Where nothing is to be done any user of the store may ask.
 */
export async function migrate(engine: Engine): Promise<readonly string[]> {
  const own = migrations()
  const done = await migrationsDone(engine)
  const later = [...done.keys()].find((name) => !own.some((migration) => migration.name === name))
  if (later !== undefined) {
    throw new GatehouseError('misconfigured', 'A later version of Gatehouse has changed this store.', {
      where: `migrations/${later}`,
      todo: 'Run that version or a newer one. To go back, restore the backup that was made before the upgrade.',
    })
  }
  const applied: string[] = []
  for (const migration of own) {
    if (isDone(migration, done)) continue
    if (applied.length === 0) await beginMigrating(engine)
    await apply(engine, migration)
    applied.push(migration.name)
  }
  // So that a user who owns nothing can see that nothing is to be done.
  if (applied.length > 0) await engine.script('grant select on schema_migration to gatehouse_app')
  return applied
}

async function apply(engine: Engine, migration: Migration): Promise<void> {
  for (let again = 5; ; again--) {
    try {
      await engine.script(`begin; lock table schema_migration in exclusive mode;
${migration.sql}
insert into schema_migration (name, sha256) values ('${migration.name}', '${migration.sha256}');
commit;`)
      return
    } catch (error) {
      // Several processes may start at once after an upgrade: what another has done meanwhile is done.
      if (isDone(migration, await migrationsDone(engine))) return
      if (again === 0 || !isRoleRace(error)) throw error
    }
  }
}

/** Roles are the server’s: the migration of another of its databases made the same one in this instant. Now it is there. */
function isRoleRace(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, table } = error as { readonly code?: unknown; readonly table?: unknown }
  return code === '23505' && table === 'pg_authid'
}

function isDone(migration: Migration, done: ReadonlyMap<string, string>): boolean {
  const before = done.get(migration.name)
  if (before === undefined || before === migration.sha256) return before !== undefined
  throw new GatehouseError('store-failed', 'A migration was changed after it had been applied.', {
    where: `migrations/${migration.name}`,
    todo: 'Put the file back as it was and write the change as a new migration.',
  })
}

async function migrationsTableStands(engine: Engine): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('public.schema_migration') is not null as there`.execute(engine.db)
  return rows[0]?.there === true
}

/** Name and hash of each that was applied: none in a database without a store. */
async function migrationsDone(engine: Engine): Promise<ReadonlyMap<string, string>> {
  if (!(await migrationsTableStands(engine))) return new Map()
  const { rows } = await sql<{ name: string; sha256: string }>`
    select name, sha256 from public.schema_migration`.execute(engine.db)
  return new Map(rows.map((row) => [row.name, row.sha256]))
}

async function beginMigrating(engine: Engine): Promise<void> {
  await checkMayMigrate(engine)
  try {
    await engine.script(`create table if not exists schema_migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
  } catch (error) {
    // “If not exists” does not hold between processes that create it in the same instant: the later one fails on a catalogue.
    if (!(await migrationsTableStands(engine))) throw error
  }
}
