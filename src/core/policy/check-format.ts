import type { Agreement, CsvColumn, Dictionary } from '../vocabulary/index.ts'
import { checkCharacters } from './check-characters.ts'
import type { PolicyFile } from './policy-file.ts'
import type { PolicyFault } from './policy.ts'

/** What doesn't fit between an agreement's items, its file and its way of travelling. */
export function checkFormat(file: PolicyFile, agreement: Agreement, items: Dictionary): readonly PolicyFault[] {
  const { format, transport, kind, enabled } = agreement
  const faults: PolicyFault[] = []
  if (kind === 'procedure' && format.kind !== 'none') {
    faults.push(
      file.fault(['format', 'kind'], 'A procedure has no file: each request is decided by itself.', 'Write “kind: none”.'),
    )
  }
  if (enabled && (format.kind === 'none') !== (transport.kind === 'none')) {
    faults.push(
      file.fault(
        ['transport', 'kind'],
        format.kind === 'none' ? 'There is no file, but a way to send it.' : 'There is a file, but no way to send it.',
        format.kind === 'none' ? 'Write “kind: none”.' : 'Use one of: sftp, https, download, copy-sheet.',
      ),
    )
  }
  if (enabled && (format.kind === 'return') !== (transport.kind === 'collector')) {
    faults.push(
      file.fault(
        ['transport', 'kind'],
        format.kind === 'return'
          ? 'A return goes to its collector.'
          : 'Only a return goes to a collector.',
        format.kind === 'return' ? 'Write “kind: collector”.' : 'Use one of: sftp, https, download, copy-sheet.',
      ),
    )
  }
  if (transport.kind === 'copy-sheet' && format.kind !== 'csv') {
    faults.push(
      file.fault(['format', 'kind'], 'A copy sheet shows columns; this format has none.', 'Use “kind: csv” with its columns.'),
    )
  }
  if (format.kind !== 'csv') return faults
  const headers = new Set<string>()
  format.columns.forEach((column, i) => {
    faults.push(...checkColumn(file, agreement, column, i, items))
    if (headers.has(column.header)) {
      faults.push(
        file.fault(
          ['format', 'columns', i, 'header'],
          `The column “${column.header}” occurs twice.`,
          'Rename or remove one of the two.',
        ),
      )
    }
    headers.add(column.header)
  })
  if (enabled && format.columns.length === 0) {
    faults.push(
      file.fault(['format', 'columns'], 'The file has no columns.', 'Add them, or write “enabled: false”.'),
    )
    return faults
  }
  agreement.items.forEach((grant, i) => {
    if (format.columns.some((column) => column.item === grant.item)) return
    faults.push(
      file.fault(
        ['items', i, 'item'],
        `${grant.item} is granted, but no column carries it.`,
        'Add a column, or remove the item: nothing is granted that is not sent.',
      ),
    )
  })
  return faults
}

function checkColumn(
  file: PolicyFile,
  agreement: Agreement,
  column: CsvColumn,
  i: number,
  items: Dictionary,
): readonly PolicyFault[] {
  const grant = agreement.items.find((each) => each.item === column.item)
  if (!grant) {
    return [
      file.fault(
        ['format', 'columns', i, 'item'],
        `The column “${column.header}” carries ${column.item}, which the agreement does not grant.`,
        'Grant the item under “items” with its reason, or remove the column.',
      ),
    ]
  }
  const item = items.get(column.item)
  if (!item) return []
  const faults: PolicyFault[] = []
  const path = ['format', 'columns', i]
  if (item.subject === 'contact' && column.contact === undefined) {
    faults.push(
      file.fault(
        path,
        `The column “${column.header}” does not say which contact it is about.`,
        'Add “contact: 1” for the first by priority, 2 for the second.',
      ),
    )
  }
  if (item.subject !== 'contact' && column.contact !== undefined) {
    faults.push(
      file.fault([...path, 'contact'], `${item.id} is not about a contact.`, 'Remove “contact”.'),
    )
  }
  if (item.subject !== 'contact' && item.subject !== 'pupil' && item.subject !== 'school') {
    faults.push(
      file.fault(
        [...path, 'item'],
        `${item.id} has several values a pupil; a row of a CSV has one.`,
        'Use the format json or ctf, or an item of the pupil.',
      ),
    )
  }
  if (column.write?.date !== undefined && (item.type !== 'date' || grant.as !== 'as-is')) {
    faults.push(
      file.fault([...path, 'write', 'date'], `${item.id} does not leave as a date.`, 'Remove “date”.'),
    )
  }
  faults.push(...checkCharacters(file, column, [...path, 'write']))
  return faults
}
