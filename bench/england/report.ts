import type { Measure } from '../import/index.ts'
import type { Pace } from './pace.ts'

/** What a run found, as it prints it. */
export interface England {
  /** In all, those of the runs before included. */
  readonly returns: number
  readonly pupils: number
  /** Of the whole country. */
  readonly ofReturns: number
  readonly ofPupils: number
  /** What was in when this run began, and what of it had to be validated again. */
  readonly resumed: number
  readonly again: number
  readonly refused: number
  /** Sources with a return in the store; returns that wait still; folders of tables on the disk. */
  readonly distinct: number
  readonly waiting: number
  readonly folders: number
  readonly findings: number
  readonly authorised: number
  readonly pace: Pace
  /** MiB. */
  readonly peak: number
  /** Bytes on the disk. */
  readonly collected: number
  readonly database: number
  readonly duplicates: {
    readonly sameUpn: number
    readonly samePerson: number
    readonly conflicts: number
    readonly seconds: number
  } | null
  /** Milliseconds for which the process answered nobody. */
  readonly waits: { readonly most: number; readonly ninetyNine: number }
}

/** As rows of the bench’s table. */
export function measuresOf(found: England): readonly Measure[] {
  const { pace, duplicates } = found
  const { first, last } = pace
  return [
    { what: 'returns in', value: found.returns, unit: `of ${found.ofReturns.toLocaleString('en-GB')}` },
    { what: 'pupils in', value: found.pupils, unit: 'pupils' },
    { what: 'returns that an earlier run had taken in', value: found.resumed, unit: 'returns' },
    { what: 'refused', value: found.refused, unit: 'returns', aim: 'none', met: found.refused === 0 },
    { what: 'findings', value: found.findings, unit: 'findings' },
    { what: 'without a finding: submitted, approved, authorised', value: found.authorised, unit: 'returns' },
    { what: 'received, validated, accepted', value: pace.perSecond, unit: 'pupils/s' },
    ...(first === null || last === null
      ? []
      : [
          { what: 'the first tenth of the pupils', value: first, unit: 'pupils/s' },
          {
            what: 'the last tenth of the pupils',
            value: last,
            unit: 'pupils/s',
            aim: 'at least 0.9 of the first',
            met: last >= 0.9 * first,
          },
        ]),
    { what: 'time so far, all runs', value: pace.seconds / 60, unit: 'min' },
    {
      what: `projected: ${found.ofReturns.toLocaleString('en-GB')} returns, ${(found.ofPupils / 1e6).toFixed(2)} million pupils`,
      value: pace.perSecond === 0 ? 0 : found.ofPupils / pace.perSecond / 60,
      unit: 'min',
    },
    { what: 'memory of the collector at most', value: found.peak, unit: 'MiB' },
    { what: 'longest wait for an answer', value: found.waits.most, unit: 'ms' },
    { what: 'the same, 99th of 100', value: found.waits.ninetyNine, unit: 'ms' },
    {
      what: 'disk: bytes that came and tables',
      value: found.collected / found.pupils,
      unit: 'bytes a pupil',
    },
    { what: 'disk: database', value: found.database / found.pupils, unit: 'bytes a pupil' },
    ...(duplicates
      ? [
          { what: 'duplicates across all that is in', value: duplicates.seconds, unit: 's' },
          {
            what: 'duplicates found',
            value: duplicates.sameUpn + duplicates.samePerson,
            unit: `groups, ${duplicates.conflicts.toLocaleString('en-GB')} in conflict`,
          },
        ]
      : []),
  ]
}
