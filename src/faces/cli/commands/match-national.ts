import { resolve } from 'node:path'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, type Person } from '../../../national/collect/index.ts'
import {
  changesOf,
  currentReference,
  decidePair,
  decisionsAbout,
  exportPeople,
  matchReport,
  openMatching,
  runMatching,
  severIdentities,
  trainAnew,
  undoDecision,
  waitingPairs,
  type MatchReport,
  type MatchRun,
  type Matching,
  type Verdict,
} from '../../../national/match/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'

interface MatchCommand {
  readonly matching: Matching
  readonly person: Person
  readonly at: () => Date
}

async function opened(context: CommandContext, options: Options): Promise<MatchCommand> {
  const { collector, person, at } = await openForCommand(context, options)
  return { matching: await openMatching(collector), person, at }
}

/** The collector’s own matching: one reference for each pupil over all authorised returns. */
export function defineNationalMatch(match: Command, run: Runner): void {
  const running = match
    .command('run')
    .description('who the pupils of the authorised returns are: reads those that no run has read')
    .option(...asNationalOption)
  does(running, run, async (context, options) => {
    const { matching, person, at } = await opened(context, options)
    const done = await runMatching(matching, person, at())
    return { json: done, text: runWords(done) }
  })

  const training = match
    .command('train')
    .description('learn a model anew from all that is known; what was linked stays')
    .option(...asNationalOption)
  does(training, run, async (context, options) => {
    const { matching, person, at } = await opened(context, options)
    const { version, identities } = await trainAnew(matching, person, at())
    return {
      json: { version, identities },
      text: `Model ${String(version)}, of ${count(identities, 'identity', 'identities')}.`,
    }
  })

  const reporting = match
    .command('report')
    .description('how well pupils are matched: estimates, by subgroup, and what people found')
    .option(...asNationalOption)
  does(reporting, run, async (context, options) => {
    const { matching } = await opened(context, options)
    const report = await matchReport(matching)
    return { json: report, text: reportWords(report) }
  })

  const queue = match
    .command('queue')
    .description('pairs that wait for a person: by id, without what they are')
    .option(...asNationalOption)
  does(queue, run, async (context, options) => {
    const { matching } = await opened(context, options)
    const waiting = await asCollector(matching.collector).read((tx) => waitingPairs(tx, { most: 1000 }))
    return {
      json: waiting,
      text: lines(
        `${count(waiting.total, 'pair')} ${waiting.total === 1 ? 'waits' : 'wait'}.`,
        ...waiting.pairs.map(
          ({ id, why, weight }) => `${id}  ${why}  ${weight === null ? '' : weight.toFixed(1)}`,
        ),
      ),
    }
  })

  const deciding = match
    .command('decide <pair> <verdict>')
    .description('same, not-same or unsure, with a reason')
    .requiredOption('--reason <text>', 'why, without the child’s name')
    .option(...asNationalOption)
  does(deciding, run, async (context, options, [pair = '', verdict = '']) => {
    const { matching, person, at } = await opened(context, options)
    const decided = await decidePair(
      matching,
      person,
      pair,
      { verdict: readVerdict(verdict), reason: text(options, 'reason') ?? '' },
      at(),
    )
    return {
      json: decided,
      text: decided.waits
        ? 'It waits for a second opinion.'
        : decided.run
          ? runWords(decided.run)
          : 'Decided.',
    }
  })

  const undoing = match
    .command('undo <decision>')
    .description('take a decision back, with a reason')
    .requiredOption('--reason <text>', 'why')
    .option(...asNationalOption)
  does(undoing, run, async (context, options, [decision = '']) => {
    const { matching, person, at } = await opened(context, options)
    const done = await undoDecision(matching, person, decision, text(options, 'reason') ?? '', at())
    return { json: done, text: runWords(done) }
  })

  const history = match
    .command('history <reference>')
    .description('merges, splits and decisions of one reference')
    .option(...asNationalOption)
  does(history, run, async (context, options, [reference = '']) => {
    const { matching } = await opened(context, options)
    const told = await asCollector(matching.collector).read(async (tx) => ({
      current: await currentReference(tx, reference),
      changes: await changesOf(tx, reference),
      decisions: await decisionsAbout(tx, reference),
    }))
    return {
      json: told,
      text: lines(
        `Now ${told.current}.`,
        ...told.changes.map(
          ({ at, kind, kept, other, cause, by }) =>
            `${at.toISOString()} ${kind} ${kept} ${other} (${cause}, ${by})`,
        ),
        ...told.decisions.map(
          ({ id, at, verdict, by, undone }) =>
            `${at.toISOString()} ${id} ${verdict} (${by})${undone ? ', undone' : ''}`,
        ),
      ),
    }
  })

  const severing = match
    .command('sever <one> <other>')
    .description(
      'part two identities for ever, by a record of each (RETURN/TABLE/N): adoption, or a child’s safety',
    )
    .option(...asNationalOption)
  does(severing, run, async (context, options, [one = '', other = '']) => {
    const { matching, person, at } = await opened(context, options)
    const done = await severIdentities(matching, person, placeOf(one), placeOf(other), at())
    return { json: { splits: done.counts.splits }, text: 'They are never joined.' }
  })

  const exporting = match
    .command('export')
    .description('every matched record with its reference, for `match evaluate`; it stays inside')
    .requiredOption('--out <file>', 'CSV: record, person')
    .option(...asNationalOption)
  does(exporting, run, async (context, options) => {
    const { matching, person } = await opened(context, options)
    const records = await exportPeople(matching, person, resolve(text(options, 'out') ?? ''))
    return { json: { records }, text: `${count(records, 'record')}.` }
  })
}

