import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageScanner } from '../message-scanner.ts'
import type { MessageFault, MessageLimits, MessageNote } from '../message.ts'
import type { RecordTable } from '../record-shape.ts'
import { Unreadable } from '../unreadable.ts'

const column = (name: string, ...path: string[]): RecordTable['columns'][number] => ({ name, path })

/** A small message with what tables can ask for: once and many, wrappers, two places, constants, an element’s own text. */
export const exampleTables: readonly RecordTable[] = [
  {
    name: 'header',
    parent: null,
    once: true,
    places: [{ path: ['Header'], sets: {} }],
    columns: [column('year', 'Details', 'Year'), column('source', 'Source')],
  },
  {
    name: 'pupil',
    parent: null,
    once: false,
    places: [
      { path: ['Pupils', 'On', 'Pupil'], sets: { here: 'true' } },
      { path: ['Pupils', 'Off', 'Left'], sets: { here: 'false' } },
    ],
    columns: [column('here'), column('upn', 'Ids', 'UPN'), column('name', 'Ids', 'Name')],
  },
  {
    name: 'need',
    parent: 'pupil',
    once: false,
    places: [{ path: ['Needs', 'Need'], sets: {} }],
    columns: [column('code', '.')],
  },
]

export interface ExampleReading {
  readonly rows: Readonly<Record<string, readonly (readonly string[])[]>>
  readonly notes: readonly MessageNote[]
  readonly moreNotes: number
  readonly fault: MessageFault | null
}

/** What comes of the bytes, handed over in chunks of these sizes, one after the other and round again. */
export function scanExample(
  message: string | Uint8Array,
  sizes: readonly number[] = [1 << 16],
  limits: Partial<MessageLimits> = {},
): ExampleReading {
  const bytes = Buffer.from(message)
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-scan-'))
  const scanner = messageScanner({
    root: 'M',
    tables: exampleTables,
    folder,
    returnId: 7,
    after: 100,
    limits,
  })
  try {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1
      scanner.push(bytes.subarray(at, at + size))
      at += size
    }
    const { rows, notes, moreNotes } = scanner.end()
    return {
      rows: Object.fromEntries([...rows].map(([name, { file }]) => [name, read(file)])),
      notes,
      moreNotes,
      fault: null,
    }
  } catch (error) {
    if (error instanceof Unreadable) return { rows: {}, notes: [], moreNotes: 0, fault: error.fault }
    throw error
  } finally {
    scanner.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const read = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((row) => row.split('\x1f'))

export const example = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made for the test -->
<M xmlns="urn:example" a='1'>
  <Header>
    <Details><Year>2026</Year></Details>
    <Source>Ex &amp; Söhne&#x20;€</Source>
  </Header>
  <Pupils>
    <On>
      <Pupil>
        <Ids><UPN>A1</UPN><Name><![CDATA[O'<Neill>]]></Name></Ids>
        <Needs><Need>SPLD</Need><Need> </Need><Need/></Needs>
      </Pupil>
      <Pupil><Ids><Name>two\r\nlines</Name><UPN>A2</UPN></Ids><Other><UPN>no</UPN></Other></Pupil>
    </On>
    <Off><Left id = "x&lt;y"  ><Ids><UPN>A3</UPN></Ids></Left ></Off>
  </Pupils>
</M>
<?done now?>
`
