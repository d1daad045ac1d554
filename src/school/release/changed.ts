import { randomUUID } from 'node:crypto'
import type { Door } from './door.ts'
import { feedsOf, type DueFeed, type LastFile } from './due.store.ts'
import type { ReleaseOutcome } from './outcome.ts'
import { releaseWith, usualParts, type Parts } from './release-feed.ts'

export interface ChangedFeed extends DueFeed {
  /** Why its file can't leave at present; null when it can. */
  readonly obstacle: string | null
}

/**
 * The feeds sent on a change whose file would not be the one that left last, those never sent, and those of which that can't
 * be told because something holds or refuses them. Each is made as for a preview and only its hash is compared with that of
 * the last file: nothing is kept. A transfer file is made once, so there is a change when somebody left whose file was not.
 */
export const changedFeeds = (door: Door, at: Date): Promise<readonly ChangedFeed[]> =>
  changedWith(usualParts, door, at)

export async function changedWith(parts: Parts, door: Door, at: Date): Promise<readonly ChangedFeed[]> {
  const feeds = await door.school.read(async (tx) => feedsOf(tx, (await parts.policy(tx)).agreements, at))
  const changed: ChangedFeed[] = []
  for (const { version, last } of feeds) {
    const { agreement } = version
    if (agreement.schedule.every !== 'on-change') continue
    const outcome = await releaseWith(
      // A JSON file says when it was decided: said as of the last one, it differs only by what it holds.
      last ? { ...parts, envelopeAt: last.decidedAt } : parts,
      door,
      { agreementId: agreement.id, requestKey: `due/${randomUUID()}`, at, dryRun: true, previewRows: 0 },
    )
    const all = [outcome, ...(outcome.further ?? [])]
    const stopped = all.map(obstacleOf).find((each) => each !== null) ?? null
    const differs = all.some(
      (each) => each.kind === 'dry-run' && isAnother(each, agreement.format.kind, last),
    )
    if (differs || stopped !== null)
      changed.push({ version, last: last?.decidedAt ?? null, obstacle: stopped })
  }
  return changed
}

const isAnother = (
  made: Extract<ReleaseOutcome, { kind: 'dry-run' }>,
  format: string,
  last: LastFile | null,
): boolean => format === 'ctf' || made.sha256 !== last?.sha256

function obstacleOf(outcome: ReleaseOutcome): string | null {
  if (outcome.kind === 'held') return outcome.text
  return outcome.kind === 'refused' ? (outcome.reasons[0]?.text ?? null) : null
}
