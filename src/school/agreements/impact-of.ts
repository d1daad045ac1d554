import { bestStanding, checkProperties, type BrokenProperty } from '../../core/policy/index.ts'
import { compileCase } from '../../core/decide/index.ts'
import { canonicalSha256 } from '../../core/standards/index.ts'
import type { Tx } from '../../core/store/index.ts'
import {
  GatehouseError,
  type Agreement,
  type AgreementVersion,
  type Reason,
} from '../../core/vocabulary/index.ts'
import { nothingShown, type CurrentPolicy } from './current-policy.ts'
import { decideSchool } from './decide-school.store.ts'
import { compareDecisions, type Difference } from './impact.ts'

/** What approving an agreement would change: seen before it is approved. */
export interface Impact extends Difference {
  readonly agreement: string
  /** The version in force it is compared with; null when none is, so that everything it permits is new. */
  readonly comparedWith: number | null
  /** Hash of what was compared: the version that is approved must have it. */
  readonly hash: string
  /** The instant both were decided at: now, or the first day of the proposal when that is later. */
  readonly at: Date
  /**
   * What keeps everything back even when it is approved: what its recipient has not shown yet, a basis that is off. The
   * numbers are worked out as if the recipient had shown everything, so that they are about the agreement alone.
   */
  readonly stillNeeded: readonly Reason[]
  /** Static properties that would no longer hold; loading such a policy is refused. */
  readonly broken: readonly BrokenProperty[]
}

/**
 * Decides the whole school twice, under the version in force and under the proposal, and tells who would gain and lose what.
 * Reads pupils' facts set-wise and keeps none; examples are ids.
 * @throws GatehouseError `bad-policy` when the proposal can't be compiled, `not-found` when its recipient is not known.
 */
export async function impactOf(
  tx: Tx,
  current: CurrentPolicy,
  proposed: Agreement,
  at: Date,
): Promise<Impact> {
  const recipient = current.recipients.get(proposed.recipient)
  if (!recipient) {
    throw new GatehouseError('not-found', 'The policy has no such recipient.', { where: proposed.recipient })
  }
  const firstDay = new Date(`${proposed.inForce.from}T12:00:00Z`)
  const instant = firstDay > at ? firstDay : at
  const hash = canonicalSha256(proposed)
  const after: AgreementVersion = {
    agreement: proposed,
    version: 0,
    hash,
    approvedAt: instant,
    approvedBy: 'proposed',
  }
  const inForce = current.agreements.get(proposed.id)
  const before = inForce?.approvedAt ? inForce : undefined

  const real = current.standings.get(recipient.id) ?? nothingShown(recipient.id)
  const compiled = compileCase(current, { at: instant, version: after, recipient, standing: real })
  if (!compiled.ok) {
    throw new GatehouseError('bad-policy', 'The proposed agreement can’t be compiled.', {
      where: compiled.error.map(({ path }) => path).join(', '),
      why: compiled.error.map(({ message }) => message).join(' '),
    })
  }
  const rowsUnder = async (version: AgreementVersion) => {
    const standings = new Map(current.standings).set(
      version.agreement.recipient,
      bestStanding(version.agreement),
    )
    const agreements = new Map([[version.agreement.id, version]])
    const [decided] = await decideSchool(tx, { ...current, standings, agreements }, instant)
    return decided?.rows ?? []
  }
  const difference = compareDecisions(before ? await rowsUnder(before) : [], await rowsUnder(after))
  return {
    agreement: proposed.id,
    comparedWith: before?.version ?? null,
    hash,
    at: instant,
    stillNeeded: forEverybody(proposed, compiled.value.gate),
    broken: checkProperties({
      ...current,
      agreements: new Map([...current.agreements].map(([id, { agreement }]) => [id, agreement] as const)).set(
        proposed.id,
        proposed,
      ),
    }),
    ...difference,
  }
}

/** Reasons that keep back every item of the agreement, each once. */
function forEverybody(agreement: Agreement, gate: ReadonlyMap<string, readonly Reason[]>): readonly Reason[] {
  const [first, ...rest] = agreement.items.map(({ item }) => gate.get(item) ?? [])
  return (first ?? []).filter((reason) =>
    rest.every((reasons) =>
      reasons.some(({ code, about }) => code === reason.code && about === reason.about),
    ),
  )
}
