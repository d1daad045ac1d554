import type { NationalStore } from '../core/store/index.ts'
import { fail, GatehouseError, ok, type Duty, type Result } from '../core/vocabulary/index.ts'
import { addAccount, setDuties, type NewAccount } from '../national/collect/index.ts'
import { accountById, accountsOf, hasAuthority, type Account } from '../national/collect/show/index.ts'
import { staffFaults } from './manage-staff.store.ts'
import { giveNationalPassword } from './national-account.store.ts'

// What people of the national side do with accounts. Every store handed in is the person's own view: row security lets nobody
// reach an account beyond their scope, nor add one there.

/** Who does it: nobody changes their own account here. */
export interface AccountKeeper {
  readonly store: NationalStore
  readonly email: string
}

export interface AccountFault {
  readonly field: 'name' | 'email' | 'authority' | 'source'
  readonly text: string
}

/** Adds somebody. Returns the one-time password: it is kept nowhere, and shown once. */
export async function addNationalAccount(
  { store }: AccountKeeper,
  account: Omit<NewAccount, 'duties'>,
  at: Date,
): Promise<Result<string, readonly AccountFault[]>> {
  const { scope, email } = account
  const faults: AccountFault[] = staffFaults(account).flatMap(({ field, text }) =>
    field === 'role' ? [] : [{ field, text }],
  )
  if (scope.kind !== 'collector' && !/^\d{3}$/.test(scope.laNumber))
    faults.push({ field: 'authority', text: 'Enter the authority’s number of three digits' })
  else if (scope.kind === 'authority' && !(await store.read((tx) => hasAuthority(tx, scope.laNumber))))
    faults.push({ field: 'authority', text: 'No sender of this authority is entered' })
  if (scope.kind === 'source' && !/^[0-9A-Za-z]{3,12}$/.test(scope.source))
    faults.push({ field: 'source', text: 'Enter the sender’s number, such as a school’s URN' })
  if (faults.length > 0) return fail(faults)
  try {
    await store.write((tx) => addAccount(tx, account, at))
  } catch (error) {
    const code = error instanceof GatehouseError ? error.code : null
    if (code === 'conflict')
      return fail([{ field: 'email', text: 'Somebody has an account with this address already' }])
    if (code === 'not-found')
      return fail([{ field: 'source', text: 'No sender of this number is entered in this authority' }])
    throw error
  }
  return ok(await giveNationalPassword(store, email, at))
}

/** The account of somebody else. @throws GatehouseError `not-found`; `not-allowed` for one's own. */
async function another({ store, email }: AccountKeeper, id: string): Promise<Account> {
  const account = await store.read((tx) => accountById(tx, id))
  if (account.email === email)
    throw new GatehouseError('not-allowed', 'You can’t do this to your own account.', {
      todo: 'Ask somebody else who works here.',
    })
  return account
}

/**
 * Disables an account and ends its sessions; what the person did stays under their name.
 * @throws GatehouseError `not-found`, `not-allowed` for one's own, `conflict` for the last of the collector's that is in use.
 */
export async function disableNationalAccount(keeper: AccountKeeper, id: string, at: Date): Promise<void> {
  const { scope } = await another(keeper, id)
  await keeper.store.write(async (tx) => {
    // Asked where it is written: two who disable each other at the same time can't both be told that another is left.
    const others = (await accountsOf(tx)).filter(
      (one) => one.scope.kind === 'collector' && one.id !== id && one.disabledAt === null && one.hasPassword,
    )
    if (scope.kind === 'collector' && others.length === 0)
      throw new GatehouseError('conflict', 'This is the last account of the collector.', {
        why: 'Nobody would be left who could look after accounts.',
        todo: 'Add another first.',
      })
    await tx
      .updateTable('national_account')
      .set({ disabled_at: at })
      .where('id', '=', id)
      .where('disabled_at', 'is', null)
      .execute()
    await tx.deleteFrom('national_session').where('account_id', '=', id).execute()
  })
}

/**
 * Gives somebody a one-time password instead of their own, ends their sessions, and lets a disabled account in again: with the new
 * password alone.
 * @throws GatehouseError `not-found`, `not-allowed` for one's own.
 */
export async function resetNationalPassword(
  keeper: AccountKeeper,
  id: string,
  at: Date,
): Promise<{ readonly account: Account; readonly password: string }> {
  const account = await another(keeper, id)
  const password = await giveNationalPassword(keeper.store, account.email, at)
  if (account.disabledAt !== null)
    await keeper.store.write((tx) =>
      tx.updateTable('national_account').set({ disabled_at: null }).where('id', '=', id).execute(),
    )
  return { account, password }
}

/**
 * Gives somebody of the department exactly these duties.
 * @throws GatehouseError `not-found`, `not-allowed` for one's own or outside the department, `bad-input`.
 */
export async function changeDuties(keeper: AccountKeeper, id: string, given: readonly Duty[]): Promise<void> {
  if (keeper.store.scope.kind !== 'collector')
    throw new GatehouseError('not-allowed', 'Duties are given by the department’s own people.')
  const { email } = await another(keeper, id)
  await keeper.store.write((tx) => setDuties(tx, email, given))
}
