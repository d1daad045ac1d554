import { readPolicyFolder, type Policy } from '../core/policy/index.ts'
import type { SchoolStore, Store } from '../core/store/index.ts'
import { GatehouseError, type Actor } from '../core/vocabulary/index.ts'
import { setStaffAccount } from '../faces/index.ts'
import { approveAgreement, loadPolicy, recordStanding } from '../school/agreements/index.ts'
import { recordReturnSettings, returnSettingsShape } from '../school/returns/index.ts'
import { foundSchool } from './found-school.store.ts'
import type { PlayedRecipients } from './play-recipients.ts'
import type { SchoolFacts } from './school-facts.ts'

/** Reads the policy, or says every fault of it at once. @throws GatehouseError `bad-policy`. */
export async function policyOf(folder: string): Promise<Policy> {
  const read = await readPolicyFolder(folder)
  if (read.ok) return read.value
  const faults = read.error.map((fault) => `${fault.file}:${fault.line}:${fault.column} ${fault.message}`)
  throw new GatehouseError('bad-policy', 'The policy can’t be used as it is.', {
    where: folder,
    why: faults.join('\n'),
    todo: 'Run: gatehouse policy check',
  })
}

/** The member of staff who holds a role, as an actor. */
export function staffMember(facts: SchoolFacts, role: SchoolFacts['staff'][number]['role']): Actor {
  const person = facts.staff.find((each) => each.role === role)
  return { kind: 'staff', name: person?.name ?? role, role }
}

/**
 * Makes the school ready for its first day: the school itself, its staff (one password for all), its policy, each agreement
 * approved by the head, and what each recipient has shown.
 */
export async function prepareSchool(
  store: Store,
  facts: SchoolFacts,
  policy: Policy,
  options: { readonly password: string; readonly at: Date },
): Promise<void> {
  const { urn } = facts.school
  const office = store.school(urn, staffMember(facts, 'dpo'))
  await foundSchool(office, facts)
  for (const person of facts.staff) await setStaffAccount(office, { ...person, password: options.password })
  for (const [collection, settings] of Object.entries(facts.returns))
    await recordReturnSettings(office, collection, returnSettingsShape.parse(settings), options.at)
  const { awaitingApproval } = await loadPolicy(office, policy, options.at)
  const head = store.school(urn, staffMember(facts, 'head'))
  for (const { id, version } of awaitingApproval) await approveAgreement(head, id, version, options.at)
}

/** Records what each recipient has shown: who it is, its contract, its key, where it listens today. */
export async function recordStandings(
  school: SchoolStore,
  facts: SchoolFacts,
  recipients: PlayedRecipients,
): Promise<void> {
  for (const shown of facts.standing) {
    const { recipientId } = shown
    const reached = await recipients.standingOf(recipientId, shown.endpoint.kind)
    await recordStanding(
      school,
      {
        recipientId,
        identityVerifiedOn: shown.identityVerifiedOn,
        identityChangedOn: shown.identityChangedOn ?? null,
        contractOn: shown.contractOn,
        contractReference: shown.contractReference,
        transferSafeguard: shown.transferSafeguard ?? null,
        transferSafeguardOn: shown.transferSafeguardOn ?? null,
        ageRecipient: reached.ageRecipient,
        secretReference: reached.secretReference,
      },
      reached.endpoint,
    )
  }
}
