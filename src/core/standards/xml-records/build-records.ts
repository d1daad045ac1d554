import type { MessageEvents } from './lex-message.ts'
import type { MessageLimits, MessageNote, MessageReading, MessageReport, PortionRows } from './message.ts'
import { addBytes, openRecord, type OpenRecord } from './open-record.ts'
import { elementTree, type ElementShape } from './record-shape.ts'
import { recordRows, type RecordRows, type RowsFile } from './record-rows.ts'
import { Unreadable } from './unreadable.ts'

/** Names of unknown elements are repeated up to here. */
const longestName = 60

interface Level {
  /** Null below an element that is not known: its content is passed over. */
  shape: ElementShape | null
  /** The child that is expected next. */
  next: number
  /** For each child the number of the element in which it was last seen. */
  seen: Float64Array
  opened: number
  /** Text was met that doesn't belong here, and was said. */
  told: boolean
}

export interface RecordBuilder extends MessageEvents {
  /** Portions that are whole and were not asked for yet. */
  portions(): readonly PortionRows[]
  /** Closes the files. */
  report(bytes: number): MessageReport
  /** Closes the files of what was not reported; twice does nothing. */
  end(): void
}

const newLevel = (): Level => ({
  shape: null,
  next: 0,
  seen: new Float64Array(0),
  opened: 0,
  told: false,
})

