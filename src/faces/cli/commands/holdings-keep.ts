import type { Command } from 'commander'
import { asCollector } from '../../../national/collect/index.ts'
import {
  destroyVersion,
  keepUntil,
  openHoldingsHome,
  retentionDecisions,
} from '../../../national/holdings/index.ts'
import { lines, table } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'

const partitionOf = ([dataset = '', year = '', term = '', version = '']: readonly string[]) => ({
  dataset,
  academicYear: year === 'all' ? 0 : Number(year),
  term,
  version,
})

export function defineHoldingsKeep(holdings: Command, run: Runner): void {
  const keep = holdings
    .command('keep <dataset> <year> <term> <version>')
    .description('record until when a version is kept; nothing is destroyed by itself')
    .option('--until <day>', 'without: no end is decided')
    .requiredOption('--reason <text>', 'why')
    .option(...asNationalOption)
  does(keep, run, async (context, options, args) => {
    const { collector, person, at } = await openForCommand(context, options)
    const of = partitionOf(args)
    const until = text(options, 'until') ?? null
    await keepUntil(await openHoldingsHome(collector), person, of, until, text(options, 'reason') ?? '', at())
    return { json: { ...of, until }, text: until === null ? 'Kept without an end.' : `Kept until ${until}.` }
  })

  const destroy = holdings
    .command('destroy <dataset> <year> <term> <version>')
    .description('destroy a version that no longer stands: its keys, then its files')
    .requiredOption('--reason <text>', 'why')
    .option(...asNationalOption)
  does(destroy, run, async (context, options, args) => {
    const { collector, person, at } = await openForCommand(context, options)
    const of = partitionOf(args)
    await destroyVersion(await openHoldingsHome(collector), person, of, text(options, 'reason') ?? '', at())
    return {
      json: of,
      text: 'Destroyed. Remove its attribute file from backups too; what was sealed is lost with its key.',
    }
  })

  const decisions = holdings
    .command('decisions')
    .description('what was decided about keeping and destroying, the last first')
    .option(...asNationalOption)
  does(decisions, run, async (context, options) => {
    const { collector, person } = await openForCommand(context, options)
    const rows = await asCollector(collector, person.actor).read(retentionDecisions)
    return {
      json: rows,
      text: lines(
        rows.length === 0 && 'Nothing was decided yet.',
        table(
          rows.map(({ of, kind, until, reason, byName }) => [
            `${of.dataset} ${String(of.academicYear)} ${of.term} ${of.version}`,
            kind === 'keep' ? `keep ${until === null ? 'without an end' : `until ${until}`}` : 'destroy',
            byName,
            reason,
          ]),
        ),
      ),
    }
  })
}
