import { userInfo } from 'node:os'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type Actor } from '../../core/vocabulary/index.ts'
import { may, schoolFor, type Act, type Gatehouse } from '../index.ts'
import { text, type Options } from './define.ts'

export const asOption = ['--as <email>', 'the member of staff who acts, by their account'] as const

/** Whoever runs the command on this machine, without a role at the school. */
export const commandActor = (): Actor => ({ kind: 'command', name: userInfo().username, role: 'system' })

const staffByEmail = (tx: Tx, email: string) =>
  tx
    .selectFrom('staff_account')
    .select(['name', 'role'])
    .where('email', '=', email.trim().toLowerCase())
    .where('disabled_at', 'is', null)
    .executeTakeFirst()

/**
 * Who acts: the member of staff named with `--as`, else the command itself. The role is the account's and can't be claimed;
 * whoever can open the data folder answers for naming themselves.
 * @throws GatehouseError `not-found`, or `not-allowed` when the role does not cover the act.
 */
export async function actingPerson(gatehouse: Gatehouse, options: Options, act: Act): Promise<Actor> {
  const email = text(options, 'as')
  if (email === undefined) return commandActor()
  const account = await schoolFor(gatehouse, commandActor()).read((tx) => staffByEmail(tx, email))
  if (!account) throw new GatehouseError('not-found', 'No member of staff has this address.')
  const role = account.role as Parameters<typeof may>[0]
  if (!may(role, act)) {
    throw new GatehouseError('not-allowed', 'This person’s role does not cover it.', {
      where: `role ${role}`,
    })
  }
  return { kind: 'staff', name: account.name, role }
}
