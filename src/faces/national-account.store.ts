import { createHash, randomBytes } from 'node:crypto'
import type { NationalStore, Tx } from '../core/store/index.ts'
import { fail, GatehouseError, ok, type Result } from '../core/vocabulary/index.ts'
import { personByEmail, type Person } from '../national/collect/index.ts'
import { oneTimeEnd, oneTimePassword } from './manage-staff.store.ts'
import { checkPassword, hashPassword, pretendToCheck, shortestPassword } from './password.ts'
import { lockMinutes, tidyEmail, triesBeforeLock } from './staff-account.store.ts'

// Accounts and sessions of the national side: the same rules as a school's, on tables of their own. Every store handed in is
// the collector's own view, for who signs in is not known before.

const idleMinutes = 60
const longestHours = 10
const minutes = (n: number): number => n * 60_000
const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Who is signed in on the national side: whose returns they see, in which role. */
export interface NationalSignedIn {
  readonly email: string
  readonly name: string
  readonly person: Person
  readonly csrf: string
  readonly mustChoosePassword: boolean
}

const account = (tx: Tx, email: string) =>
  tx.selectFrom('national_account').selectAll().where('email', '=', tidyEmail(email)).executeTakeFirst()

/**
 * Gives an account this password and ends its sessions. With `until` it is a one-time password: its holder chooses their own.
 * @throws GatehouseError `not-found`, `bad-input` for a short password.
 */
export async function setNationalPassword(
  store: NationalStore,
  email: string,
  password: string,
  until: Date | null = null,
): Promise<void> {
  const password_hash = await hashPassword(password)
  await store.write(async (tx) => {
    const row = await account(tx, email)
    if (!row) throw new GatehouseError('not-found', 'Nobody on the national side has this address.')
    await tx
      .updateTable('national_account')
      .set({ password_hash, one_time_until: until, failed_sign_ins: 0, locked_until: null })
      .where('la_number', '=', row.la_number)
      .where('source', '=', row.source)
      .where('id', '=', row.id)
      .execute()
    await tx.deleteFrom('national_session').where('account_id', '=', row.id).execute()
  })
}

/**
 * Gives an account a one-time password, and ends its sessions. It is kept nowhere, and shown once.
 * @throws GatehouseError `not-found`
 */
export async function giveNationalPassword(store: NationalStore, email: string, at: Date): Promise<string> {
  const password = oneTimePassword()
  await setNationalPassword(store, email, password, oneTimeEnd(at))
  return password
}

/** As `signIn` for a school's staff: the session's token, or null, and a stopwatch can't tell why. */
export async function signInNational(
  store: NationalStore,
  email: string,
  password: string,
  at: Date,
): Promise<string | null> {
  const tried = await store.write(async (tx) => {
    const row = await account(tx, email)
    if (!row?.password_hash || row.disabled_at) return undefined
    if (row.locked_until && row.locked_until > at) return undefined
    if (row.one_time_until && row.one_time_until <= at) return undefined
    const tries = (row.locked_until ? 0 : row.failed_sign_ins) + 1
    const locked_until = tries >= triesBeforeLock ? new Date(at.getTime() + minutes(lockMinutes)) : null
    await tx
      .updateTable('national_account')
      .set({ failed_sign_ins: tries, locked_until })
      .where('la_number', '=', row.la_number)
      .where('source', '=', row.source)
      .where('id', '=', row.id)
      .execute()
    return { ...row, password_hash: row.password_hash }
  })
  if (!tried) {
    await pretendToCheck(password)
    return null
  }
  if (!(await checkPassword(password, tried.password_hash))) return null
  const token = randomBytes(32).toString('base64url')
  await store.write(async (tx) => {
    await tx
      .updateTable('national_account')
      .set({ failed_sign_ins: 0, locked_until: null })
      .where('la_number', '=', tried.la_number)
      .where('source', '=', tried.source)
      .where('id', '=', tried.id)
      .execute()
    await tx.deleteFrom('national_session').where('expires_at', '<=', at).execute()
    await tx
      .insertInto('national_session')
      .values({
        la_number: tried.la_number,
        source: tried.source,
        token_hash: digest(token),
        account_id: tried.id,
        csrf: randomBytes(24).toString('base64url'),
        created_at: at,
        expires_at: new Date(at.getTime() + minutes(idleMinutes)),
      })
      .execute()
  })
  return token
}

/** Who holds this token, or null when it is unknown or has run out, or the account was disabled. Keeps a used session alive. */
export async function nationalSignedInWith(
  store: NationalStore,
  token: string,
  at: Date,
): Promise<NationalSignedIn | null> {
  const token_hash = digest(token)
  const found = await store.read(async (tx) => {
    const row = await tx
      .selectFrom('national_session as s')
      .innerJoin('national_account as a', (join) =>
        join
          .onRef('a.la_number', '=', 's.la_number')
          .onRef('a.source', '=', 's.source')
          .onRef('a.id', '=', 's.account_id'),
      )
      .select(['a.email', 'a.name', 'a.one_time_until', 's.csrf', 's.created_at', 's.expires_at'])
      .where('s.token_hash', '=', token_hash)
      .where('s.expires_at', '>', at)
      .where('a.disabled_at', 'is', null)
      .executeTakeFirst()
    return row && { row, person: await personByEmail(tx, row.email) }
  })
  if (!found) return null
  const { row, person } = found
  const last = row.created_at.getTime() + minutes(longestHours * 60)
  const renewed = new Date(Math.min(at.getTime() + minutes(idleMinutes), last))
  if (renewed.getTime() - row.expires_at.getTime() > minutes(15)) {
    await store.write((tx) =>
      tx
        .updateTable('national_session')
        .set({ expires_at: renewed })
        .where('token_hash', '=', token_hash)
        .execute(),
    )
  }
  const { email, name, csrf } = row
  return { email, name, person, csrf, mustChoosePassword: row.one_time_until !== null }
}

/** Ends the session of this token; nothing happens when there is none. */
export async function signOutNational(store: NationalStore, token: string): Promise<void> {
  await store.write((tx) =>
    tx.deleteFrom('national_session').where('token_hash', '=', digest(token)).execute(),
  )
}

/** Lets a person choose their own password, and ends every session of theirs; or says which field is wrong. */
export async function chooseNationalPassword(
  store: NationalStore,
  email: string,
  given: { readonly present: string; readonly next: string },
): Promise<Result<string, { readonly field: 'present' | 'next'; readonly text: string }>> {
  const row = await store.read((tx) => account(tx, email))
  if (!row?.password_hash || !(await checkPassword(given.present, row.password_hash)))
    return fail({ field: 'present', text: 'This is not your present password' })
  if (given.next.normalize('NFC').length < shortestPassword)
    return fail({
      field: 'next',
      text: `Your new password needs at least ${shortestPassword} characters. Take three words that don’t belong together`,
    })
  if (given.next === given.present)
    return fail({ field: 'next', text: 'Choose another password than the present one' })
  await setNationalPassword(store, email, given.next)
  return ok(row.email)
}
