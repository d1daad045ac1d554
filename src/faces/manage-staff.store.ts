import { randomBytes } from 'node:crypto'
import type { SchoolStore, Tx } from '../core/store/index.ts'
import { fail, GatehouseError, ok, type Result, type StaffRole } from '../core/vocabulary/index.ts'
import { checkPassword, hashPassword, shortestPassword } from './password.ts'
import { tidyEmail } from './staff-account.store.ts'

/** One member of staff as those who look after accounts see them. */
export interface StaffMember {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: StaffRole
  readonly disabledAt: Date | null
  /** Until when a one-time password waits to be used; null when they chose their own. */
  readonly oneTimeUntil: Date | null
}

/** How long a one-time password may lie unused. */
export const oneTimeDays = 3

const members = (tx: Tx) =>
  tx.selectFrom('staff_account').select(['id', 'email', 'name', 'role', 'disabled_at', 'one_time_until'])

/** Everybody with an account, those disabled last. */
export async function staffMembers(tx: Tx): Promise<readonly StaffMember[]> {
  const rows = await members(tx).orderBy('name').orderBy('email').execute()
  return rows
    .map((row) => ({
      id: row.id,
      email: row.email,
      name: row.name,
      role: row.role as StaffRole,
      disabledAt: row.disabled_at,
      oneTimeUntil: row.one_time_until,
    }))
    .sort((a, b) => Number(a.disabledAt !== null) - Number(b.disabledAt !== null))
}

/** @throws GatehouseError `not-found` */
export async function staffMemberById(tx: Tx, id: string): Promise<StaffMember> {
  const member = (await staffMembers(tx)).find((one) => one.id === id)
  if (!member) throw new GatehouseError('not-found', 'There is no such account.')
  return member
}

export interface StaffFault {
  readonly field: 'name' | 'email' | 'role'
  readonly text: string
}

/** What is wrong with a person's name and address. */
export function staffFaults(person: {
  readonly email: string
  readonly name: string
}): readonly StaffFault[] {
  const faults: StaffFault[] = []
  if (person.name.trim() === '') faults.push({ field: 'name', text: 'Enter their name' })
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(tidyEmail(person.email)))
    faults.push({ field: 'email', text: 'Enter an e-mail address, such as name@school.example' })
  return faults
}

const readable = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Five groups of four characters that can be read out: 99 bits. */
export function oneTimePassword(): string {
  const letters = Array.from(randomBytes(20), (byte) => readable[byte % readable.length] ?? 'x')
  return [0, 4, 8, 12, 16].map((from) => letters.slice(from, from + 4).join('')).join('-')
}

export const oneTimeEnd = (at: Date): Date => new Date(at.getTime() + oneTimeDays * 86_400_000)

/** Adds a member of staff. Returns the one-time password: it is kept nowhere, and shown once. */
export async function addStaffMember(
  school: SchoolStore,
  person: { readonly email: string; readonly name: string; readonly role: StaffRole },
  at: Date,
): Promise<Result<{ readonly id: string; readonly password: string }, readonly StaffFault[]>> {
  const email = tidyEmail(person.email)
  const name = person.name.trim()
  const faults = staffFaults(person)
  if (faults.length > 0) return fail(faults)
  const password = oneTimePassword()
  const password_hash = await hashPassword(password)
  return school.write(async (tx) => {
    const taken = await members(tx).where('email', '=', email).executeTakeFirst()
    if (taken) return fail([{ field: 'email', text: 'Somebody has an account with this address already' }])
    const { id } = await tx
      .insertInto('staff_account')
      .values({
        school_urn: school.urn,
        email,
        name,
        role: person.role,
        password_hash,
        one_time_until: oneTimeEnd(at),
        created_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return ok({ id, password })
  })
}

const looksAfterAccounts: readonly StaffRole[] = ['head', 'dpo']

/**
 * One head or data protection officer must always be left who can look after accounts and approve.
 * @throws GatehouseError `conflict`
 */
async function refuseIfLast(tx: Tx, member: StaffMember): Promise<void> {
  if (!looksAfterAccounts.includes(member.role) || member.disabledAt !== null) return
  const others = (await staffMembers(tx)).filter(
    (one) => one.id !== member.id && one.disabledAt === null && looksAfterAccounts.includes(one.role),
  )
  if (others.length > 0) return
  throw new GatehouseError('conflict', 'This is the last account of a head or data protection officer.', {
    why: 'Nobody would be left who could look after accounts or approve an agreement.',
    todo: 'Add another head or data protection officer first.',
  })
}

const endSessions = (tx: Tx, id: string): Promise<unknown> =>
  tx.deleteFrom('staff_session').where('account_id', '=', id).execute()

/** @throws GatehouseError `not-found`, or `conflict` when no head or data protection officer would be left. */
export const changeStaffRole = (school: SchoolStore, id: string, role: StaffRole): Promise<void> =>
  school.write(async (tx) => {
    const member = await staffMemberById(tx, id)
    if (!looksAfterAccounts.includes(role)) await refuseIfLast(tx, member)
    await tx.updateTable('staff_account').set({ role }).where('id', '=', id).execute()
  })

/**
 * Disables an account and ends its sessions; what the person did stays under their name.
 * @throws GatehouseError `not-found`, or `conflict` when no head or data protection officer would be left.
 */
export const disableStaffMember = (school: SchoolStore, id: string, at: Date): Promise<void> =>
  school.write(async (tx) => {
    const member = await staffMemberById(tx, id)
    await refuseIfLast(tx, member)
    await tx.updateTable('staff_account').set({ disabled_at: at }).where('id', '=', id).execute()
    await endSessions(tx, id)
  })

/**
 * Gives somebody a one-time password instead of the one they forgot, ends their sessions, and lets a disabled account in
 * again. The password is kept nowhere, and shown once.
 * @throws GatehouseError `not-found`
 */
export async function resetStaffPassword(school: SchoolStore, id: string, at: Date): Promise<string> {
  const password = oneTimePassword()
  const password_hash = await hashPassword(password)
  await school.write(async (tx) => {
    await staffMemberById(tx, id)
    await tx
      .updateTable('staff_account')
      .set({
        password_hash,
        one_time_until: oneTimeEnd(at),
        disabled_at: null,
        failed_sign_ins: 0,
        locked_until: null,
      })
      .where('id', '=', id)
      .execute()
    await endSessions(tx, id)
  })
  return password
}

/**
 * Lets a person choose their own password, and ends every session of theirs: the present one is begun again with it.
 * Returns the address to sign in with, or which field is wrong.
 */
export async function chooseOwnPassword(
  school: SchoolStore,
  accountId: string,
  given: { readonly present: string; readonly next: string },
): Promise<Result<string, { readonly field: 'present' | 'next'; readonly text: string }>> {
  const row = await school.read((tx) =>
    tx
      .selectFrom('staff_account')
      .select(['email', 'password_hash'])
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow(),
  )
  if (!(await checkPassword(given.present, row.password_hash)))
    return fail({ field: 'present', text: 'This is not your present password' })
  if (given.next.normalize('NFC').length < shortestPassword)
    return fail({
      field: 'next',
      text: `Your new password needs at least ${shortestPassword} characters. Take three words that don’t belong together`,
    })
  if (given.next === given.present)
    return fail({ field: 'next', text: 'Choose another password than the present one' })
  const password_hash = await hashPassword(given.next)
  await school.write(async (tx) => {
    await tx
      .updateTable('staff_account')
      .set({ password_hash, one_time_until: null })
      .where('id', '=', accountId)
      .execute()
    await endSessions(tx, accountId)
  })
  return ok(row.email)
}
