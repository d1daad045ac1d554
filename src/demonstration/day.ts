import { checkNotice, publishNotice } from '../school/notice/index.ts'
import { currentPolicy } from '../school/agreements/index.ts'
import { deliverNow, makeDownloadLink, openDownload, takeCopySheet } from '../school/deliver/index.ts'
import { releaseFeed, type Released, type ReleaseOutcome } from '../school/release/index.ts'
import { doorFor, type Gatehouse } from '../faces/index.ts'
import type { Policy } from '../core/policy/index.ts'
import { dateInEngland, GatehouseError, type Agreement } from '../core/vocabulary/index.ts'
import { importDay, recordTemplates } from './import-day.ts'
import type { PlayedRecipients } from './play-recipients.ts'
import { recordStandings, staffMember } from './prepare-school.ts'
import type { SchoolFacts } from './school-facts.ts'

/** What the day did for one agreement. */
export interface DayLine {
  readonly id: string
  readonly outcome: ReleaseOutcome['kind']
  readonly why: string
  readonly permittedPupils: number
  readonly withheldPupils: number
  readonly items: readonly string[]
  readonly file: string | null
  readonly sha256: string | null
  readonly ledgerIndex: number | null
}

export interface Day {
  readonly recipients: readonly DayLine[]
  readonly ledger: { readonly origin: string; readonly size: number; readonly root: string }
  readonly notice: { readonly version: number | null; readonly drift: readonly string[] }
}

export interface DayOptions {
  readonly gatehouse: Gatehouse
  readonly facts: SchoolFacts
  readonly policy: Policy
  readonly policyFolder: string
  readonly recipients: PlayedRecipients
  /** The files of the demonstration world. */
  readonly files: string
  readonly at: Date
  readonly say: (line: string) => void
}

/** Plays the day: import, notice, decide and release every agreement, deliver, publish the ledger. */
export async function playDay(options: DayOptions): Promise<Day> {
  const { gatehouse, facts, policy, recipients, files, at, say } = options
  const { store, urn } = gatehouse
  const dpo = store.school(urn, staffMember(facts, 'dpo'))
  const office = staffMember(facts, 'office')

  await recordStandings(dpo, facts, recipients)
  await recordTemplates(dpo, files, at)
  say('The roll comes in')
  await importDay(store.school(urn, office), { ...options, wordings: policy.wordings })
  await store.refreshStatistics()
  await publishNotice(store.school(urn, staffMember(facts, 'head')), at)

  say('Every agreement is decided, and what may leave leaves')
  const lines: DayLine[] = []
  const { agreements } = await dpo.read(currentPolicy)
  for (const { agreement } of agreements.values()) {
    const line = await releaseAndDeliver(options, agreement)
    say(`  ${line.id}: ${line.outcome}${line.why === '' ? '' : ` (${line.why})`}`)
    lines.push(line)
  }
  await recipients.settled()

  const { origin, size, root } = await gatehouse.ledger.publish(at)
  const drift = await dpo.read(async (tx) => checkNotice(tx, await currentPolicy(tx), at))
  return {
    recipients: lines,
    ledger: { origin, size, root },
    notice: { version: drift.version, drift: drift.findings.map(({ text }) => text) },
  }
}

async function releaseAndDeliver(options: DayOptions, agreement: Agreement): Promise<DayLine> {
  const { gatehouse, facts, at } = options
  const door = doorFor(gatehouse, staffMember(facts, 'office'))
  const requestKey = `${agreement.id}/${dateInEngland(at)}`
  const outcome = await releaseFeed(door, { agreementId: agreement.id, requestKey, at })
  const made = outcome.kind === 'released' ? [outcome, ...(outcome.further ?? [])] : []
  for (const each of made) if (each.kind === 'released') await deliver(options, agreement, each)
  return lineOf(agreement, outcome)
}

/** Delivers one release; what is laid out is taken at once, as the person at the other end would. */
async function deliver(options: DayOptions, agreement: Agreement, released: Released): Promise<void> {
  const { gatehouse, facts, recipients, at } = options
  const door = doorFor(gatehouse, staffMember(facts, 'office'))
  const delivered = await deliverNow(door, released.releaseId, { clock: { now: () => at } })
  if (delivered.kind === 'failed') {
    throw new GatehouseError('delivery-failed', delivered.text, { where: agreement.id, why: delivered.fault })
  }
  if (delivered.kind !== 'sent') return
  const payload =
    agreement.transport.kind === 'download'
      ? await openDownload(door.school, await makeDownloadLink(door.school, released.releaseId, at), at)
      : await takeCopySheet(door.school, released.releaseId, at)
  await recipients.take(agreement.id, payload.fileName, payload.body)
}

function lineOf(agreement: Agreement, outcome: ReleaseOutcome): DayLine {
  const counts = 'items' in outcome ? outcome : { permittedPupils: 0, withheldPupils: 0, items: [] }
  const released = outcome.kind === 'released' ? outcome : null
  return {
    id: agreement.id,
    outcome: outcome.kind,
    why: whyOf(outcome),
    permittedPupils: counts.permittedPupils,
    withheldPupils: counts.withheldPupils,
    items: counts.items,
    file: released ? `outbox/${agreement.id}/${released.fileName}` : null,
    sha256: released?.sha256 ?? null,
    ledgerIndex: released?.ledgerIndex ?? null,
  }
}

function whyOf(outcome: ReleaseOutcome): string {
  switch (outcome.kind) {
    case 'released':
      return `${outcome.permittedPupils} pupils, ${outcome.withheldPupils} withheld`
    case 'refused':
      return outcome.reasons.map(({ text }) => text).join(' ')
    case 'nothing-to-send':
      return { procedure: 'on request only', 'no-file': 'no file of ours', nobody: 'nobody to send' }[
        outcome.why
      ]
    case 'held':
      return outcome.text
    case 'dry-run':
      return ''
  }
}
