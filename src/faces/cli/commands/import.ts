import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  importFile,
  loadAttendanceCodes,
  readCodeSets,
  readImportMap,
  readImportMaps,
  rejectionMessages,
  type ImportReport,
  type ImportSource,
} from '../../../school/register/index.ts'
import { count, lines } from '../answer.ts'
import { does, text, type CommandContext, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor } from '../../index.ts'
import { actingAs, asOption } from './acting.ts'

export function addImport(program: Command, run: Runner): void {
  const command = program
    .command('import <source> <file>')
    .description('a file into the register: ctf, or the id or path of a column map (policy/imports)')
    .option('--apply', 'apply it; without, only the difference is shown')
    .option('--without-rejected', 'apply the good rows although others are refused')
    .option('--confirm-short-read', 'so many really are missing from the file')
    .option(...asOption)
  does(command, run, async (context, options, [source = '', file = '']) => {
    if (!existsSync(file)) throw new GatehouseError('not-found', 'There is no such file.', { where: file })
    const gatehouse = await context.open()
    const school = schoolFor(gatehouse, actingAs(options))
    const from = await sourceOf(
      context,
      source,
      await school.read(async (tx) => (await currentPolicy(tx)).wordings),
    )
    await loadAttendanceCodes(school, from.codes)
    const bar = context.progress('Import')
    const report = await importFile(
      school,
      from,
      options['confirmShortRead'] === undefined ? file : createReadStream(file),
      {
        at: gatehouse.clock.now(),
        apply: options['apply'] === true,
        fileName: file,
        withoutRejected: options['withoutRejected'] === true,
        confirmShortRead: options['confirmShortRead'] === true,
        onProgress: ({ done, total }) => {
          bar.at(done, total ?? done)
        },
      },
    )
    bar.end()
    if (report.applied) await gatehouse.store.refreshStatistics()
    const stopped = options['apply'] === true && !report.applied
    return { json: report, text: words(report), ...(stopped ? { exit: exitCodes.refused } : {}) }
  })
}

async function sourceOf(
  { settings }: CommandContext,
  source: string,
  wordings: NonNullable<Extract<ImportSource, { format: 'csv' }>['wordings']>,
): Promise<ImportSource> {
  const folder = settings().policyFolder
  const codes = await readCodeSets(join(folder, 'codes'))
  if (source === 'ctf') return { format: 'ctf', codes }
  if (source.endsWith('.yaml')) return { format: 'csv', map: readImportMap(source), codes, wordings }
  const maps = readImportMaps(join(folder, 'imports'))
  const map = maps.get(source)
  if (!map) {
    throw new GatehouseError('not-found', 'There is no such import map.', {
      where: source,
      todo: `Known ones: ctf, ${[...maps.keys()].join(', ')}; or give the path of a map.`,
    })
  }
  return { format: 'csv', map, codes, wordings }
}

function words(report: ImportReport): string {
  const refused = report.rejected.map(
    ({ line, column, code }) => `  line ${line}${column ? `, ${column}` : ''}: ${rejectionMessages[code]}`,
  )
  const reason = report.notApplied?.reason
  return lines(
    `${count(report.rows, 'row')}: ${report.new} new, ${report.changed} changed, ${report.left} left, ${report.unchanged} unchanged`,
    report.rejected.length > 0 && `${count(report.rejected.length, 'row')} refused:`,
    ...refused,
    report.applied && 'Applied.',
    reason === 'preview' && 'Nothing is applied yet: run it again with --apply.',
    reason === 'rejected-rows' && 'Nothing was applied. Mend the rows, or give --without-rejected.',
    reason === 'short-read' &&
      'Nothing was applied: far fewer pupils than on roll. If that is right, give --confirm-short-read.',
  )
}
