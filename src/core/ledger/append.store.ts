import { sql } from 'kysely'
import { canonicalJson } from '../standards/index.ts'
import {
  extendFrontier,
  frontierLength,
  hashLeaf,
  packHashes,
  rootOfFrontier,
  sameHash,
  unpackHashes,
  type Frontier,
  type Hash,
} from '../standards/tlog/index.ts'
import type { Tx } from '../store/index.ts'
import { GatehouseError, type Urn } from '../vocabulary/index.ts'
import { commitToText, hex, newSalt } from './commitment.ts'
import type { Leaf, LedgerEntry, Visibility } from './entry.ts'
import { checkEntry, leafText } from './leaf.ts'
import { broken } from './broken.ts'

export interface NewEntry {
  readonly entry: LedgerEntry
  readonly visibility?: Visibility
  /** When a restricted entry may be shown without anybody's further word. */
  readonly revealAt?: Date | null
}

export interface Appended {
  readonly index: number
  /** RFC 6962 leaf hash, hex. */
  readonly leafHash: string
}

/**
 * Appends one entry in the caller's transaction: it is in the ledger if and only if that transaction commits, and its
 * index follows the last one without a gap. A `restricted` entry enters the log sealed. What reports on a restricted
 * release (its delivery, its recall) is restricted too, whatever is asked for.
 * @throws GatehouseError `bad-input` for an entry not of its type's form, `ledger-broken` when what stands does not verify.
 */
export async function appendEntry(
  tx: Tx,
  urn: Urn,
  entry: LedgerEntry,
  at: Date,
  visibility: Visibility = 'open',
  revealAt: Date | null = null,
): Promise<Appended> {
  const [appended] = await appendEntries(tx, urn, [{ entry, visibility, revealAt }], at)
  return appended as Appended
}

/** Appends several entries, in order, in the caller's transaction: one look at the ledger and one write for all. */
export async function appendEntries(
  tx: Tx,
  urn: Urn,
  entries: readonly NewEntry[],
  at: Date,
): Promise<readonly Appended[]> {
  if (entries.length === 0) return []
  const ledger = await takeLedger(tx, urn)
  let frontier = ledger.frontier
  const restricted = await restrictedOf(
    tx,
    urn,
    entries.map(({ entry }) => aboutRelease(entry)).filter((index) => index !== null),
  )
  const rows = entries.map(({ entry, visibility = 'open', revealAt = null }, i) => {
    const index = ledger.size + i
    const checked = checkEntry(entry)
    const about = aboutRelease(checked)
    if (about !== null && about >= index) {
      throw new GatehouseError('bad-input', 'A ledger entry is about a release that is not in the ledger.')
    }
    const seal = visibility === 'restricted' || (about !== null && restricted.has(about))
    const committed = seal ? { salt: newSalt(), content: canonicalJson(checked) } : null
    const leaf: Leaf = committed
      ? { type: 'sealed/v1', commitment: hex(commitToText(committed.salt, committed.content)) }
      : checked
    const text = leafText(leaf)
    const leafHash = hashLeaf(Buffer.from(text))
    frontier = extendFrontier(index, frontier, leafHash)
    if (seal) restricted.add(index)
    return {
      committed,
      row: {
        index,
        type: leaf.type,
        leaf: text,
        leafHash,
        treeRoot: rootOfFrontier(frontier),
        visibility: seal ? ('restricted' as const) : visibility,
        revealAt: seal ? revealAt : null,
      },
    }
  })
  await insertRows(
    tx,
    urn,
    at,
    rows.map(({ row }) => row),
  )
  const seals = rows.flatMap(({ row, committed }) =>
    committed ? [{ school_urn: urn, entry_index: row.index, kind: 'entry', ...committed }] : [],
  )
  if (seals.length > 0) await tx.insertInto('ledger_committed').values(seals).execute()
  await tx
    .updateTable('ledger')
    .set({ size: ledger.size + rows.length, frontier: packHashes(frontier) })
    .where('school_urn', '=', urn)
    .execute()
  return rows.map(({ row }) => ({ index: row.index, leafHash: hex(row.leafHash) }))
}

interface NewRow {
  readonly index: number
  readonly type: Leaf['type']
  readonly leaf: string
  readonly leafHash: Hash
  readonly treeRoot: Hash
  readonly visibility: Visibility
  readonly revealAt: Date | null
}

