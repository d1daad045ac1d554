import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { readPolicyFolder } from '../src/core/policy/index.ts'
import type { SchoolStore } from '../src/core/store/index.ts'
import { importFile, readCodeSets, readImportMaps } from '../src/school/register/index.ts'
import type {
  ChoicesFollowed,
  CodeSets,
  ImportMap,
  ImportReport,
  ImportSource,
  WordingHashes,
} from '../src/school/register/index.ts'
import { addSchool } from '../test/support/school.ts'
import { openTestStore } from '../test/support/store.ts'
import { badFiles } from './bad-files.ts'
import { writeSchoolWorld } from './index.ts'

const policyFolder = new URL('../policy/', import.meta.url).pathname
const at = new Date('2026-11-24T07:30:00Z')

/** Pupils first, then who belongs to them, then what people decided about both. */
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

const store = await openTestStore()

describe('the world’s files and the register', () => {
  let folder: string
  let files: readonly string[]
  let school: SchoolStore
  let maps: ReadonlyMap<string, ImportMap>
  let codes: CodeSets
  let wordings: WordingHashes

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-import-'))
    files = (await writeSchoolWorld(folder, { pupils: 120 })).files
    school = await addSchool(store, '900001')
    maps = readImportMaps(join(policyFolder, 'imports'))
    codes = await readCodeSets(join(policyFolder, 'codes'))
    const policy = await readPolicyFolder(policyFolder)
    assert.ok(policy.ok, policy.ok ? '' : JSON.stringify(policy.error))
    wordings = policy.value.wordings
  })
  after(() => rm(folder, { recursive: true }))

  const csv = (id: string): ImportSource => {
    const map = maps.get(id)
    assert.ok(map, `no column map ${id}`)
    const follow = (): Promise<ChoicesFollowed> => Promise.resolve({ stopped: 0, recalls: 0 })
    return { format: 'csv', map, codes, choices: { wordings, follow } }
  }
  const sourceOf = (name: string): ImportSource =>
    name.startsWith('ctf/') ? { format: 'ctf', codes } : csv(name.replace('/', '-'))
  const take = (name: string): Promise<ImportReport> =>
    importFile(school, sourceOf(name), join(folder, name.startsWith('ctf/') ? name : `${name}.csv`), {
      at,
      apply: true,
    })

  test('every file is taken whole, and taken again it changes nothing', async () => {
    for (const name of [...order, ...files.filter((file) => file.startsWith('ctf/'))]) {
      const first = await take(name)
      assert.deepEqual(first.rejected, [], name)
      assert.deepEqual(first.warnings, [], name)
      assert.deepEqual(first.ignored, [], name)
      assert.ok(first.applied, `${name}: ${JSON.stringify(first.notApplied)}`)
      assert.ok(first.new + first.changed > 0, `${name} brought nothing`)
      const second = await take(name)
      assert.deepEqual(
        { name, new: second.new, changed: second.changed, left: second.left },
        { name, new: 0, changed: 0, left: 0 },
      )
    }
  })

  for (const bad of badFiles)
    test(`refused: ${bad.name}`, async () => {
      const source: ImportSource = bad.source === 'ctf' ? { format: 'ctf', codes } : csv(bad.source)
      const taking = importFile(school, source, Readable.from([bad.bytes]), {
        at,
        apply: true,
        fileName: 'bad',
      })
      if (bad.code === undefined) return assert.rejects(taking, { name: 'GatehouseError', code: 'bad-input' })
      const report = await taking
      assert.equal(report.applied, false)
      assert.ok(
        report.rejected.some(
          (one) => one.line === bad.line && one.column === bad.column && one.code === bad.code,
        ),
        JSON.stringify(report.rejected),
      )
    })
})
