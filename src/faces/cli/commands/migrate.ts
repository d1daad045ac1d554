import type { Command } from 'commander'
import { prepareQueue } from '../../../core/store/index.ts'
import { does, type Runner } from '../define.ts'
import { count } from '../answer.ts'
import { appliedMigrations } from '../store-state.store.ts'

export function defineMigrate(command: Command, run: Runner): void {
  does(command, run, async (context) => {
    const store = await context.openStore()
    await prepareQueue(store.engine)
    const applied = await appliedMigrations(store)
    return {
      json: { migrations: applied },
      text: `The store is up to date: ${count(applied.length, 'migration')}.`,
    }
  })
}
