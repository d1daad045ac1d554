import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { requireDuty } from '../../../national/collect/index.ts'
import { openHoldingsHome } from '../../../national/holdings/index.ts'
import { auditFolder, buildDeclared, statisticsOf } from '../../../national/statistics/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'

export function defineStatisticsBuild(statistics: Command, run: Runner): void {
  const list = statistics.command('list').description('the tables that policy/statistics declares')
  does(list, run, async ({ settings }) => {
    const { tables, publications } = await statisticsOf(settings().policyFolder)
    const all = [...tables.values()].map(({ name, title, publication, policy, levels }) => ({
      name,
      title,
      publication,
      policy: publications.get(publication)?.policy ?? policy.id,
      levels,
    }))
    return {
      json: all,
      text: table([
        ['table', 'publication', 'policy'],
        ...all.map((each) => [each.name, each.publication, each.policy]),
      ]),
    }
  })

  const building = statistics
    .command('build <table>')
    .description('a declared table from the holdings: data and metadata, audit, lineage and chart')
    .requiredOption('--out <folder>', 'a folder that isn’t there yet')
    .option('--policy <id>', 'a disclosure policy in the place of the publication’s own, for a draft')
    .option(...asNationalOption)
  does(building, run, async (context, options, [name = '']) => {
    const { collector, person } = await openForCommand(context, options)
    requireDuty(person, 'statistics')
    const home = await openHoldingsHome(collector)
    const policy = text(options, 'policy')
    const built = await buildDeclared(home, {
      table: name,
      out: resolve(text(options, 'out') ?? ''),
      ...(policy !== undefined && { policy }),
    })
    return {
      json: built,
      text: lines(
        `${built.table}: ${count(built.rows, 'row')} under the policy ${built.policy}.`,
        built.confidential > 0 &&
          `${count(built.confidential, 'cell')} confidential, ${String(built.secondary)} more hidden so that none can be worked out.`,
        built.safe
          ? 'The audit found nothing that can be told more closely than the policy allows.'
          : `NOT SAFE: ${count(built.unsafe.length, 'confidential cell')} can be told more closely than the policy allows. Take another policy, or coarser items.`,
      ),
      ...(built.safe ? {} : { exit: exitCodes.refused }),
    }
  })

  const auditing = statistics
    .command('audit <folder>')
    .description('what anybody can tell of each hidden figure, from the published files alone')
  does(auditing, run, async (_context, _options, [folder = '']) => {
    const audited = await auditFolder(resolve(folder))
    const unsafe = audited.intervals.filter(({ safe }) => !safe)
    return {
      json: audited,
      text: lines(
        audited.intervals.length > 0 &&
          table([
            ['period', 'cell', 'at least', 'at most'],
            ...[...unsafe, ...audited.intervals.filter(({ safe }) => safe)]
              .slice(0, 40)
              .map(({ period, cell, least, greatest }) => [period, cell, least, greatest]),
          ]),
        audited.solved
          ? `${basename(folder)}: ${count(audited.intervals.length, 'hidden figure')}, ${unsafe.length === 0 ? 'none' : String(unsafe.length)} known too closely.`
          : `${basename(folder)}: the policy ${audited.policy} hides nothing that could be solved.`,
      ),
      ...(audited.safe ? {} : { exit: exitCodes.refused }),
    }
  })
}
