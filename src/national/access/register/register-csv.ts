import { writeCsv } from '../../../core/standards/csv/index.ts'
import type { Registered } from './register.store.ts'

const columns = [
  'reference',
  'organisation',
  'organisationKind',
  'title',
  'summary',
  'purposes',
  'gateway',
  'route',
  'dataSets',
  'years',
  'highestRisk',
  'highestSensitivity',
  'itemsBeyondDefault',
  'outcome',
  'refusedFor',
  'conditions',
  'decidedOn',
  'decidedBy',
  'start',
  'end',
  'state',
  'data',
  'destroyBy',
  'people',
  'extracts',
  'enquiries',
  'outputs',
  'parent',
  'entry',
  'leafHash',
] as const satisfies readonly (keyof Registered)[]

/** The register as a spreadsheet takes it; lists with semicolons between. */
export function registerCsv(rows: readonly Registered[]): string {
  const cells = rows.map((row) => columns.map((name) => [row[name] ?? ''].flat().map(String).join('; ')))
  return Buffer.from(writeCsv([columns, ...cells], { formula: 'prefix' })).toString('utf8')
}
