import type { Command } from 'commander'
import type { Runner } from '../define.ts'
import { addConsent } from './consent.ts'
import { addDecide } from './decide.ts'
import { addDemo } from './demo.ts'
import { addHouse } from './house.ts'
import { addImport } from './import.ts'
import { addLedger } from './ledger.ts'
import { addNotice } from './notice.ts'
import { addPolicy } from './policy.ts'
import { addDeliver, addRelease } from './release.ts'
import { addStart } from './start.ts'

/** Every command, in the order of the help. */
export const allCommands: readonly ((program: Command, run: Runner) => void)[] = [
  addStart,
  addDemo,
  addImport,
  addDecide,
  addRelease,
  addDeliver,
  addConsent,
  addPolicy,
  addNotice,
  addLedger,
  addHouse,
]
