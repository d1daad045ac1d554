import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { addSchool, testActor } from '../../../../test/support/school.ts'
import { gatehouseOver } from '../../../open-gatehouse.store.ts'
import { openSettingsStore } from '../../../open-settings-store.ts'
import { startDelivery } from '../../../school/deliver/index.ts'
import { releaseWith } from '../../../school/release/release-feed.ts'
import { addPupils, at, partsWith } from '../../../school/release/testing/small-school.ts'
import { doorFor } from '../../index.ts'
import { runGatehouse } from '../testing/run-gatehouse.ts'

const scratch = await mkdtemp(join(tmpdir(), 'gatehouse-cli-backup-'))
after(() => rm(scratch, { recursive: true, force: true }))
const [home, folder, target] = ['home', 'backup', 'target'].map((name) => join(scratch, name)) as [
  string,
  string,
  string,
]
const clock = { now: () => at }

const open = async (path: string): Promise<Awaited<ReturnType<typeof gatehouseOver>>> => {
  const store = await openSettingsStore({ home: path, databaseUrl: undefined })
  if (path === home) {
    const school = await addSchool(store)
    await addPupils(school, [{}, {}])
  }
  return gatehouseOver(
    store,
    { home: path, publicUrl: 'http://localhost', policyFolder: 'policy', school: undefined },
    clock,
  )
}

describe('backup and restore by the command', () => {
  let releaseId = ''

  it('write a folder that says what it holds, and are refused where nothing may be put', async () => {
    const gatehouse = await open(home)
    const released = await releaseWith(partsWith({}), doorFor(gatehouse, testActor), {
      agreementId: 'class-list',
      requestKey: 'one',
      at,
    })
    assert.equal(released.kind, 'released')
    releaseId = released.releaseId
    await gatehouse.ledger.publish(at)
    await gatehouse.close()

    const made = await runGatehouse(home, ['backup', folder])
    assert.equal(made.code, 0, made.err)
    assert.match(made.out, /SECRETS .* PUPILS’ DATA/)
    assert.match(await readFile(join(folder, 'store', 'pupil.jsonl'), 'utf8'), /ForenameA/)

    const key = join(folder, 'home', 'keys', 'ledger.key')
    assert.equal((await stat(key)).mode & 0o777, 0o600)
    const none = await runGatehouse(target, ['restore', join(folder, 'store'), '--json'])
    assert.equal(none.code, 5)
    const full = await runGatehouse(home, ['restore', folder, '--json'])
    assert.equal(full.code, 5)
    assert.match(full.out, /"code":"conflict","message":"The store is not empty/)
  })

  it('give back a home whose ledger verifies and whose deliveries go on', async () => {
    const made = await runGatehouse(target, ['restore', folder, '--json'])
    assert.equal(made.code, 0, made.out)
    const { engine, unfinishedDeliveries } = JSON.parse(made.out) as Record<string, unknown>
    assert.deepEqual({ engine, unfinishedDeliveries }, { engine: 'pglite', unfinishedDeliveries: 1 })
    const verified = await runGatehouse(target, ['ledger', 'verify', '--json'])
    assert.equal(verified.code, 0, verified.out)
    assert.equal((JSON.parse(verified.out) as { size: number }).size, 1)
    const [before, now] = await Promise.all(
      [home, target].map((path) => readFile(join(path, 'keys', 'ledger.key'), 'utf8')),
    )
    assert.equal(now, before)

    const gatehouse = await open(target)
    const door = doorFor(gatehouse, testActor)
    const stateOf = async (): Promise<string | undefined> =>
      (
        await door.school.read((tx) =>
          tx.selectFrom('delivery').select('state').where('release_id', '=', releaseId).executeTakeFirst(),
        )
      )?.state
    try {
      assert.equal(await stateOf(), 'queued')
      await startDelivery(door, { clock })
      for (let tries = 0; (await stateOf()) === 'queued' && tries < 200; tries++)
        await new Promise((resolve) => setTimeout(resolve, 100))
      assert.equal(await stateOf(), 'sent')
    } finally {
      await gatehouse.close()
    }
  })
})
