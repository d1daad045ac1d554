import type { Command } from 'commander'
import { does, type Runner } from '../define.ts'
import { count } from '../answer.ts'
import { appliedMigrations } from '../store-state.store.ts'

export function addMigrate(program: Command, run: Runner): void {
  const command = program.command('migrate').description('bring the store up to date; opening it does so too')
  does(command, run, async (context) => {
    const applied = await appliedMigrations(await context.openStore())
    return {
      json: { migrations: applied },
      text: `The store is up to date: ${count(applied.length, 'migration')}.`,
    }
  })
}
