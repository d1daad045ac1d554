import type { Tx } from '../../core/store/index.ts'
import { canonicalSha256 } from '../../core/standards/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { DocumentBodies, DocumentKind } from './policy-document.ts'

/** A kept version of a document, without its body. */
export interface KeptVersion {
  readonly kind: DocumentKind
  readonly id: string
  readonly version: number
  readonly hash: string
  readonly approvedAt: Date | null
  readonly approvedBy: string | null
  readonly supersededAt: Date | null
}

/** Every version of every document, oldest first. */
export async function keptVersions(tx: Tx): Promise<readonly KeptVersion[]> {
  const rows = await tx
    .selectFrom('policy_document')
    .select(['kind', 'id', 'version', 'hash', 'approved_at', 'approved_by', 'superseded_at'])
    .orderBy('kind')
    .orderBy('id')
    .orderBy('version')
    .execute()
  return rows.map(readVersion)
}

/** The versions that were not superseded: of an agreement the one in force and the newest one that waits for approval. */
export async function liveVersions(tx: Tx): Promise<readonly KeptVersion[]> {
  const rows = await tx
    .selectFrom('policy_document')
    .select(['kind', 'id', 'version', 'hash', 'approved_at', 'approved_by', 'superseded_at'])
    .where('superseded_at', 'is', null)
    .orderBy('kind')
    .orderBy('id')
    .orderBy('version')
    .execute()
  return rows.map(readVersion)
}

const readVersion = (row: {
  kind: string
  id: string
  version: number
  hash: string
  approved_at: Date | null
  approved_by: string | null
  superseded_at: Date | null
}): KeptVersion => ({
  kind: row.kind as DocumentKind,
  id: row.id,
  version: row.version,
  hash: row.hash,
  approvedAt: row.approved_at,
  approvedBy: row.approved_by,
  supersededAt: row.superseded_at,
})

/** The body of one of the versions that were asked for. */
export type BodyOf = <K extends DocumentKind>(version: KeptVersion & { kind: K }) => DocumentBodies[K]

// A body is named by its hash, so it never changes, and holds no pupil's data: one copy serves every school and request.
const bodies = new Map<string, unknown>()
const mostBodies = 5000

/**
 * The bodies of these versions, by hash.
 * @throws GatehouseError `bad-policy` when a body is not the one its hash names: the store was changed by hand.
 */
export async function bodiesOf(tx: Tx, versions: readonly KeptVersion[]): Promise<BodyOf> {
  const wanted = versions.filter(({ hash }) => !bodies.has(hash))
  if (wanted.length > 0) {
    const rows = await tx
      .selectFrom('policy_document')
      .select(['kind', 'id', 'version', 'hash', 'body'])
      .where('hash', 'in', [...new Set(wanted.map(({ hash }) => hash))])
      .execute()
    if (bodies.size > mostBodies) bodies.clear()
    for (const { kind, id, version, hash, body } of rows) {
      if (canonicalSha256(body) !== hash) {
        throw new GatehouseError('bad-policy', 'A stored policy document is not what its hash says.', {
          where: `${kind} ${id}, version ${version}`,
          why: 'It was changed in the database, past this software.',
          todo: 'Restore it from a backup, or load policy/ again.',
        })
      }
      bodies.set(hash, body)
    }
  }
  const taken = new Map(versions.map(({ hash }) => [hash, bodies.get(hash)]))
  return (version) => taken.get(version.hash) as never
}