/** Makes rows of a message's elements as they come, and keeps nothing but the records that are open. */
export function buildRecords(reading: MessageReading, limits: MessageLimits): RecordBuilder {
  const { tables } = reading
  const top = elementTree(reading.root, tables)
  const open: readonly OpenRecord[] = tables.map(({ columns }) => openRecord(columns.length))
  const parents = tables.map(({ parent }) => tables.findIndex(({ name }) => name === parent))
  const standing = new Set<number>()
  const rows = allRows(reading)
  const notes: MessageNote[] = []
  const levels: Level[] = [newLevel()]
  let moreNotes = 0
  let depth = 0
  let n = reading.after
  let opened = 0
  /** Records that are open, and the bytes of rows since the last portion. */
  let within = 0
  let written = 0
  const whole: PortionRows[] = []
  /** Where the text of the innermost element goes. */
  let filling: OpenRecord | null = null

  const note = (code: MessageNote['code'], line: number, name: string | null): void => {
    if (notes.length >= limits.notes) {
      moreNotes++
      return
    }
    const path = levels.slice(1, depth + 1).flatMap(({ shape }) => shape?.name ?? [])
    notes.push({ code, line, path: [...path, ...(name === null ? [] : [name])].join('/') })
  }

  const childOf = (
    parent: Level,
    shape: ElementShape,
    bytes: Buffer,
    from: number,
    to: number,
    line: number,
  ): ElementShape | null => {
    const { children } = shape
    const { length } = children
    let at = parent.next < length ? parent.next : 0
    for (let step = 0; step < length; step++, at = at + 1 === length ? 0 : at + 1) {
      const child = children[at]
      if (child === undefined || !same(child.bytes, bytes, from, to)) continue
      parent.next = child.many ? at : at + 1
      if (child.many) return child
      const single = child.record >= 0
      if (parent.seen[at] === parent.opened || (single && standing.has(child.record))) {
        note('repeated-element', line, child.name)
        return null
      }
      parent.seen[at] = parent.opened
      if (single) standing.add(child.record)
      return child
    }
    const name = bytes.toString('utf8', from, to)
    note('unknown-element', line, name.length > longestName ? `${name.slice(0, longestName)}…` : name)
    return null
  }

  const begin = (shape: ElementShape, line: number): void => {
    const record = shape.record < 0 ? null : open[shape.record]
    if (record) {
      within++
      record.n = ++n
      record.line = line
      record.used = 0
      record.lengths.fill(-1)
      for (const [column, value] of shape.sets) {
        record.starts[column] = record.used
        record.lengths[column] = value.length
        addBytes(record, value, 0, value.length)
      }
    }
    if (shape.table >= 0) {
      filling = open[shape.table] ?? null
      if (filling) filling.starts[shape.column] = filling.used
    }
  }

  const most = reading.portions?.bytes ?? Infinity
  let cuts = 0
  const cut = (): void => {
    written = 0
    cuts++
    whole.push(
      new Map(
        tables.flatMap(({ name }, i) => {
          const last = rows[i]?.files.at(-1)
          return last && last.rows > 0 ? [[name, { ...last }]] : []
        }),
      ),
    )
    for (const each of rows) each.cut()
  }

  return {
    open(bytes, from, to, line) {
      const parent = levels[depth]
      let shape: ElementShape | null = null
      if (depth === 0) {
        if (!same(top.bytes, bytes, from, to))
          throw new Unreadable(
            line,
            `This is not a message of this kind: it begins with another element than ${top.name}.`,
            'Choose the file of the return.',
          )
        shape = top
      } else if (parent?.shape) shape = childOf(parent, parent.shape, bytes, from, to, line)
      depth++
      const level = (levels[depth] ??= newLevel())
      level.shape = shape
      level.next = 0
      level.told = false
      level.opened = ++opened
      filling = null
      if (shape === null) return
      if (level.seen.length < shape.children.length) level.seen = new Float64Array(shape.children.length)
      begin(shape, line)
    },
    text(bytes, from, to, line, blank) {
      if (filling) {
        addBytes(filling, bytes, from, to)
        const begun = filling.starts[levels[depth]?.shape?.column ?? 0] ?? 0
        if (filling.used - begun > limits.token || filling.used > limits.record)
          throw new Unreadable(
            line,
            'A value is longer than any return needs.',
            'Look for a closing tag that is missing.',
          )
      } else if (!blank) {
        const level = levels[depth]
        if (!level?.shape || level.told) return
        level.told = true
        note('text-out-of-place', line, null)
      }
    },
    close() {
      const shape = levels[depth]?.shape
      depth--
      const outer = levels[depth]?.shape
      filling = outer && outer.table >= 0 ? (open[outer.table] ?? null) : null
      if (!shape) return
      if (shape.table >= 0) {
        const filled = open[shape.table]
        if (filled) filled.lengths[shape.column] = filled.used - (filled.starts[shape.column] ?? 0)
      }
      if (shape.record < 0) return
      const record = open[shape.record]
      const parent = parents[shape.record] ?? -1
      const above = parent < 0 ? undefined : open[parent]
      if (!record) return
      written += rows[shape.record]?.write(record, above ? above.n : reading.returnId) ?? 0
      if (--within === 0 && written >= most) cut()
    },
    portions: () => whole.splice(0),
    report(bytes) {
      if (cuts > 0 && written > 0) cut()
      for (const each of rows) each.close()
      return {
        rows: new Map(tables.map(({ name }, i) => [name, allOf(rows[i]?.files ?? [])])),
        notes,
        moreNotes,
        last: n,
        bytes,
      }
    },
    end() {
      for (const each of rows) each.drop()
    },
  }
}

/** All are open, or none is. */
function allRows({ tables, folder, returnId }: MessageReading): readonly RecordRows[] {
  const rows: RecordRows[] = []
  try {
    for (const { name } of tables) rows.push(recordRows(folder, name, returnId))
    return rows
  } catch (error) {
    for (const each of rows) each.drop()
    throw error
  }
}

function allOf(files: readonly RowsFile[]): { file: string; rows: number; earlier?: readonly string[] } {
  const rows = files.reduce((sum, each) => sum + each.rows, 0)
  const names = files.map(({ file }) => file)
  const file = names.pop() ?? ''
  return names.length === 0 ? { file, rows } : { file, rows, earlier: names }
}

function same(name: Uint8Array, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false
  return true
}
