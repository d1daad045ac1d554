import type { Command } from 'commander'
import { asCollector, sureCollector } from '../../../national/collect/index.ts'
import { giveNationalPassword, oneTimeDays } from '../../index.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, type Runner } from '../define.ts'

export function defineCollectPassword(collect: Command, run: Runner): void {
  const password = collect
    .command('password <email>')
    .description('give somebody of the national side a one-time password for the pages; it is shown once')
    .option(...asNationalOption)
  does(password, run, async (context, options, [email = '']) => {
    const { collector, person, at } = await openForCommand(context, options)
    sureCollector(person)
    const given = await giveNationalPassword(asCollector(collector, person.actor), email, at())
    return {
      json: { email, password: given, days: oneTimeDays },
      text: `One-time password of ${email}, for ${String(oneTimeDays)} days: ${given}\nWhoever signs in with it chooses their own.`,
    }
  })
}
