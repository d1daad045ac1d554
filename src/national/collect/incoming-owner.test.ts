import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openTestStore, testEngine } from '../../../test/support/store.ts'
import { openCollector } from './collector.ts'
import { markOwner, spoolName } from './incoming-owner.ts'
import { resume } from './resume.ts'
import { incomingFolder, rowsFolder } from './return-files.ts'

const store = await openTestStore()
const home = mkdtempSync(join(tmpdir(), 'gatehouse-incoming-'))
after(() => rmSync(home, { recursive: true, force: true }))

/** No process has it: it is past what Linux gives. */
const gone = `${hostname()}/${String(2 ** 30)}/${randomUUID()}`
const elsewhere = `another-machine/1/${randomUUID()}`

describe(`what an ended run left to be taken in (${testEngine})`, () => {
  it('is removed at the next start; what may still be worked on stays', async () => {
    const collector = await openCollector({
      store,
      home,
      policyFolder: 'policy',
      origin: 'https://c.example',
    })
    const staged = async (owner: string): Promise<string> => {
      const folder = incomingFolder(home, randomUUID())
      mkdirSync(join(folder, rowsFolder), { recursive: true })
      writeFileSync(join(folder, rowsFolder, 'pupil.rows'), 'x')
      await markOwner(folder, owner)
      return folder
    }
    const spooled = (owner: string): string => {
      const file = incomingFolder(home, spoolName(owner))
      writeFileSync(file, 'x')
      return file
    }
    // What this process marks counts as its own: the dead one’s is written as it would have been.
    const dead = [
      incomingFolder(home, randomUUID()),
      incomingFolder(home, `spool-1~${gone.replaceAll('/', '~')}`),
    ]
    mkdirSync(dead[0] ?? '', { recursive: true })
    for (const [name, held] of [
      ['owner', gone],
      ['pupil.rows', 'x'],
    ] as const)
      writeFileSync(join(dead[0] ?? '', name), held)
    writeFileSync(dead[1] ?? '', 'x')
    const others = [
      await staged(elsewhere),
      spooled(elsewhere),
      await staged(collector.owner),
      spooled(collector.owner),
    ]
    const { cleared } = await resume(collector, new Date())
    assert.deepEqual(
      dead.map((each) => existsSync(each)),
      [false, false],
    )
    const stay = store.engine.kind === 'postgres'
    assert.deepEqual(
      others.map((each) => existsSync(each)),
      others.map(() => stay),
    )
    assert.equal(cleared, stay ? 2 : 6)
  })
})
