import type { Command } from 'commander'
import { returnStates } from '../../../core/collections/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  allRounds,
  asPerson,
  chaseList,
  daysTo,
  eventsOf,
  findingsOf,
  meantReturn,
  notesOf,
  progressOf,
  queues,
  roundName,
  unresolvedIn,
  type OpenRound,
  type Progress,
} from '../../../national/collect/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption, openForCommand, type CollectorCommand } from '../collector-command.store.ts'
import { does, text, type Options, type Runner } from '../define.ts'

const roundOptions = (command: Command): Command =>
  command
    .option('--collection <id>', 'only this collection')
    .option('--year <year>', 'only this year')
    .option('--term <term>', 'only this term')
    .option(...asNationalOption)

/** The rounds that are meant: all that were opened, but for what the options leave out. */
async function roundsOf(
  { collector, person }: CollectorCommand,
  options: Options,
): Promise<readonly OpenRound[]> {
  const [collection, year, term] = ['collection', 'year', 'term'].map((name) => text(options, name))
  const rounds = await asPerson(collector, person).read(allRounds)
  return rounds.filter(
    (round) =>
      (collection ?? round.collection) === round.collection &&
      (year ?? String(round.year)) === String(round.year) &&
      (term ?? round.term) === round.term,
  )
}

export function defineCollectStatus(collect: Command, run: Runner): void {
  const status = roundOptions(
    collect.command('status').argument('[return]', 'one return, by its id or its source’s number'),
  ).description('how far each round has come, by authority and in all; or one return with its history')
  does(status, run, async (context, options, [named]) => {
    const command = await openForCommand(context, options)
    return named === undefined ? roundsStatus(command, options) : returnStatus(command, named)
  })

  const findings = collect
    .command('findings <return>')
    .description('what was found in a return: places and rules, never values')
    .option('--rule <number>', 'only this rule')
    .option(...asNationalOption)
  does(findings, run, async (context, options, [named = '']) => {
    const { collector, person } = await openForCommand(context, options)
    const rule = text(options, 'rule')
    const found = await asPerson(collector, person).read(async (tx) =>
      (await findingsOf(tx, await meantReturn(tx, named))).filter(
        (each) => (rule ?? each.rule) === each.rule,
      ),
    )
    return {
      json: found,
      text:
        found.length === 0
          ? 'Nothing was found.'
          : lines(
              ...found.map(
                (each) =>
                  `${String(each.number)}. ${each.severity} ${each.rule}, ${each.location}. ${each.message}${each.status === 'open' ? '' : ` (${each.status})`}`,
              ),
            ),
    }
  })

  const queue = roundOptions(collect.command('queue')).description(
    'what waits, and for whom: validation, explanation, approval, authorisation',
  )
  does(queue, run, async (context, options) => {
    const { collector, person } = await openForCommand(context, options)
    const [collection, year, term] = ['collection', 'year', 'term'].map((name) => text(options, name))
    const waiting = await asPerson(collector, person).read((tx) =>
      queues(tx, {
        ...(collection === undefined ? {} : { collection }),
        ...(year === undefined ? {} : { year: yearOf(year) }),
        ...(term === undefined ? {} : { term }),
      }),
    )
    return {
      json: waiting,
      text:
        table(
          waiting.map((each) => [each.queue, each.laNumber, each.source, each.name, each.state, each.return]),
        ) || 'Nothing waits.',
    }
  })

  const chase = roundOptions(collect.command('chase')).description(
    'sources that have sent nothing or have not submitted, near the deadline and after it',
  )
  does(chase, run, async (context, options) => {
    const command = await openForCommand(context, options)
    const { collector, person, at } = command
    const rounds = await roundsOf(command, options)
    const chased = await asPerson(collector, person).read(async (tx) => {
      const all = []
      for (const round of rounds.filter(({ closedAt }) => closedAt === null)) {
        const { collection, year, term } = round
        const own = await chaseList(tx, round, collector.workflow.chase.daysBefore, at())
        all.push(...own.map((each) => ({ collection, year, term, ...each })))
      }
      return all
    })
    return {
      json: chased,
      text:
        table(
          chased.map((each) => [each.laNumber, each.source, each.name, each.state, daysWords(each.days)]),
        ) || 'Nobody has to be chased.',
    }
  })
}

const yearOf = (typed: string): number => {
  if (/^2\d{3}$/.test(typed)) return Number(typed)
  throw new GatehouseError('bad-input', 'A year has four digits, such as 2026.')
}

const daysWords = (days: number | null): string =>
  days === null ? 'no deadline' : days < 0 ? `${count(-days, 'day')} late` : `${count(days, 'day')} left`

async function roundsStatus(command: CollectorCommand, options: Options) {
  const { collector, person, at } = command
  const rounds = await roundsOf(command, options)
  const now = at()
  const tell = async (round: OpenRound) => {
    const progress = await asPerson(collector, person).read((tx) => progressOf(tx, round))
    const days = round.due === null ? null : daysTo(round.due, now)
    return {
      collection: round.collection,
      year: round.year,
      term: round.term,
      census: round.census,
      due: round.due,
      daysToDeadline: days,
      open: round.closedAt === null,
      national: progress.at(-1),
      authorities: progress.slice(0, -1),
    }
  }
  const told: Awaited<ReturnType<typeof tell>>[] = []
  for (const round of rounds) told.push(await tell(round))
  const used = returnStates.filter((state) => told.some(({ national }) => (national?.states[state] ?? 0) > 0))
  const row = (name: string, progress: Progress): readonly (string | number)[] => [
    name,
    progress.expected,
    ...used.map((state) => progress.states[state]),
  ]
  return {
    json: told,
    text:
      told.length === 0
        ? 'No round was opened yet: the first return of one opens it.'
        : lines(
            ...told.flatMap((round) => [
              `${roundName(round)}: due ${round.due ?? 'on no day that is known'} (${daysWords(round.daysToDeadline)})${round.open ? '' : ', closed'}`,
              table([
                ['', 'expected', ...used.map((state) => collector.workflow.states[state])],
                ...round.authorities.map((each) => row(each.laNumber ?? '', each)),
                ...(round.national ? [row('all', round.national)] : []),
              ]),
            ]),
          ),
  }
}

async function returnStatus({ collector, person }: CollectorCommand, named: string) {
  const told = await asPerson(collector, person).read(async (tx) => {
    const of = await meantReturn(tx, named)
    return {
      ...of,
      label: collector.workflow.states[of.state],
      unresolved: await unresolvedIn(tx, of),
      notes: await notesOf(tx, of),
      events: await eventsOf(tx, of.id),
    }
  })
  return {
    json: told,
    text: lines(
      `${roundName(told)}, ${told.sourceName} (${told.source}), version ${String(told.version)}: ${told.label}${told.stands ? '' : ', replaced or withdrawn'}`,
      `${count(told.errors, 'error')}, ${count(told.queries, 'query', 'queries')}; left to explain: ${String(told.unresolved.unexplained)}, to decide: ${String(told.unresolved.undecided)}, rejected: ${String(told.unresolved.rejected)}`,
      ...told.notes.map(
        (note) =>
          `note ${note.id} on ${note.rule ?? 'the return'}: ${note.kind}, ${note.superseded ? 'superseded' : (note.outcome ?? 'not decided')}`,
      ),
      ...told.events.map(
        (event) =>
          `${event.at.toISOString()} ${event.move} by ${event.by} (${event.role})${event.reason === null ? '' : `: ${event.reason}`}`,
      ),
    ),
  }
}
