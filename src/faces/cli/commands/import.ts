import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { SchoolStore } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  importFile,
  loadAttendanceCodes,
  readCodeSets,
  readImportMap,
  readImportMaps,
  rejectionMessages,
  type CodeSets,
  type ImportMap,
  type ImportReport,
  type ImportSource,
} from '../../../school/register/index.ts'
import { count, lines } from '../answer.ts'
import { does, text, type CommandContext, type Runner } from '../define.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import { followImportedChoices, schoolFor } from '../../index.ts'
import { commandActor } from '../acting-person.store.ts'
import { findPupil } from '../find-pupil.store.ts'
import { nearest } from '../nearest.ts'

export function defineImport(command: Command, run: Runner): void {
  command
    .option('--apply', 'apply it; without, only the difference is shown')
    .option('--without-rejected', 'apply the good rows although others are refused')
    .option('--confirm-short-read', 'so many really are missing from the file')
    .option('--new-identity-of <pupil>', 'take this adopted pupil’s new names and numbers from the file')
  does(command, run, async (context, options, [source = '', file = '']) => {
    const known = ['ctf', ...readImportMaps(join(context.settings().policyFolder, 'imports')).keys()]
    if (!known.includes(source) && !source.endsWith('.yaml')) throw noSuchMap(source, known)
    if (!existsSync(file)) throw new GatehouseError('not-found', 'There is no such file.', { where: file })
    const gatehouse = await context.open()
    const school = schoolFor(gatehouse, commandActor())
    const at = gatehouse.clock.now()
    const from = await sourceOf(context, source, school, at)
    await loadAttendanceCodes(school, from.codes)
    const renewed = text(options, 'newIdentityOf')
    const overwriteProtected =
      renewed === undefined ? [] : [await school.read((tx) => findPupil(tx, renewed))]
    const bar = context.progress('Import')
    const report = await importFile(school, from, file, {
      at,
      apply: options['apply'] === true,
      fileName: file,
      withoutRejected: options['withoutRejected'] === true,
      confirmShortRead: options['confirmShortRead'] === true,
      overwriteProtected,
      onProgress: ({ done, total }) => bar.at(done, total ?? done),
    }).finally(bar.end)
    if (report.applied) await gatehouse.store.refreshStatistics()
    if (report.followed && report.followed.stopped > 0) await gatehouse.ledger.publish(at)
    return { json: report, text: words(report), exit: exitOf(report) }
  })
}

const noSuchMap = (source: string, known: readonly string[]): GatehouseError =>
  new GatehouseError('not-found', 'There is no such import map.', {
    where: source,
    todo: `${nearest(source, known)} Or give the path of a map (.yaml).`,
  })

async function sourceOf(
  { settings }: CommandContext,
  source: string,
  school: SchoolStore,
  at: Date,
): Promise<ImportSource> {
  const folder = settings().policyFolder
  const codes = await readCodeSets(join(folder, 'codes'))
  if (source === 'ctf') return { format: 'ctf', codes }
  if (source.endsWith('.yaml')) return csv(readImportMap(source), codes, school, at)
  const maps = readImportMaps(join(folder, 'imports'))
  const map = maps.get(source)
  if (!map) throw noSuchMap(source, ['ctf', ...maps.keys()])
  return csv(map, codes, school, at)
}

/** Consents come on wordings: those of the policy in force. No other file needs a policy. */
async function csv(map: ImportMap, codes: CodeSets, school: SchoolStore, at: Date): Promise<ImportSource> {
  if (map.target !== 'consents') return { format: 'csv', map, codes }
  const { wordings } = await school.read(currentPolicy)
  return { format: 'csv', map, codes, choices: { wordings, follow: followImportedChoices(school, at) } }
}

/** Rows that can't be taken are bad input; a file that looks broken off waits for somebody's word. */
function exitOf({ rejected, notApplied }: ImportReport): ExitCode {
  if (notApplied?.reason === 'short-read') return exitCodes.refused
  return rejected.length > 0 ? exitCodes.input : exitCodes.done
}

function words(report: ImportReport): string {
  const refused = report.rejected.map(
    ({ line, column, code }) => `  line ${line}${column ? `, ${column}` : ''}: ${rejectionMessages[code]}`,
  )
  const reason = report.notApplied?.reason
  return lines(
    `${count(report.rows, 'row')}: ${report.new} new, ${report.changed} changed, ${report.left} left, ${report.unchanged} unchanged, ${report.held} held by a protection`,
    report.rejected.length > 0 && `${count(report.rejected.length, 'row')} refused:`,
    ...refused.slice(0, 100),
    refused.length > 100 && `  … and ${refused.length - 100} more`,
    ...report.warnings.slice(0, 20).map((w) => `  warning, line ${w.line}, ${w.column}: ${w.message}`),
    report.rejectedMore > 0 && `  … and ${report.rejectedMore} faults that are not listed`,
    report.absent.length > 0 &&
      `Not in the file, so left as it is and perhaps out of date: ${report.absent.join(', ')}`,
    report.ignored.length > 0 && `Not read: ${report.ignored.join(', ')}`,
    report.applied && 'Applied.',
    report.followed &&
      report.followed.stopped > 0 &&
      `Stopped before they left, because a consent ended: ${count(report.followed.stopped, 'file')}. Release them again when they are needed.`,
    report.followed &&
      report.followed.recalls > 0 &&
      `What a change of mind asks for stands in ${count(report.followed.recalls, 'task')}.`,
    reason === 'preview' && 'Nothing is applied yet: run it again with --apply.',
    reason === 'rejected-rows' && 'Nothing was applied. Mend the rows, or give --without-rejected.',
    reason === 'short-read' &&
      'Nothing was applied: far fewer pupils than on roll. If that is right, give --confirm-short-read.',
  )
}
