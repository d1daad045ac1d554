import { compileCase, type CompiledCase, type PolicyContext } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import {
  GatehouseError,
  type AgreementId,
  type AgreementVersion,
  type ItemId,
  type Recipient,
  type RecipientId,
  type Standing,
  type Subject,
} from '../../core/vocabulary/index.ts'
import { nothingShown } from '../agreements/index.ts'
import { carriedItems, childSubjects } from './carried.ts'
import type { Door } from './door.ts'
import type { DecidedPupil, Items, Pseudonymise } from './permit-rows.ts'
import { pseudonymsUnder } from './pseudonym.ts'
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

/** Gives the codes that stand for ids at this recipient; its key is touched only when the agreement lists a code. */
export async function pseudonymsFor(door: Door, { version }: FeedCase): Promise<Pseudonymise> {
  const { items, recipient } = version.agreement
  if (!items.some(({ as, ifObjected }) => as === 'pseudonym' || ifObjected === 'pseudonym')) {
    return () => {
      throw new Error('a code that the agreement does not list')
    }
  }
  const codeOf = pseudonymsUnder(await door.secrets.pseudonymKey(recipient))
  const known = new Map<string, string>() // each is needed when rows are built and again when the file is checked
  return (id) => {
    const code = known.get(id) ?? codeOf(id)
    known.set(id, code)
    return code
  }
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
