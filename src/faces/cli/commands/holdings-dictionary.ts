import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  openDictionary,
  rateColumn,
  ratingMatrix,
  searchDictionary,
  type DictionarySearch,
} from '../../../national/holdings/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Options, type Runner } from '../define.ts'

export function defineHoldingsDictionary(holdings: Command, run: Runner): void {
  const dictionary = holdings
    .command('dictionary [words...]')
    .description('search the data dictionary: what is held, and the department’s public list')
    .option('--dataset <id>', 'only this data set')
    .option('--risk <1-5>', 'only this identification risk')
    .option('--sensitivity <B-E>', 'only this sensitivity')
    .option('--route <route>', 'default, by-request or never')
    .option('--held', 'only what is held')
    .option('--matrix', 'how many there are of each rating')
    .option('--at <day>', 'as rated on this day (2026-09-01); today when absent')
    .option(...asNationalOption)
  does(dictionary, run, async (context, options, words) => {
    const { collector, at } = await openForCommand(context, options)
    const day = text(options, 'at')
    const when = day === undefined ? at() : new Date(`${day}T12:00:00Z`)
    if (Number.isNaN(when.getTime())) throw new GatehouseError('bad-input', 'A day is written 2026-09-01.')
    const all = await openDictionary(collector, when)
    const found = searchDictionary(all, searchOf(options, words.join(' ')))
    const matrix = ratingMatrix(found)
    return {
      json: {
        day: all.day,
        total: all.entries.length,
        found: found.length,
        matrix,
        ...(options['matrix'] === true ? {} : { entries: found }),
      },
      text: lines(
        `${count(found.length, 'variable')} of ${all.entries.length.toLocaleString('en-GB')}, as rated on ${all.day}.`,
        options['matrix'] === true
          ? table([
              ['Risk', ...matrix.sensitivities],
              ...matrix.risks.map((risk) => [
                String(risk),
                ...matrix.sensitivities.map(
                  (each) =>
                    matrix.cells.find((cell) => cell.risk === risk && cell.sensitivity === each)?.count ?? 0,
                ),
              ]),
            ])
          : table(
              found
                .slice(0, 50)
                .map((each) => [
                  each.dataset,
                  each.alias || each.name,
                  `${String(each.risk ?? '')}${each.sensitivity ?? ''}`,
                  each.route ?? '',
                  each.label,
                ]),
            ),
        options['matrix'] !== true &&
          found.length > 50 &&
          `… and ${String(found.length - 50)} more: give more words, or --json.`,
      ),
    }
  })

  const rate = holdings
    .command('rate <dataset> <column>')
    .description('rate a column anew, from a day on')
    .requiredOption('--rating <rating>', 'identification risk and sensitivity, such as 5D')
    .requiredOption('--route <route>', 'default, by-request or never')
    .requiredOption('--from <day>', 'the first day on which it counts')
    .requiredOption('--reason <text>', 'why')
    .option(...asNationalOption)
  does(rate, run, async (context, options, [dataset = '', column = '']) => {
    const { collector, person, at } = await openForCommand(context, options)
    const [, risk, letter] = /^([1-9])([A-E])$/.exec(text(options, 'rating') ?? '') ?? []
    const sensitivity = (['A', 'B', 'C', 'D', 'E'] as const).find((each) => each === letter)
    const route = routes.find((each) => each === text(options, 'route'))
    if (risk === undefined || !sensitivity || !route)
      throw new GatehouseError(
        'bad-input',
        'A rating is a figure and a letter such as 5D, a route one of default, by-request, never.',
      )
    const rating = {
      dataset,
      column,
      risk: Number(risk),
      sensitivity,
      route,
      from: text(options, 'from') ?? '',
      reason: text(options, 'reason') ?? '',
    }
    await rateColumn(collector, person, rating, at())
    return {
      json: rating,
      text: `${dataset}.${column} is ${risk}${sensitivity}, ${route}, from ${rating.from} on.`,
    }
  })
}

const routes = ['default', 'by-request', 'never'] as const

function searchOf(options: Options, words: string): DictionarySearch {
  const risk = text(options, 'risk')
  const dataset = text(options, 'dataset')
  const sensitivity = text(options, 'sensitivity')
  const route = routes.find((each) => each === text(options, 'route'))
  return {
    words,
    ...(dataset === undefined ? {} : { dataset }),
    ...(risk === undefined ? {} : { risk: Number(risk) }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(route === undefined ? {} : { route }),
    ...(options['held'] === true ? { origin: 'held' as const } : {}),
  }
}
