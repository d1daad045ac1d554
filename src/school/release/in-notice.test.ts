import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { it } from 'node:test'
import { readPolicyFolder } from '../../core/policy/index.ts'
import type { AgreementVersion } from '../../core/vocabulary/index.ts'
import { checkNotice, noticeNamesVersion, publishNoticeUnder, type NoticePolicy } from '../notice/index.ts'
import { releaseWith, type Parts } from './release-feed.ts'
import type { ReleaseOutcome } from './outcome.ts'
import { addPupils, at, openSmallSchool, partsWith, policyWith } from './testing/small-school.ts'

const read = await readPolicyFolder(fileURLToPath(new URL('../../../policy/', import.meta.url)))
assert.ok(read.ok)
const folder = read.value
const small = await openSmallSchool()
const minutes = (n: number): Date => new Date(at.getTime() + n * 60_000)

const first = policyWith({}).agreements.get('class-list')!
const second: AgreementVersion = { ...first, version: 2, hash: 'b'.repeat(64) }

/** What the notice is made from, with a place for the class list. */
const noticePolicy = (version: AgreementVersion): NoticePolicy => {
  const [section, ...rest] = folder.notice.sections
  assert.ok(section)
  const entries = [...section.entries, { id: 'class-list', label: 'Class list' }]
  return {
    ...folder,
    recipients: new Map([...folder.recipients, ...policyWith({}).recipients]),
    agreements: new Map([['class-list', version]]),
    notice: { ...folder.notice, sections: [{ ...section, entries }, ...rest] },
  }
}

const partsUnder = (version: AgreementVersion): Parts => ({
  ...partsWith({}),
  policy: () => Promise.resolve({ ...policyWith({}), agreements: new Map([['class-list', version]]) }),
  isInNotice: noticeNamesVersion,
})

const release = (
  version: AgreementVersion,
  key: string,
  when: Date,
  dryRun = false,
): Promise<ReleaseOutcome> =>
  releaseWith(partsUnder(version), small.door, {
    agreementId: 'class-list',
    requestKey: `class-list/${key}`,
    at: when,
    dryRun,
  })

const tasks = () =>
  small.school.read((tx) =>
    tx
      .selectFrom('task')
      .select(['title', 'for_role', 'detail', 'closed_at', 'outcome'])
      .orderBy('opened_at')
      .execute(),
  )

const publish = (version: AgreementVersion, when: Date) =>
  publishNoticeUnder(small.school, () => Promise.resolve(noticePolicy(version)), when)

it('holds a file until the notice names the version it is made under, and never counts it as drift', async () => {
  await addPupils(small.school, [{}, {}])

  const unpublished = await release(first, '1', at)
  assert.ok(unpublished.kind === 'held', unpublished.kind)
  assert.equal(unpublished.reason, 'not-in-notice')
  assert.match(unpublished.text, /Publish the notice first/)
  assert.deepEqual(
    (await tasks()).map((task) => [task.for_role, task.closed_at]),
    [['dpo', null]],
  )

  await publish(first, minutes(1))
  assert.deepEqual(
    (await tasks()).map((task) => task.outcome),
    ['the notice was published'],
  )
  assert.equal((await release(first, '1', minutes(2))).kind, 'released')

  // A new version is approved: until the notice is published anew, nothing leaves under it, tried or in earnest.
  assert.equal((await release(second, '2', minutes(3), true)).kind, 'held')
  assert.equal((await tasks()).length, 1)
  assert.equal((await release(second, '2', minutes(3))).kind, 'held')
  assert.equal((await tasks()).length, 2)
  await publish(second, minutes(4))
  assert.equal((await release(second, '2', minutes(5))).kind, 'released')

  const drift = await small.school.read((tx) => checkNotice(tx, noticePolicy(second), minutes(6)))
  assert.deepEqual(
    drift.findings.filter(({ kind }) => kind === 'released-outside'),
    [],
  )
})

it('looks at the notice of the instant, not at one that came later', async () => {
  const named = (when: Date) => small.school.read((tx) => noticeNamesVersion(tx, second, when))
  assert.deepEqual([await named(minutes(3)), await named(minutes(4))], [false, true])
})
