import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  decideDuplicate,
  exportReturn,
  findDuplicates,
  type ExportedReturn,
} from '../../../national/collect/index.ts'
import { count, lines } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'
import { roundOf } from './collect-register.ts'

export function defineCollectNational(collect: Command, run: Runner): void {
  const duplicates = collect
    .command('duplicates <collection> <year> <term>')
    .description(
      'look for children who are in two sources’ returns of a round; keeps each with place and reason',
    )
    .option(...asNationalOption)
  does(duplicates, run, async (context, options, args) => {
    const { collector, person, at } = await openForCommand(context, options)
    const found = await findDuplicates(collector, person, roundOf(args), at())
    return {
      json: found,
      text: `${count(found.sameUpn, 'group')} with the same UPN, ${count(found.samePerson, 'group')} that are likely one child; ${String(found.conflicts)} in conflict.`,
    }
  })

  const deciding = collect
    .command('duplicate <group>')
    .description(
      'say which record of a group of duplicates is the main one; groups stand on the page of duplicates',
    )
    .requiredOption('--return <id>', 'the return that the main record is in')
    .requiredOption('--pupil <number>', 'which of its pupils, from 1')
    .option(...asNationalOption)
  does(deciding, run, async (context, options, [group = '']) => {
    const { collector, person } = await openForCommand(context, options)
    const main = { return: text(options, 'return') ?? '', ordinal: Number(text(options, 'pupil')) }
    await decideDuplicate(collector, person, group, main)
    return {
      json: { group, main },
      text: `The main record is pupil ${String(main.ordinal)} of ${main.return}.`,
    }
  })

  const exporting = collect
    .command('export <returns...>')
    .description(
      'write returns into a folder: the message as it was received, and a CSV a table. They hold pupils’ data',
    )
    .requiredOption('--out <folder>', 'where each gets a folder of its own')
    .option(...asNationalOption)
  does(exporting, run, async (context, options, returns) => {
    const { collector, person } = await openForCommand(context, options)
    const bar = context.progress('Export')
    const exported: ExportedReturn[] = []
    try {
      for (const named of returns) {
        exported.push(await exportReturn(collector, person, named, resolve(text(options, 'out') ?? '')))
        bar.at(exported.length, returns.length)
      }
    } finally {
      bar.end()
    }
    return {
      json: exported,
      text: lines(...exported.map((each) => `${each.return}: ${each.files.join(', ')}`)),
    }
  })
}
