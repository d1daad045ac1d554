import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { collectedFolders } from './collected-folders.store.ts'

const store = await openTestStore()
const national = store.national({ kind: 'collector' }, { kind: 'job', name: 'test', role: 'collector' })

void it('tells a backup of the holdings and their identities once there is an edition', async () => {
  const paths = async (): Promise<readonly string[]> =>
    (await national.read(collectedFolders)).map(({ path }) => path)
  assert.deepEqual(await paths(), [])
  await national.write((tx) =>
    tx
      .insertInto('holdings_edition')
      .values({
        number: 1,
        sha256: 'x',
        at: new Date('2026-11-24T09:00:00Z'),
        by_name: 'x',
        matching_run: 1,
        note: '',
      })
      .execute(),
  )
  assert.deepEqual(await paths(), ['holdings', 'identities'])
})
