import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  appendEntries,
  appendEntry,
  commitPayload,
  commitPupils,
  createOrLoadKeys,
  openLedger,
  originOf,
  storeOpenings,
  storePayloadOpening,
  type Ledger,
  type LedgerKeys,
  type NoticeEntry,
  type PupilRecord,
  type ReleaseEntry,
  type Visibility,
} from '../../src/core/ledger/index.ts'
import type { SchoolStore, Store } from '../../src/core/store/index.ts'
import { addSchool } from './school.ts'

const hash = 'ab'.repeat(32)
const agreement = { id: 'otrack', version: 1, hash }
const basis = { article6: 'e', instrument: 'public-task' } as const

/** The instant at which these helpers append. */
export const ledgerAt = new Date('2026-11-24T07:30:00Z')

/** A release entry for tests; no field of it matters but those given. */
export const releaseEntry = (more: Partial<ReleaseEntry> = {}): ReleaseEntry => ({
  type: 'release/v1',
  release: randomUUID(),
  at: '2026-11-24T07:30:00.000Z',
  kind: 'feed',
  recipient: 'otrack',
  agreement,
  purpose: 'assessment',
  basis,
  items: [{ item: 'pupil.surname', as: 'as-is' }],
  permitted: 3,
  withheld: 1,
  withheldReasons: { 'consent-missing': 1 },
  pupils: { count: 4, root: hash },
  payload: { commitment: hash, format: 'csv' },
  noticeVersion: 1,
  releasedBy: 'system',
  ...more,
})

export const noticeEntry = (version: number): NoticeEntry => ({
  type: 'notice/v1',
  at: '2026-11-24T07:30:00.000Z',
  version,
  sha256: hash,
  entries: 28,
  publishedBy: 'dpo',
})

export const pupilRecord = (release: string): PupilRecord => ({
  release,
  agreement,
  items: [{ item: 'pupil.surname', as: 'as-is', present: true }],
  withheld: [{ item: 'pupil.photo', codes: ['consent-missing'] }],
  basis,
})

export interface TestLedger {
  readonly school: SchoolStore
  readonly keys: LedgerKeys
  readonly folder: string
  readonly ledger: Ledger
  /** The same ledger over another folder. */
  at(folder: string, step?: (name: string) => void): Ledger
}

/** A school of its own with an empty ledger, its keys and its log below `home`. */
export async function newTestLedger(store: Store, urn: string, home: string): Promise<TestLedger> {
  return testLedger(await addSchool(store, urn), home)
}

/** The ledger of a school that exists. */
export function testLedger(school: SchoolStore, home: string): TestLedger {
  const origin = originOf(`school-${school.urn}.example`)
  const keys = createOrLoadKeys(join(home, school.urn, 'keys'), origin)
  const folder = join(home, school.urn, 'log')
  const open = (path: string, step: (name: string) => void = () => undefined): Ledger =>
    openLedger({ school, origin, keys, folder: path, step })
  return { school, keys, folder, ledger: open(folder), at: open }
}

export const addNotices = ({ school }: TestLedger, count: number): Promise<unknown> =>
  school.write((tx) =>
    appendEntries(
      tx,
      school.urn,
      Array.from({ length: count }, (_, i) => ({ entry: noticeEntry(i + 1) })),
      ledgerAt,
    ),
  )

export const pupilA = '11111111-1111-4111-8111-111111111111'
export const pupilB = '22222222-2222-4222-8222-222222222222'
export const pupilC = '33333333-3333-4333-8333-333333333333'

/** Appends a release about three pupils with everything that opens its commitments, and returns its index. */
export const addRelease = (
  { school }: TestLedger,
  visibility: Visibility = 'open',
  revealAt: Date | null = null,
): Promise<number> =>
  school.write(async (tx) => {
    const draft = releaseEntry()
    const { root, openings } = commitPupils(
      [pupilA, pupilB, pupilC].map((pupilId) => ({ pupilId, record: pupilRecord(draft.release) })),
    )
    const payload = commitPayload(Buffer.from('the bytes that leave'))
    const entry = {
      ...draft,
      pupils: { count: 3, root },
      payload: { commitment: payload.commitment, format: 'csv' },
    }
    const { index } = await appendEntry(tx, school.urn, entry, ledgerAt, visibility, revealAt)
    await storeOpenings(tx, school.urn, index, openings)
    await storePayloadOpening(tx, school.urn, index, payload.opening)
    return index
  })
