import type { Command } from 'commander'
import type { Runner } from '../define.ts'
import { addBackup, addRestore } from './backup.ts'
import { addConsent } from './consent.ts'
import { addDecide } from './decide.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addFound } from './found.ts'
import { addImport } from './import.ts'
import { addLedger } from './ledger.ts'
import { addMigrate } from './migrate.ts'
import { addNotice } from './notice.ts'
import { addPolicy } from './policy.ts'
import { addDeliver, addRelease } from './release.ts'
import { addServe, addStart } from './serve.ts'
import { addWorld } from './world.ts'

type Add = (program: Command, run: Runner) => void

const groups: readonly (readonly [string, readonly Add[]])[] = [
  ['See it work:', [addStart, addDemo, addWorld]],
  ['A school’s day:', [addImport, addDecide, addRelease, addDeliver]],
  ['People and rules:', [addConsent, addPolicy, addNotice]],
  ['Proof:', [addLedger]],
  ['Running it:', [addFound, addServe, addDoctor, addMigrate, addBackup, addRestore]],
]

/** Adds every command, in the order and under the headings of `gatehouse --help`. */
export function addCommands(program: Command, run: Runner): void {
  for (const [heading, adds] of groups) {
    program.commandsGroup(heading)
    for (const add of adds) add(program, run)
  }
}