const runWords = ({ run, model, counts }: MatchRun): string =>
  run === null
    ? 'Nothing is new.'
    : lines(
        `Run ${String(run)}: ${count(counts.returns, 'return')}, ${count(counts.records, 'record')}; ${count(counts.fresh, 'identity', 'identities')} never met before.`,
        `${count(counts.newPeople, 'new pupil')}, ${count(counts.merges, 'merge')}, ${count(counts.splits, 'split')}; ${count(counts.queued, 'pair')} for people to decide. Model ${String(model)}.`,
      )

const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(2)}%`)

const reportWords = ({ all, groups, largestGap, clerical, stability }: MatchReport): string =>
  all === null
    ? 'Nothing was matched yet.'
    : lines(
        table([
          ['', 'records', 'joined', 'precision', 'recall', 'before people per 100,000'],
          ...[all, ...groups].map(({ kind, group, records, joined, precision, recall, reviewLoad }) => [
            kind === 'all' ? 'all' : `${kind} ${group}`,
            String(records),
            String(joined),
            percent(precision),
            percent(recall),
            String(reviewLoad),
          ]),
        ]),
        'Precision and recall are the model’s own estimates over the pairs that it scored.',
        largestGap &&
          `Largest gap of recall: ${percent(largestGap.gap)} (${largestGap.kind}: ${largestGap.best} best, ${largestGap.worst} worst).`,
        `${count(clerical.waiting, 'pair')} ${clerical.waiting === 1 ? 'waits' : 'wait'}; ${String(clerical.decided)} decided. Of ${String(clerical.sampled)} joined pairs that people looked at, ${String(clerical.sampledRight)} were right.`,
        `Merges and splits per 100,000 identities: ${String(stability.per100000)}.`,
      )

const verdicts: readonly Verdict[] = ['same', 'not-same', 'unsure']

function readVerdict(word: string): Verdict {
  const verdict = verdicts.find((each) => each === word)
  if (!verdict) throw new GatehouseError('bad-input', 'A verdict is same, not-same or unsure.')
  return verdict
}

function placeOf(words: string): { return: string; table: string; n: number } {
  const [, id = '', name = '', n = ''] = /^([0-9a-f-]{36})\/([A-Za-z]+)\/(\d+)$/.exec(words) ?? []
  if (id === '')
    throw new GatehouseError('bad-input', 'A record is named RETURN/TABLE/N.', {
      todo: 'Give the return’s id, the table and the record’s number in it, with slashes between.',
    })
  return { return: id, table: name, n: Number(n) }
}
