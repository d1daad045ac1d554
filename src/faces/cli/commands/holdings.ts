import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  buildMatched,
  lineageOf,
  listHoldings,
  openHoldings,
  openHoldingsHome,
  verifyHoldings,
  type BuildReport,
  type HoldingsHome,
  type ListedHoldings,
} from '../../../national/holdings/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption, openForCommand, type CollectorCommand } from '../collector-command.store.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { defineHoldingsDictionary } from './holdings-dictionary.ts'
import { defineHoldingsKeep } from './holdings-keep.ts'

export interface HoldingsCommand extends CollectorCommand {
  readonly home: HoldingsHome
}

export async function openHoldingsForCommand(
  context: CommandContext,
  options: Options,
): Promise<HoldingsCommand> {
  const command = await openForCommand(context, options)
  const memory = text(options, 'memory')
  return {
    ...command,
    home: await openHoldingsHome(command.collector, memory === undefined ? {} : { memory }),
  }
}

export function defineHoldings(holdings: Command, run: Runner): void {
  const build = holdings
    .command('build')
    .description(
      'bring the national data sets up to what was authorised and matched; only what is touched is built',
    )
    .option('--note <text>', 'why, kept with the edition')
    .option('--memory <size>', 'what the engine may use, such as 4GB')
    .option(...asNationalOption)
  does(build, run, async (context, options) => {
    const { home, person, at } = await openHoldingsForCommand(context, options)
    const report = await buildMatched(home, person, at(), text(options, 'note'))
    return { json: report, text: buildWords(report) }
  })

  const list = holdings
    .command('list')
    .description('what is held: data sets, years, versions, and which of them stands')
    .option('--all', 'earlier versions too')
    .option(...asNationalOption)
  does(list, run, async (context, options) => {
    const { home } = await openHoldingsForCommand(context, options)
    const listed = await listHoldings(home)
    return { json: listed, text: listWords(listed, options['all'] === true) }
  })

  const verify = holdings
    .command('verify')
    .description('read every byte that is held and compare it with the signed manifests')
    .option(...asNationalOption)
  does(verify, run, async (context, options) => {
    const { home, person } = await openHoldingsForCommand(context, options)
    const verified = await verifyHoldings(home, person)
    return {
      json: verified,
      text: lines(
        `${count(verified.editions, 'edition')}, ${count(verified.versions, 'version')}, ${count(verified.files, 'file')} read.`,
        verified.destroyed > 0 && `${count(verified.destroyed, 'version')} destroyed as decided.`,
        ...verified.faults.map(({ where, what }) => `${where}: ${what}`),
        verified.faults.length === 0 && 'All is as it was built.',
      ),
      ...(verified.faults.length > 0 ? { exit: exitCodes.store } : {}),
    }
  })

  const view = holdings
    .command('query-view <name>')
    .description(
      'a data set, or a view under its national name (Spring_Census_2025): its columns, and how many rows',
    )
    .option('--by <column>', 'rows by the values of this column')
    .option('--as-of <instant>', 'as the holdings stood then')
    .option(...asNationalOption)
  does(view, run, async (context, options, [name = '']) => {
    const { home } = await openHoldingsForCommand(context, options)
    return queryView(home, name, text(options, 'by'), text(options, 'asOf'))
  })

  const lineage = holdings
    .command('lineage <dataset> <row>')
    .description(
      'where a row came from: its return, who authorised it, the matching run (row: <return>/<number>)',
    )
    .option(...asNationalOption)
  does(lineage, run, async (context, options, [dataset = '', row = '']) => {
    const { home, person } = await openHoldingsForCommand(context, options)
    const of = await lineageOf(home, person, dataset, row)
    return {
      json: of,
      text: lines(
        `Return ${of.row.returnId}, record ${String(of.row.n)}: ${of.return.collection} ${String(of.return.year)} ${of.return.term} of ${of.return.sourceName} (${of.return.source}), version ${String(of.return.version)}.`,
        `Received ${of.return.receivedAt} by ${of.return.receivedBy}; SHA-256 of its message ${of.return.messageSha256}.`,
        of.return.authorisedBy !== null &&
          `Authorised ${of.return.authorisedAt ?? ''} by ${of.return.authorisedBy}.`,
        ...of.versions.map(
          (each) =>
            `In ${dataset} ${String(each.academicYear)} ${each.term}, version ${each.version}${each.stands ? ' (stands)' : ''}: built ${each.builtAt} with ${each.engine}, matching run ${String(each.matchingRun)}.`,
        ),
        of.goesInto.length > 0 &&
          `Goes into ${of.goesInto.map((each) => `${each.dataset} ${each.academicYear === 0 ? '' : String(each.academicYear)}`.trim()).join(', ')}.`,
      ),
    }
  })

  defineHoldingsDictionary(holdings, run)
  defineHoldingsKeep(holdings, run)
}

