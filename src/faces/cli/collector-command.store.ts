import { userInfo } from 'node:os'
import { systemClock } from '../../core/vocabulary/index.ts'
import {
  asCollector,
  openCollector,
  operator,
  personByEmail,
  type Collector,
  type Person,
} from '../../national/collect/index.ts'
import { text, type CommandContext, type Options } from './define.ts'

export const asNationalOption = [
  '--as <email>',
  'who acts, by their national account; the operator of this machine when absent',
] as const

/** The collector on the store of the settings, whoever acts, and the time. */
export interface CollectorCommand {
  readonly collector: Collector
  readonly person: Person
  readonly at: () => Date
}

/** @throws GatehouseError `not-found` when nobody has the address that `--as` gives. */
export async function openForCommand(context: CommandContext, options: Options): Promise<CollectorCommand> {
  const { home, policyFolder, publicUrl } = context.settings()
  const store = await context.openStore()
  const collector = await openCollector({ store, home, policyFolder, origin: publicUrl })
  const email = text(options, 'as')
  const person =
    email === undefined
      ? operator(userInfo().username)
      : await asCollector(collector).read((tx) => personByEmail(tx, email))
  return { collector, person, at: () => systemClock.now() }
}
