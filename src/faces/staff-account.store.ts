import { createHash, randomBytes } from 'node:crypto'
import type { SchoolStore } from '../core/store/index.ts'
import { GatehouseError, type StaffRole } from '../core/vocabulary/index.ts'
import { checkPassword, hashPassword, pretendToCheck } from './password.ts'

/** Wrong tries in a row before an account rests, and for how long. */
export const triesBeforeLock = 5
export const lockMinutes = 15

/** A session ends after an hour without a request, and after ten hours in any case. */
const idleMinutes = 60
const longestHours = 10

const minutes = (n: number): number => n * 60_000
const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Who is signed in, as far as the faces need to know. */
export interface SignedIn {
  readonly accountId: string
  readonly name: string
  readonly role: StaffRole
  /** Every form of this session carries it. */
  readonly csrf: string
  /** They came with a password that somebody else set: they choose their own before anything else. */
  readonly mustChoosePassword: boolean
}

export const tidyEmail = (email: string): string => email.trim().toLowerCase()

/**
 * Adds a member of staff, or gives an existing one this name, role and password, and returns the account's id.
 * @throws GatehouseError `bad-input` for a short password or something that is no e-mail address.
 */
export async function setStaffAccount(
  school: SchoolStore,
  account: {
    readonly email: string
    readonly name: string
    readonly role: StaffRole
    readonly password: string
  },
): Promise<string> {
  const email = tidyEmail(account.email)
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new GatehouseError('bad-input', 'That is not an e-mail address.')
  const password_hash = await hashPassword(account.password)
  const { name, role } = account
  return school.write(async (tx) => {
    const { id } = await tx
      .insertInto('staff_account')
      .values({ school_urn: school.urn, email, name, role, password_hash })
      .onConflict((c) =>
        c.columns(['school_urn', 'email']).doUpdateSet({
          name,
          role,
          password_hash,
          failed_sign_ins: 0,
          locked_until: null,
          disabled_at: null,
          one_time_until: null,
        }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    // A new password ends the sessions begun with the old one.
    await tx.deleteFrom('staff_session').where('account_id', '=', id).execute()
    return id
  })
}

/**
 * Checks an address and password and begins a session; returns its token, or null when they don't match or the account is
 * locked or disabled. A caller can't tell which, nor can a stopwatch. Each try is counted before the password is looked at,
 * so many at once gain nothing.
 */
export async function signIn(
  school: SchoolStore,
  email: string,
  password: string,
  at: Date,
): Promise<string | null> {
  const account = await school.write(async (tx) => {
    const row = await tx
      .selectFrom('staff_account')
      .select(['id', 'password_hash', 'failed_sign_ins', 'locked_until', 'disabled_at', 'one_time_until'])
      .where('email', '=', tidyEmail(email))
      .executeTakeFirst()
    if (!row || row.disabled_at || (row.locked_until && row.locked_until > at)) return undefined
    if (row.one_time_until && row.one_time_until <= at) return undefined
    // A lock that has run out starts the count again.
    const tries = (row.locked_until ? 0 : row.failed_sign_ins) + 1
    const locked_until = tries >= triesBeforeLock ? new Date(at.getTime() + minutes(lockMinutes)) : null
    await tx
      .updateTable('staff_account')
      .set({ failed_sign_ins: tries, locked_until })
      .where('id', '=', row.id)
      .execute()
    return row
  })
  if (!account) {
    await pretendToCheck(password)
    return null
  }
  if (!(await checkPassword(password, account.password_hash))) return null

  const token = randomBytes(32).toString('base64url')
  await school.write(async (tx) => {
    await tx
      .updateTable('staff_account')
      .set({ failed_sign_ins: 0, locked_until: null })
      .where('id', '=', account.id)
      .execute()
    await tx.deleteFrom('staff_session').where('expires_at', '<=', at).execute()
    await tx
      .insertInto('staff_session')
      .values({
        school_urn: school.urn,
        token_hash: digest(token),
        account_id: account.id,
        csrf: randomBytes(24).toString('base64url'),
        created_at: at,
        expires_at: new Date(at.getTime() + minutes(idleMinutes)),
      })
      .execute()
  })
  return token
}

/** Who holds this token, or null when it is unknown or has run out, or the account was disabled. Keeps a used session alive. */
export async function signedInWith(school: SchoolStore, token: string, at: Date): Promise<SignedIn | null> {
  const token_hash = digest(token)
  const row = await school.read((tx) =>
    tx
      .selectFrom('staff_session as s')
      .innerJoin('staff_account as a', (join) =>
        join.onRef('a.school_urn', '=', 's.school_urn').onRef('a.id', '=', 's.account_id'),
      )
      .select(['a.id', 'a.name', 'a.role', 'a.one_time_until', 's.csrf', 's.created_at', 's.expires_at'])
      .where('s.token_hash', '=', token_hash)
      .where('s.expires_at', '>', at)
      .where('a.disabled_at', 'is', null)
      .executeTakeFirst(),
  )
  if (!row) return null
  const last = row.created_at.getTime() + minutes(longestHours * 60)
  const renewed = new Date(Math.min(at.getTime() + minutes(idleMinutes), last))
  // Once in a quarter of an hour is enough; a write for every page would be waste.
  if (renewed.getTime() - row.expires_at.getTime() > minutes(15)) {
    await school.write((tx) =>
      tx
        .updateTable('staff_session')
        .set({ expires_at: renewed })
        .where('token_hash', '=', token_hash)
        .execute(),
    )
  }
  return {
    accountId: row.id,
    name: row.name,
    role: row.role as StaffRole,
    csrf: row.csrf,
    mustChoosePassword: row.one_time_until !== null,
  }
}

/** Ends the session of this token; nothing happens when there is none. */
export async function signOut(school: SchoolStore, token: string): Promise<void> {
  await school.write((tx) => tx.deleteFrom('staff_session').where('token_hash', '=', digest(token)).execute())
}

/** The school's name for the head of a page; empty before a school was set up. */
export const schoolName = async (school: SchoolStore): Promise<string> =>
  (await school.read((tx) => tx.selectFrom('school').select('name').executeTakeFirst()))?.name ?? ''