/** All rows in one statement of few parameters, all text: drivers are slow on many, and on bytes. */
async function insertRows(tx: Tx, urn: Urn, at: Date, rows: readonly NewRow[]): Promise<void> {
  const hashes = packHashes(rows.flatMap(({ leafHash, treeRoot }) => [leafHash, treeRoot])).toString('base64')
  const json = JSON.stringify(
    rows.map(({ index, type, leaf, visibility, revealAt }, place) => ({
      place,
      index,
      type,
      leaf,
      visibility,
      revealAt,
    })),
  )
  await sql`
    insert into ledger_entry
      (school_urn, index, type, leaf, leaf_hash, tree_root, recorded_at, visibility, reveal_at)
    select ${urn}, row.index, row.type, convert_to(row.leaf, 'UTF8'),
      substring(hashes.bytes from row.place * 64 + 1 for 32),
      substring(hashes.bytes from row.place * 64 + 33 for 32),
      ${at}::timestamptz, row.visibility, row."revealAt"
    from json_to_recordset(${json}::json)
        as row (place int, index bigint, type text, leaf text, visibility text, "revealAt" timestamptz),
      (select decode(${hashes}, 'base64') as bytes) as hashes`.execute(tx)
}

/** The ledger as it stands, checked in O(log size): its last entry, its frontier, and that nothing lies beyond. */
async function takeLedger(tx: Tx, urn: Urn): Promise<{ size: number; frontier: Frontier }> {
  // The last row by its index, laterally: a join on `size - 1` would read every row under row security.
  const row = await tx
    .selectFrom('ledger')
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('ledger_entry')
          .select(['index', 'leaf', 'leaf_hash', 'tree_root'])
          .where('school_urn', '=', urn)
          .orderBy('index', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['size', 'frontier', 'index', 'leaf', 'leaf_hash', 'tree_root'])
    .where('ledger.school_urn', '=', urn)
    .executeTakeFirst()
  if (!row) return beginLedger(tx, urn)
  const { size } = row
  const frontier = unpackHashes(row.frontier)
  const last = `entry ${size - 1}`
  if (row.index !== null && row.index >= size) {
    throw broken(`entry ${size}`, `The ledger counts ${size} entries, and there are more.`)
  }
  if ((row.index ?? -1) < size - 1) throw broken(last, 'The ledger counts it, and it is missing.')
  if (frontier?.length !== frontierLength(size))
    throw broken('the frontier', `It does not fit ${size} entries.`)
  if (!row.leaf || !row.leaf_hash || !row.tree_root) return { size, frontier } // the ledger is empty
  if (!sameHash(hashLeaf(row.leaf), row.leaf_hash))
    throw broken(last, 'Its leaf does not hash to its leaf hash.')
  const inFrontier = size % 2 === 1 ? frontier.at(-1) : undefined
  if (inFrontier && !sameHash(inFrontier, row.leaf_hash))
    throw broken(last, 'It is not the one the frontier ends with.')
  if (!sameHash(rootOfFrontier(frontier), row.tree_root)) {
    throw broken('the frontier', `Its root is not that of the tree of ${size} entries.`)
  }
  return { size, frontier }
}

async function beginLedger(tx: Tx, urn: Urn): Promise<{ size: number; frontier: Frontier }> {
  const { domain } = await tx
    .selectFrom('school')
    .select('domain')
    .where('school_urn', '=', urn)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('ledger')
    .values({ school_urn: urn, origin: originOf(domain) })
    .execute()
  return { size: 0, frontier: [] }
}

/** Begins a ledger whose keeper is no school, under its own origin; leaves one that stands as it is. */
export async function beginLedgerOf(tx: Tx, keeper: Urn, origin: string): Promise<void> {
  await tx
    .insertInto('ledger')
    .values({ school_urn: keeper, origin })
    .onConflict((c) => c.column('school_urn').doNothing())
    .execute()
}

/** The log's identity for its whole life: a school that is renamed keeps it. */
export const originOf = (domain: string): string => `${domain}/gatehouse/disclosures`

const aboutRelease = (entry: LedgerEntry): number | null =>
  entry.type === 'delivery/v1' || entry.type === 'recall/v1' ? entry.release : null

/** Which of these entries are restricted. */
export async function restrictedOf(tx: Tx, urn: Urn, indexes: readonly number[]): Promise<Set<number>> {
  if (indexes.length === 0) return new Set()
  const rows = await tx
    .selectFrom('ledger_entry')
    .select('index')
    .where('school_urn', '=', urn)
    .where('index', 'in', indexes)
    .where('visibility', '=', 'restricted')
    .execute()
  return new Set(rows.map((row) => row.index))
}
