import { z } from 'zod'
import { sameHash, unpackHashes } from '../standards/tlog/index.ts'
import type { SchoolStore, Tx } from '../store/index.ts'
import { commitTo, commitToText, hex, pupilRoot } from './commitment.ts'
import { ledgerEntry, type ErasureEntry, type LedgerEntry } from './entry.ts'
import type { Fault } from './fault.ts'
import { decodeLeaf } from './leaf.ts'
import type { StoredEntry } from './log.store.ts'

interface Committed {
  readonly entry_index: number
  readonly kind: string
  readonly salt: Uint8Array
  readonly content: string
}

/**
 * Checks that what is kept beside the log is what its leaves commit to: hidden entries, payloads, erasures, and each
 * pupil's opening. An opening may be missing only where an erasure names it, and what was erased may not be there again.
 */
export function checkCommitments(
  school: SchoolStore,
  fault: Fault,
): {
  add(page: readonly StoredEntry[]): Promise<void>
  /** After the last page. */
  finish(): Promise<{ openings: number; erased: number }>
} {
  let openings = 0
  const missing = new Set<string>()
  const erased = new Map<string, number>() // which erasure entry names it

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
    const there = new Set(rows.map(({ position }) => position))
    commitments.forEach((_, position) => {
      if (!there.has(position)) missing.add(nameOf({ entry: index, position }))
    })
  }

  const checkErasure = (index: number, { openings: count }: ErasureEntry, content: string | undefined) => {
    if (content === undefined) {
      fault(`entry ${index}`, 'What it says was erased is missing.')
      return
    }
    const list = erasedList.safeParse(readJson(content)).data?.openings
    if (list?.length !== count) fault(`entry ${index}`, 'It counts other openings than it commits to.')
    for (const opening of list ?? []) erased.set(nameOf(opening), index)
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
      const checked = ledgerEntry.safeParse(readJson(hidden.content))
      if (!checked.success) {
        fault(place, 'What it hides is not of a type that the ledger writes.')
        return
      }
      entry = checked.data
    } else {
      entry = leaf
    }
    if (entry.type === 'release/v1') opens('payload', entry.payload.commitment)
    if (entry.type === 'erasure/v1') {
      checkErasure(row.index, entry, opens('erasure', entry.commitment)?.content)
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
    async finish() {
      for (const opening of missing) {
        if (!erased.has(opening)) fault(opening, 'It is missing, and no erasure accounts for it.')
      }
      // Erased while the pages were read, or there again: only the store can tell now.
      const unsure = [...new Set([...erased.keys()].filter((opening) => !missing.has(opening)).map(entryOf))]
      for (let from = 0; from < unsure.length; from += 1000) {
        const rows = await school.read((tx) =>
          tx
            .selectFrom('ledger_opening')
            .select(['entry_index as entry', 'position'])
            .where('school_urn', '=', school.urn)
            .where('entry_index', 'in', unsure.slice(from, from + 1000))
            .execute(),
        )
        for (const opening of rows.map(nameOf)) {
          const by = erased.get(opening)
          if (by !== undefined) fault(opening, `Entry ${by} erased it, and it is there again: an old backup?`)
        }
      }
      return { openings, erased: missing.size }
    },
  }
}

const erasedList = z.object({
  openings: z.array(z.object({ entry: z.int().nonnegative(), position: z.int().nonnegative() })),
})

/** How a fault names an opening. */
const nameOf = ({ entry, position }: { entry: number; position: number }): string =>
  `entry ${entry}, opening ${position}`

const entryOf = (name: string): number => Number(/^entry ([0-9]+)/.exec(name)?.[1])

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
