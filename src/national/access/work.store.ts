import { appendEntry, departmentLedger } from '../../core/ledger/index.ts'
import { canonicalJson, canonicalSha256 } from '../../core/standards/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { asCollector } from '../collect/index.ts'
import type { SomeAnswers } from './applications/answers.ts'
import type { Command } from './applications/command.ts'
import type { Doer, Happened } from './applications/event.ts'
import { handle, type Refused, type Surroundings } from './applications/handle.ts'
import { askable } from './applications/items-asked.ts'
import { preCheck } from './applications/pre-check.ts'
import { apply, stateOf, type ApplicationState } from './applications/state.ts'
import { unmet } from './applications/unmet.ts'
import {
  applicationEvents,
  keepEvents,
  nextReference,
  organisationOfReference,
  readOrganisation,
  readUser,
} from './events.store.ts'
import type { Access } from './open-access.ts'
import { userUnmet, type Organisation } from './organisations.ts'
import { isTold, registerRow, wordOf } from './register/row.ts'
import { recallExtracts, stopExtracts } from './extracts/extracts.store.ts'
import type { Check } from './terms/match-codes.ts'

/** An application as it stands, with what it stands among. */
export interface Found {
  readonly reference: string
  readonly organisation: Organisation
  readonly state: ApplicationState
}

export interface Done extends Found {
  readonly happened: readonly Happened[]
}

export async function findApplication(tx: Tx, reference: string): Promise<Found> {
  const id = await organisationOfReference(tx, reference)
  return {
    reference,
    organisation: await readOrganisation(tx, id),
    state: stateOf(await applicationEvents(tx, id, reference)),
  }
}

/** @throws GatehouseError `not-found` */
export const readApplication = (access: Access, reference: string): Promise<Found> =>
  asCollector(access.collector).read((tx) => findApplication(tx, reference))

/** What the software sees of the application today, with what is passed in beside it (uniqueness, which needs the holdings). */
export const checksOf = (
  access: Access,
  { organisation, state }: Found,
  at: Date,
  more: readonly Check[] = [],
): readonly Check[] => [
  ...preCheck(access.policy, access.declarations, organisation, state.answers, at),
  ...more,
]

/** Begins an application of an organisation, as a draft. */
export async function draftApplication(
  access: Access,
  by: Doer,
  organisation: string,
  answers: SomeAnswers,
  at: Date,
  more: { readonly parent?: string; readonly copiedFrom?: string } = {},
): Promise<Result<Done, Refused>> {
  return asCollector(access.collector).write(async (tx) => {
    const reference = await nextReference(tx)
    const found = { reference, organisation: await readOrganisation(tx, organisation), state: stateOf([]) }
    return doOn(access, tx, found, { kind: 'draft', answers, ...more }, by, at)
  })
}

/** One command on one application, in one transaction with what it writes into the ledger. */
export async function work(
  access: Access,
  by: Doer,
  reference: string,
  command: Command,
  at: Date,
  more: readonly Check[] = [],
): Promise<Result<Done, Refused>> {
  return asCollector(access.collector).write(async (tx) =>
    doOn(access, tx, await findApplication(tx, reference), command, by, at, more),
  )
}

/** The same inside a transaction that does more. */
export async function doOn(
  access: Access,
  tx: Tx,
  found: Found,
  command: Command,
  by: Doer,
  at: Date,
  more: readonly Check[] = [],
): Promise<Result<Done, Refused>> {
  const { organisation, state, reference } = found
  if (by.organisation !== null && by.organisation !== organisation.id)
    return fail({ code: 'other-organisation', says: 'This is another organisation’s application.' })
  const unknown = 'answers' in command ? unknownItem(access, command.answers) : null
  if (unknown !== null) return fail({ code: 'unknown-item', says: `There is no item ${unknown} to ask for.` })
  const proofs =
    command.kind === 'sign' && command.party === 'user'
      ? await userProblems(access, tx, organisation.id, command.who, at)
      : []
  if (proofs.length > 0) return fail({ code: 'user', says: proofs.join(' ') })
  const around: Surroundings = {
    policy: access.policy,
    at,
    by,
    reference,
    organisation: organisation.id,
    organisationName: organisation.identity.name,
    checks: checksOf(access, found, at, more),
    unmet: unmet(access.policy, organisation, state, at),
  }
  const handled = handle(state, command, around)
  if (!handled.ok) return handled
  const kept = handled.value
  await keepEvents(
    tx,
    { organisation: organisation.id, stream: reference, before: state.events },
    kept,
    by,
    at,
  )
  let after = state
  for (const event of kept) {
    after = apply(after, { number: after.events + 1, event, by, at })
    if (event.kind === 'revoked') await recallExtracts(tx, organisation.id, reference, at)
    if (event.kind === 'revoked' || event.kind === 'ended') await stopExtracts(tx, reference, at)
    if (isTold(event)) await tell(access, tx, { reference, organisation, state: after }, event, at)
  }
  return ok({ reference, organisation, state: after, happened: kept })
}

/** Writes into the ledger what happened, and keeps the words that the register shows for it. */
async function tell(
  access: Access,
  tx: Tx,
  { reference, organisation, state }: Found,
  event: Happened,
  at: Date,
): Promise<void> {
  const row = registerRow(access, reference, organisation, state)
  const hash = canonicalSha256(row)
  await tx
    .insertInto('access_document')
    .values({ organisation: organisation.id, hash, content: canonicalJson(row) })
    .onConflict((c) => c.columns(['organisation', 'hash']).doNothing())
    .execute()
  await appendEntry(
    tx,
    departmentLedger,
    {
      type: 'access/v1',
      at: at.toISOString(),
      application: reference,
      organisation: organisation.id,
      event: wordOf(event),
      codes: (state.answers.purposes ?? []).map(({ code }) => code.toLowerCase()),
      people: 0,
      document: hash,
    },
    at,
  )
}

const unknownItem = ({ declarations }: Access, { items = [] }: SomeAnswers): string | null => {
  const none = items.find((item) => !askable(declarations, item))
  return none ? `${none.dataSet}.${none.column}` : null
}

/** Why a user may not act: unknown, or a proof of theirs has expired. */
export async function userProblems(
  access: Access,
  tx: Tx,
  organisation: string,
  user: string,
  at: Date,
): Promise<readonly string[]> {
  const found = await readUser(tx, organisation, user)
  return found
    ? userUnmet(found, access.policy, at, new Set())
    : [`${user} is nobody that the organisation has entered.`]
}
