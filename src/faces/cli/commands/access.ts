import type { Command } from 'commander'
import type { Runner } from '../define.ts'
import { defineAccessData } from './access-data.ts'
import { defineAccessOrganisations } from './access-organisations.ts'
import { defineAccessRegister } from './access-register.ts'
import { defineAccessWork } from './access-work.ts'

/** Applications for the national data, their agreements, what is given under them, and the public register. */
export function defineAccess(access: Command, run: Runner): void {
  defineAccessWork(access, run)
  defineAccessData(access, run)
  defineAccessOrganisations(access, run)
  defineAccessRegister(access, run)
}
