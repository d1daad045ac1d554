import { writeCsv } from '../../../../core/standards/csv/index.ts'
import type { StoredFinding } from '../../../../national/collect/index.ts'

const header = [
  'number',
  'rule',
  'severity',
  'level',
  'location',
  'line',
  'message',
  'items',
  'note accepted',
  'note must say',
  'status',
]

/** The findings of a return as a table, in order: places and rules, no value. */
export const findingsCsv = (findings: readonly StoredFinding[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    writeCsv(
      [
        header,
        ...findings.map((one) => [
          String(one.number),
          one.rule,
          one.severity,
          one.level,
          one.location,
          one.line === null ? '' : String(one.line),
          one.message,
          one.items.join(' '),
          one.note.accepts,
          one.note.says,
          one.status,
        ]),
      ],
      { formula: 'prefix' },
    ),
  )