async function queryView(home: HoldingsHome, name: string, by: string | undefined, asOf: string | undefined) {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || (by !== undefined && !/^[A-Za-z][A-Za-z0-9_]*$/.test(by)))
    throw new GatehouseError('bad-input', 'A view or column is named with letters, figures and underscores.')
  const instant = asOf === undefined ? undefined : new Date(asOf)
  if (instant && Number.isNaN(instant.getTime()))
    throw new GatehouseError('bad-input', 'This is no instant.', { todo: 'Write 2026-10-20T09:00:00Z.' })
  const sensitive = [...home.declarations.sources.values(), ...home.declarations.derived.values()]
    .filter(({ keys }) => keys === 'sensitive')
    .map(({ id }) => id)
  const isSensitive = sensitive.includes(name) || name.startsWith('CIN_')
  const open = await openHoldings(home, {
    ...(instant ? { asOf: instant } : {}),
    ...(isSensitive ? { datasets: sensitive } : {}),
  })
  try {
    const views = await open.rows(
      `SELECT view_name AS name FROM duckdb_views() WHERE NOT internal ORDER BY view_name`,
    )
    const known = views
      .map((row) => String(row['name']))
      .find((each) => each.toLowerCase() === name.toLowerCase())
    if (known === undefined)
      throw new GatehouseError('not-found', 'There is no such view.', {
        todo: `Use one of: ${views.map((row) => String(row['name'])).join(', ')}.`,
      })
    const columns = (await open.rows(`DESCRIBE SELECT * FROM "${known}"`)).map((row) => ({
      name: String(row['column_name']),
      type: String(row['column_type']),
    }))
    const [total] = await open.rows(`SELECT count(*) AS rows FROM "${known}"`)
    const column =
      by === undefined ? undefined : columns.find((each) => each.name.toLowerCase() === by.toLowerCase())
    if (by !== undefined && (!column || ['pmr', 'return_id', 'n'].includes(column.name)))
      throw new GatehouseError('bad-input', 'Rows can’t be counted by this column.', {
        todo: 'Choose one that describes many pupils.',
      })
    const counts = column
      ? (
          await open.rows(
            `SELECT CAST("${column.name}" AS VARCHAR) AS value, count(*) AS rows FROM "${known}" GROUP BY 1 ORDER BY 1 NULLS FIRST`,
          )
        ).map((row) => ({
          value: typeof row['value'] === 'string' ? row['value'] : null,
          rows: Number(row['rows']),
        }))
      : []
    const rows = Number(total?.['rows'] ?? 0)
    return {
      json: { view: known, edition: open.edition, rows, columns, counts },
      text: lines(
        `${known}: ${count(rows, 'row')}, edition ${String(open.edition)}.`,
        column === undefined && table(columns.map((each) => [each.name, each.type])),
        column &&
          table([[column.name, 'rows'], ...counts.map(({ value, rows: many }) => [value ?? '(none)', many])]),
      ),
    }
  } finally {
    await open.done()
  }
}

function buildWords({ edition, isNew, partitions, unmatched, withoutDefinition }: BuildReport): string {
  const built = partitions.filter(({ outcome }) => outcome === 'built')
  const again = partitions.filter(({ outcome }) => outcome === 'again')
  const byHand = partitions.reduce((sum, each) => sum + (each.setByHand ?? 0), 0)
  return lines(
    isNew
      ? `Edition ${String(edition)}.`
      : edition === 0
        ? 'Nothing was authorised yet.'
        : `Nothing had changed: edition ${String(edition)} stands.`,
    built.length > 0 && `${count(built.length, 'partition')} built:`,
    built.length > 0 &&
      table([
        ['Data set', 'Year', 'Term', 'Version', 'Rows', 'New or changed', 'Gone'],
        ...built.map((each) => [
          each.dataset,
          each.academicYear === 0 ? 'all' : String(each.academicYear),
          each.term,
          each.version,
          each.rows,
          each.difference?.only ?? '',
          each.difference?.gone ?? '',
        ]),
      ]),
    again.length > 0 && `${count(again.length, 'partition')} as in an earlier version, which stands again.`,
    `${count(partitions.length - built.length - again.length, 'partition')} unchanged.`,
    byHand > 0 &&
      `${count(byHand, 'record')} of people whom only a person can part: see the collector’s duplicates.`,
    unmatched > 0 &&
      `${count(unmatched, 'return')} not matched yet: run gatehouse match run, then build again.`,
    withoutDefinition.length > 0 &&
      `Left out, for the policy no longer defines them: ${withoutDefinition.join(', ')}.`,
  )
}

function listWords({ edition, datasets }: ListedHoldings, all: boolean): string {
  if (edition === 0) return 'Nothing is held yet. Build the holdings: gatehouse holdings build.'
  return lines(
    `Edition ${String(edition)}.`,
    table([
      ['Data set', 'Year', 'Term', 'Version', 'Rows', 'Linked', 'Matching run'],
      ...datasets.flatMap(({ id, partitions }) =>
        partitions.flatMap(({ academicYear, term, versions }) =>
          versions
            .filter(({ stands }) => all || stands)
            .map((each) => [
              id,
              academicYear === 0 ? 'all' : String(academicYear),
              term,
              each.version + (all && each.stands ? ' *' : ''),
              each.rows,
              each.linked ?? '',
              each.matchingRun,
            ]),
        ),
      ),
    ]),
  )
}
