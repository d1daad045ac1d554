import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../store/index.ts'
import type { Urn } from '../vocabulary/index.ts'

// What publishing and verifying read of the ledger's rows, as they lie: nothing is checked here.

export interface StoredCheckpoint {
  readonly size: number
  readonly note: string
  readonly signedAt: Date
}

export interface StoredLedger {
  readonly origin: string
  readonly size: number
  readonly frontier: Uint8Array
}

export interface StoredEntry {
  readonly index: number
  readonly type: string
  readonly leaf: Uint8Array
  readonly leafHash: Uint8Array
  readonly treeRoot: Uint8Array
  readonly visibility: string
}

export async function readLedger(tx: Tx, urn: Urn): Promise<StoredLedger | undefined> {
  return tx
    .selectFrom('ledger')
    .select(['origin', 'size', 'frontier'])
    .where('school_urn', '=', urn)
    .executeTakeFirst()
}

export async function newestCheckpoint(tx: Tx, urn: Urn): Promise<StoredCheckpoint | undefined> {
  return tx
    .selectFrom('ledger_checkpoint')
    .select(['size', 'note', 'signed_at as signedAt'])
    .where('school_urn', '=', urn)
    .orderBy('size', 'desc')
    .orderBy('signed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Every checkpoint ever published, smallest first. */
export async function allCheckpoints(tx: Tx, urn: Urn): Promise<readonly StoredCheckpoint[]> {
  return tx
    .selectFrom('ledger_checkpoint')
    .select(['size', 'note', 'signed_at as signedAt'])
    .where('school_urn', '=', urn)
    .orderBy('size')
    .orderBy('signed_at')
    .execute()
}

/** An entry beyond what the ledger's own row counts, in the same view of the store: there should be none. */
export async function firstUncounted(tx: Tx, urn: Urn): Promise<number | undefined> {
  const size = (await readLedger(tx, urn))?.size ?? 0
  const row = await tx
    .selectFrom('ledger_entry')
    .select('index')
    .where('school_urn', '=', urn)
    .where('index', '>=', size)
    .orderBy('index')
    .limit(1)
    .executeTakeFirst()
  return row?.index
}

export async function keepCheckpoint(tx: Tx, urn: Urn, checkpoint: StoredCheckpoint): Promise<void> {
  await tx
    .insertInto('ledger_checkpoint')
    .values({
      school_urn: urn,
      size: checkpoint.size,
      note: checkpoint.note,
      signed_at: checkpoint.signedAt,
    })
    .execute()
}

/**
 * Holds, until the transaction ends, what lets one process at a time replace the school's checkpoint file. The
 * transaction's snapshot may be older than the lock: look at the file under it, not at rows.
 */
export async function holdPublication(tx: Tx, urn: Urn): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('gatehouse-ledger'), ${sql.lit(Number(urn))})`.execute(tx)
}

const pageRows = 2048

/** Drivers take bytes apart one by one; text they hand over as it is. */
const inBase64 = <C extends 'leaf' | 'leaf_hash' | 'tree_root'>(column: C) =>
  sql<string>`encode(${sql.ref(column)}, 'base64')`.as(column)

/** Rows `from` up to, not including, `to`, in order, a page at a time; each page in a transaction of its own. */
export async function* entryPages(
  school: SchoolStore,
  from: number,
  to: number,
): AsyncGenerator<readonly StoredEntry[]> {
  for (let next = from; next < to;) {
    const start = next
    const page = await school.read((tx) =>
      tx
        .selectFrom('ledger_entry')
        .select([
          'index',
          'type',
          'visibility',
          inBase64('leaf'),
          inBase64('leaf_hash'),
          inBase64('tree_root'),
        ])
        .where('school_urn', '=', school.urn)
        .where('index', '>=', start)
        .where('index', '<', to)
        .orderBy('index')
        .limit(pageRows)
        .execute(),
    )
    const last = page.at(-1)
    if (!last) return
    yield page.map(({ index, type, visibility, leaf, leaf_hash, tree_root }) => ({
      index,
      type,
      visibility,
      leaf: Buffer.from(leaf, 'base64'),
      leafHash: Buffer.from(leaf_hash, 'base64'),
      treeRoot: Buffer.from(tree_root, 'base64'),
    }))
    next = last.index + 1
  }
}
