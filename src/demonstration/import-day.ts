import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SchoolStore } from '../core/store/index.ts'
import { GatehouseError, type Wording } from '../core/vocabulary/index.ts'
import { readCsv } from '../core/standards/csv/index.ts'
import { followImportedChoices } from '../faces/index.ts'
import { recordTemplate } from '../school/agreements/index.ts'
import {
  importFile,
  loadAttendanceCodes,
  readCodeSets,
  readImportMaps,
  type ImportReport,
  type ImportSource,
} from '../school/register/index.ts'

/** In the order in which they need each other: pupils first, choices last. */
const order = [
  'bromcom/pupils',
  'bromcom/contacts',
  'bromcom/attendance',
  'bromcom/fsm',
  'bromcom/sen',
  'bromcom/assessments',
  'bromcom/suspensions',
  'bromcom/history',
  'office/protections',
  'office/consents',
]

/**
 * Takes in everything the school's folder holds, as the office would: the MIS's reports, the office's own lists, then the
 * transfer files of pupils who joined.
 * @throws GatehouseError `bad-input` when a file that the demonstration made is not taken: then it is out of step.
 */
export async function importDay(
  school: SchoolStore,
  options: {
    readonly files: string
    readonly policyFolder: string
    readonly wordings: ReadonlyMap<string, Wording>
    readonly at: Date
    readonly say: (line: string) => void
  },
): Promise<readonly ImportReport[]> {
  const codes = await readCodeSets(join(options.policyFolder, 'codes'))
  const maps = readImportMaps(join(options.policyFolder, 'imports'))
  await loadAttendanceCodes(school, codes)
  const choices = { wordings: options.wordings, follow: followImportedChoices(school, options.at) }
  const reports: ImportReport[] = []
  const take = async (file: string, source: ImportSource): Promise<void> => {
    const report = await importFile(school, source, join(options.files, file), {
      at: options.at,
      apply: true,
    })
    if (!report.applied) {
      throw new GatehouseError('bad-input', 'A file of the demonstration was not taken.', {
        where: file,
        why: `${report.rejected.length} rows refused; first: ${report.rejected[0]?.message ?? report.notApplied?.reason ?? ''}`,
      })
    }
    reports.push(report)
    options.say(`  ${file}: ${report.rows} rows, ${report.new} new, ${report.changed} changed`)
  }
  for (const name of order) {
    const map = maps.get(name.replace('/', '-'))
    if (!map)
      throw new GatehouseError('bad-policy', 'An import map is missing.', { where: `imports/${name}` })
    await take(`${name}.csv`, { format: 'csv', map, codes, choices })
  }
  for (const file of readdirSync(join(options.files, 'ctf')).sort()) {
    await take(`ctf/${file}`, { format: 'ctf', codes })
  }
  return reports
}

/** Checks each agreement's columns against the blank template that the school downloaded from the supplier. */
export async function recordTemplates(school: SchoolStore, files: string, at: Date): Promise<void> {
  const folder = join(files, 'templates')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.csv'))) {
    const header = await firstRow(join(folder, file))
    const match = await recordTemplate(school, file.replace(/\.csv$/, ''), header, at)
    if (!match.ok) {
      throw new GatehouseError('bad-policy', 'The columns do not fit the supplier’s template.', {
        where: file,
      })
    }
  }
}

async function firstRow(file: string): Promise<readonly string[]> {
  for await (const row of readCsv(createReadStream(file))) return row.cells
  return []
}
