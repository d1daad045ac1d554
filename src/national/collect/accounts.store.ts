import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type Duty, type NationalScope } from '../../core/vocabulary/index.ts'
import type { Person } from './collector.ts'
import { readDuties } from './duties.store.ts'

export interface NewAccount {
  readonly scope: NationalScope
  readonly email: string
  readonly name: string
  /** For the department's own people alone; none unless told. */
  readonly duties?: readonly Duty[]
}

const tidy = (email: string): string => email.trim().toLowerCase()

/**
 * Adds somebody who works on the national side; asked in the collector’s scope.
 * @throws GatehouseError `bad-input`, `not-found` for a source that is not in the register, `conflict` for an address that is taken.
 */
export async function addAccount(
  tx: Tx,
  { scope, email, name, duties = [] }: NewAccount,
  at: Date,
): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(tidy(email)))
    throw new GatehouseError(
      'bad-input',
      'An account needs an e-mail address, such as name@authority.example.',
    )
  if (name.trim() === '') throw new GatehouseError('bad-input', 'An account needs a name.')
  if (scope.kind !== 'collector' && duties.length > 0)
    throw new GatehouseError('bad-input', 'Duties are for the department’s own people.')
  const laNumber = scope.kind === 'collector' ? '' : scope.laNumber
  const source = scope.kind === 'source' ? scope.source : ''
  if (scope.kind === 'source') {
    const known = await tx
      .selectFrom('national_source')
      .select('source')
      .where('la_number', '=', laNumber)
      .where('source', '=', source)
      .executeTakeFirst()
    if (!known)
      throw new GatehouseError('not-found', 'No source of this number is entered.', {
        todo: 'Enter the source first.',
      })
  }
  await tx
    .insertInto('national_account')
    .values({
      la_number: laNumber,
      source,
      scope: scope.kind,
      email: tidy(email),
      name: name.trim(),
      duties: [...duties],
      created_at: at,
    })
    .execute()
}

const scopeOf = (row: {
  readonly la_number: string
  readonly source: string
  readonly scope: string
}): NationalScope =>
  row.scope === 'collector'
    ? { kind: 'collector' }
    : row.scope === 'authority'
      ? { kind: 'authority', laNumber: row.la_number }
      : { kind: 'source', laNumber: row.la_number, source: row.source }

/** The person of an account that is not disabled; asked in the collector’s scope. @throws GatehouseError `not-found` */
export async function personByEmail(tx: Tx, email: string): Promise<Person> {
  const row = await tx
    .selectFrom('national_account')
    .select(['la_number', 'source', 'scope', 'name', 'duties'])
    .where('email', '=', tidy(email))
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new GatehouseError('not-found', 'Nobody on the national side has this address.')
  const scope = scopeOf(row)
  const role = scope.kind === 'authority' ? 'agent' : scope.kind
  return { scope, actor: { kind: 'staff', name: row.name, role }, duties: readDuties(row.duties) }
}

/** Whoever runs the command on the collector’s machine: all in sight, and in nobody’s role. */
export const operator = (name: string): Person => ({
  scope: { kind: 'collector' },
  actor: { kind: 'command', name, role: 'operator' },
})

/** An account as people see it. */
export interface Account {
  readonly id: string
  readonly scope: NationalScope
  /** Of the source, where it is a source's. */
  readonly sourceName: string | null
  readonly email: string
  readonly name: string
  readonly duties: readonly Duty[]
  readonly hasPassword: boolean
  /** Set while the password is a one-time one. */
  readonly oneTimeUntil: Date | null
  readonly lockedUntil: Date | null
  readonly disabledAt: Date | null
}

const accountRows = (tx: Tx) =>
  tx
    .selectFrom('national_account as a')
    .leftJoin('national_source as s', (join) =>
      join.onRef('s.la_number', '=', 'a.la_number').onRef('s.source', '=', 'a.source'),
    )
    .select([
      'a.id',
      'a.la_number',
      'a.source',
      'a.scope',
      'a.email',
      'a.name',
      's.name as sourceName',
      'a.duties',
      'a.password_hash',
      'a.one_time_until',
      'a.locked_until',
      'a.disabled_at',
    ])

type AccountRow = Awaited<ReturnType<ReturnType<typeof accountRows>['executeTakeFirstOrThrow']>>

const accountOf = (row: AccountRow): Account => ({
  id: row.id,
  scope: scopeOf(row),
  sourceName: row.sourceName,
  email: row.email,
  name: row.name,
  duties: readDuties(row.duties),
  hasPassword: row.password_hash !== null,
  oneTimeUntil: row.one_time_until,
  lockedUntil: row.locked_until,
  disabledAt: row.disabled_at,
})

/** Everybody of the national side as far as the scope reaches: the collector's people, then by authority and source. */
export const accountsOf = async (tx: Tx): Promise<readonly Account[]> =>
  (
    await accountRows(tx)
      .orderBy('a.la_number')
      .orderBy('a.source')
      .orderBy('a.name')
      .orderBy('a.id')
      .execute()
  ).map(accountOf)

/** Those that fit a name or a number, a page of them; `page` counts from 1. In the order of `accountsOf`. */
export async function listAccounts(
  tx: Tx,
  find: string,
  page: number,
  size: number,
): Promise<{ readonly total: number; readonly accounts: readonly Account[] }> {
  const like = `%${find.trim().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const fitting = accountRows(tx).where((of) =>
    of.or([
      of('a.name', 'ilike', like),
      of('s.name', 'ilike', like),
      of('a.la_number', '=', find.trim()),
      of('a.source', '=', find.trim()),
    ]),
  )
  const { total } = await fitting
    .clearSelect()
    .select((of) => of.fn.countAll<string>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await fitting
    .orderBy('a.la_number')
    .orderBy('a.source')
    .orderBy('a.name')
    .orderBy('a.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  return { total: Number(total), accounts: rows.map(accountOf) }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws GatehouseError `not-found` */
export async function accountById(tx: Tx, id: string): Promise<Account> {
  if (!uuid.test(id)) throw new GatehouseError('not-found', 'Nobody on the national side has this account.')
  const row = await accountRows(tx).where('a.id', '=', id).executeTakeFirst()
  if (!row) throw new GatehouseError('not-found', 'Nobody on the national side has this account.')
  return accountOf(row)
}

/** Whether the register has a sender of this authority, as far as the scope reaches. */
export const hasAuthority = async (tx: Tx, laNumber: string): Promise<boolean> =>
  (await tx
    .selectFrom('national_source')
    .select('source')
    .where('la_number', '=', laNumber)
    .limit(1)
    .executeTakeFirst()) !== undefined
