import { userInfo } from 'node:os'
import type { Actor } from '../../../core/vocabulary/index.ts'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import { text, type Options } from '../define.ts'

const roles: readonly StaffRole[] = ['office', 'dpo', 'head', 'safeguarding-lead', 'auditor']

/**
 * Who acts by the command line: the person named by `--as "Name, role"`, else the machine's user as a system actor. What
 * only a named person may do (approve, let a hold pass) is refused to the latter by the domain.
 * @throws GatehouseError `bad-input` when `--as` is not of that form.
 */
export function actingAs(options: Options): Actor {
  const given = text(options, 'as')
  if (given === undefined) return { kind: 'command', name: userInfo().username, role: 'system' }
  const [name = '', role = ''] = given.split(',').map((part) => part.trim())
  const known = roles.find((each) => each === role)
  if (name === '' || known === undefined) {
    throw new GatehouseError('bad-input', 'Say who acts as "Name, role".', {
      where: '--as',
      todo: `The roles are ${roles.join(', ')}.`,
    })
  }
  return { kind: 'staff', name, role: known }
}

export const asOption = ['--as <person>', 'who acts, as "Name, role"'] as const
