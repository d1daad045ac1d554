// Imports one file into an embedded store and says how far it is, so that a test can kill it there.
import { openStore } from '../../../core/store/index.ts'
import { importFile } from '../index.ts'
import { at, codes, maps } from './files.ts'

const [folder = '', urn = '', file = ''] = process.argv.slice(2)
const store = await openStore({ folder })
const school = store.school(urn, { kind: 'command', name: 'test', role: 'system' })
let batches = 0
await importFile(school, { format: 'csv', map: maps.pupils, codes }, file, {
  at,
  apply: true,
  onProgress: () => process.stdout.write(`staged ${++batches}.\n`),
})
process.stdout.write('applied\n')
await store.close()
