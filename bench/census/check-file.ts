// One process: a file to its findings. `node check-file.ts FILE [scan]`; prints one line of JSON.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  checkReturn,
  readCollection,
  recordTables,
  termDefinition,
} from '../../src/core/collections/index.ts'
import { scanMessage } from '../../src/core/standards/xml-records/index.ts'

const [file = '', only] = process.argv.slice(2)
const started = performance.now() - process.uptime() * 1000
const chunks = (): AsyncIterable<Uint8Array> => createReadStream(file, { highWaterMark: 1 << 17 })

const read = await readCollection(
  fileURLToPath(new URL('../../policy', import.meta.url)),
  'school-census',
  2026,
)
if (!read.ok) throw new Error(JSON.stringify(read.error))
const definition = termDefinition(read.value, 'SPR')
if (!definition) throw new Error('no such term')
const ready = performance.now()

let found = 0
if (only === 'scan') {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  const { message } = definition
  const scanned = await scanMessage(chunks(), {
    root: message.root,
    tables: recordTables(definition),
    folder,
    returnId: 1,
    after: 1,
  })
  await rm(folder, { recursive: true, force: true })
  if (!scanned.ok) throw new Error(scanned.error.message)
} else {
  const checked = await checkReturn(chunks(), definition)
  if (!checked.ok) throw new Error(checked.error.message)
  found = checked.value.findings.length
  await checked.value.close()
}
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    found,
    /** Milliseconds: from the process's start; and since the definition was read. */
    whole: performance.now() - started,
    file: performance.now() - ready,
    processor: (user + system) / 1000,
    peak: process.resourceUsage().maxRSS / 1024,
  }),
)
