import { randomUUID } from 'node:crypto'
import type { NoticeEntry, PupilRecord, ReleaseEntry } from '../../src/core/ledger/index.ts'

const hash = 'ab'.repeat(32)
const agreement = { id: 'otrack', version: 1, hash }
const basis = { article6: 'e', instrument: 'public-task' } as const

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
