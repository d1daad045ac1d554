import type { Tx } from '../../core/store/index.ts'
import { isInForce, noticeModel, stateAt } from './notice-model.ts'
import { latestNotice, noticeSchool, releasesOutside, type ReleasesOutside } from './notice.store.ts'
import { entriesOf, type NoticeEntry, type NoticePolicy } from './notice.ts'
import { renderModel } from './render-notice.ts'

export type DriftKind =
  /** No version was ever published. */
  | 'not-published'
  /** In force, and policy/notice.yaml has no place for it. */
  | 'no-place'
  /** In force, and the published notice does not name it. */
  | 'not-in-notice'
  /** The published notice describes another version than the one in force. */
  | 'other-version'
  /** The published notice names it, and no agreement or procedure stands behind it. */
  | 'nothing-behind'
  /** The same agreements, other words: a heading, a label, a law's title. */
  | 'words-changed'
  /** A release was made that the notice of its day did not name. */
  | 'released-outside'

export interface DriftFinding {
  readonly kind: DriftKind
  /** The agreement meant; null for the notice as a whole. */
  readonly id: string | null
  readonly text: string
}

/** How far the published notice is from the truth; no finding means that it is true. */
export interface NoticeDrift {
  /** The version in force; null when none was published. */
  readonly version: number | null
  readonly findings: readonly DriftFinding[]
}

/** Checks the published notice both ways against what is in force, and the ledger against the notices of its days. */
export async function checkNotice(tx: Tx, policy: NoticePolicy, at: Date): Promise<NoticeDrift> {
  const latest = await latestNotice(tx)
  const now = renderModel(noticeModel(policy, await noticeSchool(tx), at))
  const outside = (await releasesOutside(tx)).map(outsideFinding)
  if (!latest) {
    const never = { kind: 'not-published', id: null, text: 'No notice has been published.' } as const
    return { version: null, findings: [never, ...noPlace(policy, at), ...outside] }
  }
  const findings = [...noPlace(policy, at), ...compareEntries(entriesOf(latest.model), now.entries)]
  const reworded = latest.sha256 !== now.sha256 && findings.length === 0
  return {
    version: latest.version,
    findings: [
      ...findings,
      ...(reworded
        ? [
            {
              kind: 'words-changed',
              id: null,
              text: `The words changed since version ${latest.version}.`,
            } as const,
          ]
        : []),
      ...outside,
    ],
  }
}

/** What is in force and has no entry in the notice's order, and what the order names that no agreement answers to. */
function noPlace(policy: NoticePolicy, at: Date): readonly DriftFinding[] {
  const ids = [
    ...policy.notice.sections.flatMap(({ entries }) =>
      entries.flatMap((entry) => [entry, ...(entry.also ?? [])].map(({ id }) => id)),
    ),
    policy.notice.national.id,
  ]
  const placed = new Set(ids)
  const lost = [...policy.agreements].filter(
    ([id, version]) => !placed.has(id) && isInForce(stateAt(version, at)),
  )
  return lost.map(([id]) => ({
    kind: 'no-place',
    id,
    text: `The agreement “${id}” is in force and policy/notice.yaml has no entry for it.`,
  }))
}

function compareEntries(
  published: readonly NoticeEntry[],
  now: readonly NoticeEntry[],
): readonly DriftFinding[] {
  const then = new Map(published.map((entry) => [entry.id, entry]))
  const current = new Map(now.map((entry) => [entry.id, entry]))
  const missing = now
    .filter((entry) => isInForce(entry.state) && !then.has(entry.id))
    .map((entry): DriftFinding => {
      const text = `The agreement “${entry.id}” is in force and the published notice does not name it.`
      return { kind: 'not-in-notice', id: entry.id, text }
    })
  const behind = published.flatMap((entry): DriftFinding[] => {
    const state = current.get(entry.id)?.state ?? 'not-in-force'
    if (state === 'not-in-force') {
      const text = `The published notice names “${entry.id}”, and no agreement or procedure in force stands behind it.`
      return [{ kind: 'nothing-behind', id: entry.id, text }]
    }
    if (current.get(entry.id)?.agreementHash === entry.agreementHash) return []
    const text = `“${entry.id}” changed since the published notice: another version is in force, or it was switched.`
    return [{ kind: 'other-version', id: entry.id, text }]
  })
  return [...missing, ...behind]
}

function outsideFinding({ agreementId, releases, firstIndex, noticeVersion }: ReleasesOutside): DriftFinding {
  const entries =
    releases === 1
      ? `Ledger entry ${firstIndex} is a release`
      : `${releases} releases, from ledger entry ${firstIndex} on, were made`
  const day =
    noticeVersion === null
      ? 'no notice had been published'
      : `notice version ${noticeVersion} did not name that version of it`
  return {
    kind: 'released-outside',
    id: agreementId,
    text: `${entries} under “${agreementId}” when ${day}.`,
  }
}
