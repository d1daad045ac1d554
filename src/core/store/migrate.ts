import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { GatehouseError } from '../vocabulary/index.ts'
import type { Engine } from './engine.ts'

const folder = fileURLToPath(new URL('../../../migrations/', import.meta.url))

/** The migrations in order, each with the hash that proves it was not edited after release. */
export const migrations = (): readonly { name: string; sql: string; sha256: string }[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(`${folder}${name}`, 'utf8')
      return { name, sql: text, sha256: createHash('sha256').update(text).digest('hex') }
    })

/**
 * Brings the store to the newest migration and returns the names of those applied. Each runs in a transaction of its own;
 * one that fails leaves nothing. A migration that was edited after it was applied is refused.
 */
export async function migrate(engine: Engine): Promise<readonly string[]> {
  await engine.script(`create table if not exists schema_migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
  const { rows } = await sql<{
    name: string
    sha256: string
  }>`select name, sha256 from schema_migration`.execute(engine.db)
  const done = new Map(rows.map((row) => [row.name, row.sha256]))
  const applied: string[] = []
  for (const migration of migrations()) {
    const before = done.get(migration.name)
    if (before === migration.sha256) continue
    if (before !== undefined) {
      throw new GatehouseError('store-failed', 'A migration was changed after it had been applied.', {
        where: `migrations/${migration.name}`,
        todo: 'Put the file back as it was and write the change as a new migration.',
      })
    }
    await engine.script(`begin; lock table schema_migration in exclusive mode;
${migration.sql}
insert into schema_migration (name, sha256) values ('${migration.name}', '${migration.sha256}');
commit;`)
    applied.push(migration.name)
  }
  return applied
}
