import { hashBytes, sameHash, unpackHashes } from '../standards/tlog/index.ts'
import type { SchoolStore, Tx } from '../store/index.ts'
import { commitTo, commitToText, hex, pupilRoot } from './commitment.ts'
import type { LedgerEntry } from './entry.ts'
import type { Fault } from './fault.ts'
import { checkEntry, decodeLeaf } from './leaf.ts'
import type { StoredEntry } from './log.store.ts'

interface Committed {
  readonly entry_index: number
  readonly kind: string
  readonly salt: Uint8Array
  readonly content: string
}

/**
 * Checks that what is kept beside the log is what its leaves commit to: hidden entries, payloads, erasures, and each
 * pupil's opening. Openings may be missing only as many as erasure entries say.
 */
export function checkCommitments(
  school: SchoolStore,
  fault: Fault,
): {
  add(page: readonly StoredEntry[]): Promise<void>
  finish(): { openings: number; erased: number }
} {
  let openings = 0
  let missing = 0
  let erased = 0

  const checkPupils = async (
    tx: Tx,
    index: number,
    pupils: { count: number; root: string },
  ): Promise<void> => {
    if (pupils.count === 0) return
    const place = `entry ${index}`
    const tree = await tx
      .selectFrom('ledger_pupil_tree')
      .select('commitments')
      .where('school_urn', '=', school.urn)
      .where('entry_index', '=', index)
      .executeTakeFirst()
    if (!tree) {
      fault(place, 'The commitments of its pupils are missing.')
      return
    }
    const commitments = unpackHashes(tree.commitments) ?? []
    if (commitments.length !== pupils.count || hex(pupilRoot(commitments)) !== pupils.root) {
      fault(place, 'The commitments of its pupils do not give its root.')
    }
    const rows = await tx
      .selectFrom('ledger_opening')
      .select(['position', 'salt', 'record'])
      .where('school_urn', '=', school.urn)
      .where('entry_index', '=', index)
      .execute()
    for (const { position, salt, record } of rows) {
      const commitment = commitments[position]
      if (!commitment || !sameHash(commitTo(salt, record), commitment)) {
        fault(`${place}, opening ${position}`, 'It does not open its commitment.')
      }
    }
    openings += rows.length
    missing += tree.commitments.length / hashBytes - rows.length
  }

  const checkOne = async (tx: Tx, row: StoredEntry, committed: readonly Committed[]): Promise<void> => {
    const place = `entry ${row.index}`
    const leaf = decodeLeaf(row.leaf)
    if (!leaf) return
    const opens = (kind: string, commitment: string): Committed | undefined => {
      const found = committed.find((c) => c.kind === kind)
      if (!found) return undefined
      if (hex(commitToText(found.salt, found.content)) === commitment) return found
      fault(place, `What is kept as its ${kind} is not what it commits to.`)
      return undefined
    }
    let entry: LedgerEntry
    if (leaf.type === 'sealed/v1') {
      const hidden = opens('entry', leaf.commitment)
      if (!hidden) {
        if (!committed.some((c) => c.kind === 'entry')) fault(place, 'What it hides is missing.')
        return
      }
      entry = checkEntry(JSON.parse(hidden.content))
    } else {
      entry = leaf
    }
    if (entry.type === 'release/v1') opens('payload', entry.payload.commitment)
    if (entry.type === 'erasure/v1') {
      opens('erasure', entry.commitment)
      erased += entry.openings
    }
    if ('pupils' in entry) await checkPupils(tx, row.index, entry.pupils)
  }

  return {
    async add(page) {
      await school.read(async (tx) => {
        const committed = await tx
          .selectFrom('ledger_committed')
          .select(['entry_index', 'kind', 'salt', 'content'])
          .where('school_urn', '=', school.urn)
          .where('entry_index', '>=', page[0]?.index ?? 0)
          .where('entry_index', '<=', page.at(-1)?.index ?? -1)
          .execute()
        const byEntry = Map.groupBy(committed, (row) => row.entry_index)
        for (const row of page) await checkOne(tx, row, byEntry.get(row.index) ?? [])
      })
    },
    finish() {
      if (missing > erased) {
        fault('openings', `${missing} openings are missing, and erasure entries account for ${erased}.`)
      }
      return { openings, erased: missing }
    },
  }
}
