import { compileCase, type CompiledCase, type PolicyContext } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import {
  GatehouseError,
  type AgreementId,
  type AgreementVersion,
  type ItemId,
  type Reason,
  type Recipient,
  type RecipientId,
  type Standing,
  type Subject,
} from '../../core/vocabulary/index.ts'
import { carriedItems, childSubjects } from './carried.ts'
import type { DecidedPupil, Items } from './permit-rows.ts'
import { runStatement } from './release.store.ts'

/** What a release needs of the policy; the current one has it all. */
export interface ReleasePolicy extends PolicyContext {
  readonly recipients: ReadonlyMap<RecipientId, Recipient>
  readonly standings: ReadonlyMap<RecipientId, Standing>
  readonly agreements: ReadonlyMap<AgreementId, AgreementVersion>
}

/** One agreement, ready to be decided for the school. */
export interface FeedCase {
  readonly version: AgreementVersion
  readonly standing: Standing
  readonly compiled: CompiledCase
  readonly carried: ReadonlySet<ItemId>
}

/**
 * Compiles an agreement for its recipient.
 * @throws GatehouseError `not-found` for an agreement or recipient that is not there, `bad-policy` for one that can't be compiled.
 */
export function feedCase(policy: ReleasePolicy, agreementId: AgreementId, at: Date): FeedCase {
  const version = policy.agreements.get(agreementId)
  if (!version) throw new GatehouseError('not-found', 'There is no such agreement.', { where: agreementId })
  const { recipient: recipientId } = version.agreement
  const recipient = policy.recipients.get(recipientId)
  if (!recipient) {
    throw new GatehouseError('not-found', 'The agreement’s recipient is not known.', { where: recipientId })
  }
  const standing = policy.standings.get(recipientId) ?? nothingShown(recipientId)
  const compiled = compileCase(policy, { at, version, recipient, standing })
  if (!compiled.ok) {
    throw new GatehouseError('bad-policy', 'The agreement can’t be decided: nothing leaves under it.', {
      where: `${agreementId}, ${compiled.error.map(({ path }) => path).join(', ')}`,
      why: compiled.error.map(({ message }) => message).join(' '),
    })
  }
  return { version, standing, compiled: compiled.value, carried: carriedItems(version.agreement) }
}

const nothingShown = (recipientId: RecipientId): Standing => ({
  recipientId,
  identityVerifiedOn: null,
  identityChangedOn: null,
  contractOn: null,
  transferSafeguard: null,
  transferSafeguardOn: null,
  ageRecipient: null,
  ageRecipientExpiresOn: null,
})

/** The refusals when nothing of the agreement may leave, whoever the pupil is; null when something might. */
export function refusedForAnybody({ compiled, carried }: FeedCase): readonly Reason[] | null {
  const gates = [...carried].map((item) => compiled.gate.get(item) ?? [])
  if (gates.length === 0 || gates.some((reasons) => reasons.length === 0)) return null
  const seen = new Map<string, Reason>()
  for (const reason of gates.flat()) seen.set(`${reason.code} ${reason.about ?? ''}`, reason)
  return [...seen.values()]
}

/** Takes the facts and decides, in the caller's transaction: every pupil of the school, with what may leave of it. */
export async function decidePupils(
  tx: Tx,
  feed: FeedCase,
  policy: ReleasePolicy,
): Promise<readonly DecidedPupil[]> {
  const rows = (await runStatement(tx, feed.compiled.projection)).map((row) => feed.compiled.readRow(row))
  const concerned = rows.filter(({ verdict }) => verdict.permitted.length > 0).map(({ pupilId }) => pupilId)
  const children = new Map<string, Map<Subject, Items[]>>()
  for (const subject of childSubjects(feed.carried, policy.items)) {
    const statement = feed.compiled.children(subject)
    for (const id of concerned) {
      const own = children.get(id) ?? new Map<Subject, Items[]>()
      own.set(subject, [])
      children.set(id, own)
    }
    if (!statement || concerned.length === 0) continue
    for (const row of await runStatement(tx, statement, concerned)) {
      const { pupilId, values } = feed.compiled.readChild(row)
      children.get(pupilId)?.get(subject)?.push(values)
    }
  }
  return rows.map((row) => ({ row, children: children.get(row.pupilId) ?? new Map<Subject, Items[]>() }))
}
