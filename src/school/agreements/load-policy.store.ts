import { checkProperties, type Policy } from '../../core/policy/index.ts'
import { appendEntries, type NewEntry } from '../../core/ledger/index.ts'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { GatehouseError, type AgreementId, type Recipient } from '../../core/vocabulary/index.ts'
import { keptVersions, type KeptVersion } from './document.store.ts'
import { unverifyIfRenamed } from './renamed-recipient.store.ts'
import { documentsOf, type PolicyDocument } from './policy-document.ts'

/** What loading a policy changed. */
export interface LoadReport {
  /** New versions; those of agreements wait for approval, the rest is in force. */
  readonly loaded: readonly { readonly kind: string; readonly id: string; readonly version: number }[]
  readonly unchanged: number
  /** Documents that are in the store and no longer in the policy: no longer in force. */
  readonly ended: readonly { readonly kind: string; readonly id: string }[]
  /** Every agreement version that waits for a named person's approval, from this or an earlier load. */
  readonly awaitingApproval: readonly { readonly id: AgreementId; readonly version: number }[]
}

/**
 * Makes a policy the school's: a new version of every document that changed, nothing of what did not. An agreement stays as
 * it was until a named person approves its new version; the rest holds at once. What is not in the policy any more ends.
 * All or nothing.
 * @throws GatehouseError `bad-policy` when a static property does not hold.
 */
export async function loadPolicy(school: SchoolStore, policy: Policy, at: Date): Promise<LoadReport> {
  const broken = checkProperties(policy)
  if (broken.length > 0) {
    throw new GatehouseError('bad-policy', broken.map(({ text }) => text).join('\n'), {
      where: [...new Set(broken.map(({ agreement }) => `agreements/${agreement}.yaml`))].join(', '),
      why: 'A property that must hold of every agreement does not.',
      todo: 'Change the agreement, or the property if it is wrong.',
    })
  }
  const documents = documentsOf(policy)
  return school.write(async (tx) => {
    const kept = await keptVersions(tx)
    const loaded: { kind: string; id: string; version: number }[] = []
    const entries: NewEntry[] = []
    for (const document of documents) {
      const mine = kept.filter(({ kind, id }) => kind === document.kind && id === document.id)
      const live = mine.filter(({ supersededAt }) => supersededAt === null)
      const newest = live.at(-1)
      if (newest?.hash === document.hash) continue
      const version = (mine.at(-1)?.version ?? 0) + 1
      const inForce = live.find(({ approvedAt }) => approvedAt !== null)
      // Going back to what is in force withdraws what waited.
      if (document.kind === 'agreement' && inForce?.hash === document.hash) {
        await supersede(
          tx,
          live.filter((each) => each !== inForce),
          at,
        )
        continue
      }
      await supersede(
        tx,
        live.filter((each) => document.kind !== 'agreement' || each.approvedAt === null),
        at,
      )
      await keep(tx, school, document, version, at)
      if (newest && document.kind === 'recipient') {
        await unverifyIfRenamed(tx, school, newest, document.body as Recipient, at)
      }
      loaded.push({ kind: document.kind, id: document.id, version })
      if (document.kind !== 'agreement') entries.push(entryFor(school, document, version, 'loaded', at))
    }
    const stray = kept.filter(
      ({ kind, id, supersededAt }) =>
        supersededAt === null && !documents.some((each) => each.kind === kind && each.id === id),
    )
    await supersede(tx, stray, at)
    for (const each of stray)
      if (each.approvedAt) entries.push(entryFor(school, each, each.version, 'ended', at))
    await appendEntries(tx, school.urn, entries, at)
    const waiting = (await keptVersions(tx)).filter(
      ({ kind, approvedAt, supersededAt }) => kind === 'agreement' && !approvedAt && !supersededAt,
    )
    return {
      loaded,
      unchanged: documents.length - loaded.length,
      ended: [...new Map(stray.map(({ kind, id }) => [`${kind}/${id}`, { kind, id }])).values()],
      awaitingApproval: waiting.map(({ id, version }) => ({ id, version })),
    }
  })
}

/** A policy document's event for the ledger. */
export const entryFor = (
  school: SchoolStore,
  { kind, id, hash }: Pick<KeptVersion, 'kind' | 'id' | 'hash'>,
  version: number,
  event: 'loaded' | 'approved' | 'ended',
  at: Date,
): NewEntry => ({
  entry: { type: 'policy/v1', at: at.toISOString(), kind, id, version, hash, event, by: school.actor.role },
})

async function keep(
  tx: Tx,
  school: SchoolStore,
  document: PolicyDocument,
  version: number,
  at: Date,
): Promise<void> {
  const approved = document.kind === 'agreement' ? {} : { approved_at: at, approved_by: school.actor.name }
  await tx
    .insertInto('policy_document')
    .values({
      school_urn: school.urn,
      kind: document.kind,
      id: document.id,
      version,
      hash: document.hash,
      body: JSON.stringify(document.body),
      loaded_at: at,
      loaded_by: school.actor.name,
      ...approved,
    })
    .execute()
}

export async function supersede(tx: Tx, versions: readonly KeptVersion[], at: Date): Promise<void> {
  for (const { kind, id, version } of versions) {
    await tx
      .updateTable('policy_document')
      .set({ superseded_at: at })
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('version', '=', version)
      .execute()
  }
}
