import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { addSchool } from '../../../test/support/school.ts'
import { testEngine } from '../../../test/support/store.ts'
import { openStore } from '../../core/store/index.ts'
import { at, codes, importText, maps, pupilsFile, registerOf } from './testing/files.ts'
import { importFile } from './index.ts'

const urn = '500001'
const child = fileURLToPath(new URL('testing/import-child.ts', import.meta.url))

const letters = (n: number): string =>
  String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26), 97 + (Math.floor(n / 676) % 26))

const rows = (count: number, group: string): string[] =>
  Array.from(
    { length: count },
    (_, i) =>
      `${i},,Smith${letters(i)},John,${String((i % 28) + 1).padStart(2, '0')}/06/${2016 + (i % 4)},Boy,3,C,2022-09-01,${group},,,,`,
  )

/** Runs the import in a process of its own and kills it so long after it has said the word. Resolves to what it said. */
const killAfter = (folder: string, file: string, word: string, delay: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, folder, urn, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    running.stdout.on('data', (chunk: Buffer) => {
      if (!said.includes(word) && (said + chunk.toString()).includes(word)) {
        setTimeout(() => running.kill('SIGKILL'), delay)
      }
      said += chunk.toString()
    })
    running.on('error', reject)
    running.on('exit', () => resolve(said))
  })

// A PostgreSQL server outlives its clients and rolls back what they left; the embedded store dies with the process.
describe('an import that is killed', { skip: testEngine === 'postgres' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-killed-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('has changed everything or nothing, and can simply be run again', async () => {
    const file = join(folder, 'pupils.csv')
    writeFileSync(file, pupilsFile(...rows(3000, 'after')))
    const open = async () => {
      const store = await openStore({ folder: join(folder, 'home') })
      return { store, school: store.school(urn, { kind: 'command', name: 'test', role: 'system' }) }
    }
    const first = await openStore({ folder: join(folder, 'home') })
    const school = await addSchool(first, urn)
    await importText(school, 'pupils', pupilsFile(...rows(2500, 'before')))
    const before = await registerOf(school)
    await first.close()

    let killed = 0
    for (const [word, delay] of [
      ['staged 1.', 0],
      ['staged 2.', 0],
      ['staged 2.', 100],
      ['staged 2.', 250],
    ] as const) {
      const said = await killAfter(join(folder, 'home'), file, word, delay)
      const { store, school } = await open()
      const now = await registerOf(school)
      const finished = said.includes('applied')
      if (!finished) killed++
      const groups = await school.read((tx) =>
        tx.selectFrom('pupil').select('registration_group').distinct().execute(),
      )
      assert.equal(groups.length, 1, `half loaded ${delay} ms after ${word}`)
      if (!finished && groups[0]?.registration_group === 'before') assert.equal(now, before)
      await store.close()
    }
    assert.ok(killed >= 2, `killed only ${killed} times before it ended`)

    const { store, school: again } = await open()
    await importFile(again, { format: 'csv', map: maps.pupils, codes }, file, { at, apply: true })
    const rest = await importFile(again, { format: 'csv', map: maps.pupils, codes }, file, {
      at,
      apply: true,
    })
    assert.deepEqual([rest.new, rest.changed, rest.left, rest.unchanged], [0, 0, 0, 3000])
    assert.deepEqual(await again.read((tx) => tx.selectFrom('import_row').select('row').execute()), [])
    await store.close()
  })
})
