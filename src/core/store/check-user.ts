import { sql } from 'kysely'
import { GatehouseError } from '../vocabulary/index.ts'
import type { Engine } from './engine.ts'

interface User {
  readonly name: string
  /** Owner of the tables that stand here; null when none do. */
  readonly owner: string | null
  /** Which of the roles that transactions run as are missing on this server. */
  readonly missingRoles: readonly string[]
  readonly mayMakeRoles: boolean
  readonly mayMakeTables: boolean
  readonly mayMakeSchemas: boolean
}

const readUser = async (engine: Engine): Promise<User> => {
  const { rows } = await engine.exclusive(() =>
    sql<User>`
      select current_user::text as name,
        (select pg_get_userbyid(relowner)::text from pg_class where oid = to_regclass('public.schema_migration')) as owner,
        (select coalesce(array_agg(name order by name), '{}') from unnest(array['gatehouse_app', 'gatehouse_national']) as name
          where not exists (select 1 from pg_roles where rolname = name)) as "missingRoles",
        (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as "mayMakeRoles",
        has_schema_privilege('public', 'create') as "mayMakeTables",
        has_database_privilege(current_database(), 'create') as "mayMakeSchemas"`.execute(engine.db),
  )
  const [user] = rows
  if (!user) throw new GatehouseError('store-failed', 'The database does not say who its user is.')
  return user
}

const refused = (what: string, why: string, todo: string): GatehouseError =>
  new GatehouseError('misconfigured', what, { where: 'DATABASE_URL', why, todo })

/**
 * Sees that this user may change the store's tables as they must be changed: as their one owner, so that no table ever
 * belongs to somebody whom the others' rules don't bind.
 * @throws GatehouseError `misconfigured` with what the database's administrator has to run.
 */
export async function checkMayMigrate(engine: Engine): Promise<void> {
  const user = await readUser(engine)
  const quoted = `"${user.name}"`
  if (user.owner !== null && user.owner !== user.name) {
    throw refused(
      'The store must be brought up to date by its owner.',
      `Its tables belong to ${user.owner}; this user is ${user.name}.`,
      `Run gatehouse migrate once as ${user.owner}, then this again.`,
    )
  }
  const [missing] = user.missingRoles
  if (missing !== undefined && !user.mayMakeRoles) {
    throw refused(
      `The role ${missing} is missing, and this user may not make it.`,
      'Transactions run as that role: a school’s as gatehouse_app, the collector’s as gatehouse_national.',
      `As the database’s administrator: ${user.missingRoles.map((name) => `create role ${name} nologin; grant ${name} to ${quoted};`).join(' ')}`,
    )
  }
  if (!user.mayMakeTables || !user.mayMakeSchemas) {
    throw refused(
      'This database user may not make the store’s tables.',
      'It lacks the right to create in the database or in its schema public.',
      `As the database’s administrator: alter database … owner to ${quoted};`,
    )
  }
}

/** @throws GatehouseError `misconfigured` when this user can't work as `gatehouse_app`, as every transaction must. */
export async function checkMayActAsApp(engine: Engine): Promise<void> {
  try {
    await engine.exclusive(() =>
      engine.db.transaction().execute((tx) => sql`set local role gatehouse_app`.execute(tx)),
    )
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    const { name } = await readUser(engine)
    throw refused(
      'This database user may not act as gatehouse_app.',
      'Every transaction of a school runs as that role.',
      `As the database’s administrator: grant gatehouse_app to "${name}";`,
    )
  }
}

/** What is told where `set role` was refused. */
export const mayNotActAs = (role: string, why: string): GatehouseError =>
  refused(
    `This database user may not act as ${role}.`,
    why,
    `As the database’s administrator: grant ${role} to the user that DATABASE_URL names;`,
  )
