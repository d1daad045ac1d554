import { GatehouseError } from '../../../vocabulary/index.ts'
import { requiredMetaColumns } from '../meta.ts'
import { readRows } from '../read-rows.ts'
import type { EesStandards } from '../standards.ts'
import type { Check } from './check.ts'
import { contentChecks } from './content-checks.ts'
import { geographyChecks } from './geography-checks.ts'
import { metadataChecks } from './metadata-checks.ts'
import { nameAndColumnChecks } from './names-and-columns.ts'
import { columnsOf, type FilePair, type RawMeta, type ScannedPair } from './pair.ts'
import { scanData } from './scan-data.ts'
import { filterChecks, timeChecks } from './time-and-filter-checks.ts'

/** The 83 checks, by number. */
export const checks: readonly Check[] = [
  ...nameAndColumnChecks,
  ...metadataChecks,
  ...timeChecks,
  ...filterChecks,
  ...geographyChecks,
  ...contentChecks,
].toSorted((a, b) => a.n - b.n)

export interface CheckResult {
  readonly check: number
  readonly stage: string
  readonly must: string
  readonly outcome: 'pass' | 'warn' | 'fail' | 'not-made'
  /** The first places of what is wrong, or why the check was not made. */
  readonly places: readonly string[]
  /** How many there are. */
  readonly found: number
}

export interface Screening {
  /** No failure. What was not made is for a person to look at. */
  readonly passed: boolean
  /** Passed, and nothing but passes among the checks for the query API. */
  readonly apiSuitable: boolean
  readonly rows: number
  readonly results: readonly CheckResult[]
}

const mostPlaces = 20
const longestPlace = 120

/** Makes every check at once; of what can’t be read, says where. Never throws for what the files hold. */
export async function screen(pair: FilePair, standards: EesStandards): Promise<Screening> {
  let scanned: ScannedPair
  try {
    scanned = await scan(pair, standards)
  } catch (error) {
    if (!(error instanceof GatehouseError && error.code === 'bad-input')) throw error
    const says = [error.message, error.where].filter(Boolean).join(' ')
    const unread = { check: 0, stage: 'file read', must: 'Both files can be read', outcome: 'fail' } as const
    return { passed: false, apiSuitable: false, rows: 0, results: [{ ...unread, places: [says], found: 1 }] }
  }
  const results = checks.map((check) => resultOf(check, scanned))
  const passed = results.every(({ outcome }) => outcome !== 'fail')
  const forApi = results.filter(({ stage }) => stage === 'query API')
  return {
    passed,
    apiSuitable: passed && forApi.every(({ outcome }) => outcome === 'pass'),
    rows: scanned.data.rows,
    results,
  }
}

async function scan(
  { dataName, metaName, openData, openMeta }: FilePair,
  standards: EesStandards,
): Promise<ScannedPair> {
  const rows: (readonly string[])[] = []
  for await (const portion of readRows(openMeta())) rows.push(...portion.rows)
  const [metaHeader, ...rest] = rows
  if (!metaHeader) throw new GatehouseError('bad-input', 'The metadata file is empty.')
  const names = new Set([...metaHeader, ...requiredMetaColumns])
  const meta = rest.map((cells): RawMeta =>
    Object.fromEntries([...names].map((name) => [name, cells[metaHeader.indexOf(name)] ?? ''])),
  )
  const columns = columnsOf(meta)
  const data = await scanData(openData, standards, columns)
  return { standards, names: { data: dataName, meta: metaName }, metaHeader, meta, columns, data }
}

function resultOf({ n, stage, severity, must, look }: Check, pair: ScannedPair): CheckResult {
  const base = { check: n, stage, must }
  const looked = look(pair)
  if ('unmade' in looked) return { ...base, outcome: 'not-made', places: [looked.unmade], found: 0 }
  const [wrong, outcome] = 'warn' in looked ? [looked.warn, 'warn' as const] : [looked, severity]
  return {
    ...base,
    outcome: wrong.length === 0 ? 'pass' : outcome,
    places: wrong.slice(0, mostPlaces).map((place) => place.slice(0, longestPlace)),
    found: wrong.length,
  }
}
