// A process that a test kills at a named step: it opens the store in a folder, finishes what the process before it was about
// to do, says how the store stands, then makes one more release and delivers it, dying at the step it is told.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { addSchool, testActor } from '../../../../test/support/school.ts'
import { openQueue, openStore, type SchoolStore } from '../../../core/store/index.ts'
import { deliveryQueue, fileSecrets, type Door } from '../../release/index.ts'
import { releaseWith } from '../../release/release-feed.ts'
import { addPupils, at, partsWith } from '../../release/testing/small-school.ts'
import { deliverNow, usualTransports } from '../index.ts'

export interface MortalTask {
  readonly home: string
  readonly endpoint: Readonly<Record<string, unknown>>
  /** Where the recipient's files lie. */
  readonly folder: string
  /** Request keys to see through first. */
  readonly before: readonly string[]
  /** The request key to die over, and the step; null: go on to the end. */
  readonly key: string | null
  readonly diesAt: string | null
}

/** How the store stands, for the test to judge. */
export interface Standing {
  readonly releases: readonly {
    key: string
    id: string
    fileName: string
    ledgerIndex: number
    state: string
  }[]
  readonly releaseEntries: readonly { index: number; release: string }[]
  readonly deliveryEntries: readonly { release: number; outcome: string }[]
  readonly ledgerSize: number
  readonly entries: number
  readonly openings: number
  readonly payloads: readonly string[]
  readonly tasks: readonly string[]
  /** What lies at the recipient. */
  readonly files: readonly string[]
}

const urn = '123456'

async function standing(school: SchoolStore, folder: string): Promise<Standing> {
  return school.read(async (tx) => {
    const releases = await tx
      .selectFrom('release')
      .leftJoin('delivery', 'delivery.release_id', 'release.id')
      .select(['request_key', 'id', 'file_name', 'release.ledger_index', 'state'])
      .orderBy('release.ledger_index')
      .execute()
    const entries = await tx
      .selectFrom('ledger_entry')
      .select(['index', 'type', 'leaf'])
      .orderBy('index')
      .execute()
    const leaves = entries.map(({ index, type, leaf }) => ({
      index,
      type,
      leaf: JSON.parse(Buffer.from(leaf).toString()) as { release: string & number; outcome: string },
    }))
    const ledger = await tx.selectFrom('ledger').select('size').executeTakeFirst()
    const openings = await tx
      .selectFrom('ledger_opening')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return {
      releases: releases.map((row) => ({
        key: row.request_key,
        id: row.id,
        fileName: row.file_name,
        ledgerIndex: row.ledger_index,
        state: row.state ?? 'no delivery',
      })),
      releaseEntries: leaves
        .filter(({ type }) => type === 'release/v1')
        .map(({ index, leaf }) => ({ index, release: leaf.release })),
      deliveryEntries: leaves
        .filter(({ type }) => type === 'delivery/v1')
        .map(({ leaf }) => ({ release: leaf.release, outcome: leaf.outcome })),
      ledgerSize: ledger?.size ?? 0,
      entries: entries.length,
      openings: openings.n,
      payloads: (await tx.selectFrom('payload').select('release_id').execute()).map((row) => row.release_id),
      tasks: (await tx.selectFrom('task').select('kind').where('closed_at', 'is', null).execute()).map(
        (row) => row.kind,
      ),
      files: readdirSync(folder).sort(),
    }
  })
}

async function main(task: MortalTask): Promise<void> {
  const store = await openStore({ folder: join(task.home, 'store') })
  const queue = await openQueue(store.engine, [deliveryQueue], { retryLimit: 2, retryDelay: 0 })
  let school = store.school(urn, testActor)
  const known = await school.read((tx) => tx.selectFrom('school').select('school_urn').executeTakeFirst())
  if (!known) {
    school = await addSchool(store, urn)
    await addPupils(school, [{}, {}, {}])
    await school.write((tx) =>
      tx
        .insertInto('recipient_standing')
        .values({
          school_urn: urn,
          recipient_id: 'test-recipient',
          endpoint: JSON.stringify(task.endpoint),
          secret_reference: 'test-sftp',
        })
        .execute(),
    )
  }
  const parts = partsWith({ transport: { kind: 'sftp', encrypt: false, note: '' } })
  const seeThrough = async (door: Door, requestKey: string): Promise<void> => {
    const released = await releaseWith(parts, door, { agreementId: 'class-list', requestKey, at })
    if (released.kind !== 'released') throw new Error(released.kind)
    await deliverNow(door, released.releaseId, {
      clock: { now: () => at },
      transports: usualTransports(door),
    })
  }
  const door: Door = { school, queue, secrets: fileSecrets(task.home), home: task.home }
  for (const key of task.before) await seeThrough(door, key)
  process.stdout.write(`${JSON.stringify(await standing(school, task.folder))}\n`)
  if (task.key !== null) {
    // Nothing runs after this signal: no handler, no flush, no `finally`.
    const fault = (name: string): void => {
      if (name === task.diesAt) process.kill(process.pid, 'SIGKILL')
    }
    await seeThrough({ ...door, fault }, task.key)
    throw new Error(`it lived past ${task.diesAt ?? 'the end'}`)
  }
  await queue.stop()
  await store.close()
}

await main(JSON.parse(process.argv[2] ?? '') as MortalTask)
