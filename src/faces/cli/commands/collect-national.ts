import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  asPerson,
  decideDuplicate,
  exportReturn,
  findDuplicates,
  type ExportedReturn,
} from '../../../national/collect/index.ts'
import { duplicatesOf } from '../../../national/collect/show/index.ts'
import { count, lines } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'
import { roundOf } from './collect-register.ts'

const mostListed = 1000

export function defineCollectNational(collect: Command, run: Runner): void {
  const duplicates = collect
    .command('duplicates <collection> <year> <term>')
    .description(
      'look for children who are in two sources’ returns of a round; keeps each with place and reason',
    )
    .option('--list', 'name the groups by return and place: of the first thousand')
    .option(...asNationalOption)
  does(duplicates, run, async (context, options, args) => {
    const { collector, person, at } = await openForCommand(context, options)
    const round = roundOf(args)
    const found = await findDuplicates(collector, person, round, at())
    const listed =
      options['list'] === true
        ? (await asPerson(collector, person).read((tx) => duplicatesOf(tx, round, 1, mostListed))).groups
        : null
    return {
      json: { ...found, ...(listed && { groups: listed }) },
      text: lines(
        `${count(found.sameUpn, 'group')} with the same UPN, ${count(found.samePerson, 'group')} that are likely one child; ${String(found.conflicts)} in conflict.`,
        ...(listed ?? []).map(({ id, conflict, records }) =>
          lines(
            `${id}${conflict ? '' : ', as it should be'}`,
            ...records.map((one) => `  ${one.return}, pupil ${String(one.ordinal)}: ${one.why}`),
          ),
        ),
      ),
    }
  })

  const deciding = collect
    .command('duplicate <group>')
    .description(
      'say which record of a group of duplicates is the main one; `duplicates --list` names groups',
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
