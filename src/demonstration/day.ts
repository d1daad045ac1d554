import { checkNotice, publishNotice } from '../school/notice/index.ts'
import { currentPolicy } from '../school/agreements/index.ts'
import { deliverNow, makeDownloadLink, openDownload, takeCopySheet } from '../school/deliver/index.ts'
import { releaseFeed, type Released } from '../school/release/index.ts'
import { doorFor, type Gatehouse } from '../faces/index.ts'
import type { Policy } from '../core/policy/index.ts'
import { dateInEngland, GatehouseError, type Agreement } from '../core/vocabulary/index.ts'
import { eachOutcome, lineOf, type DayLine } from './day-line.ts'
import { releasesFor } from './day-releases.store.ts'
import { importDay, recordTemplates } from './import-day.ts'
import type { PlayedRecipients } from './play-recipients.ts'
import { recordStandings, staffMember } from './prepare-school.ts'
import type { SchoolFacts } from './school-facts.ts'

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

  return { recipients: lines, ...(await proofOf(options, at)) }
}

/**
 * What the day did, told again from the store: what left is what the store holds; why the rest did not is decided once more
 * for that morning, and nothing is recorded. Log and notice are told as they stand now.
 */
export async function retellDay(options: DayOptions): Promise<Day> {
  const { gatehouse, facts, at } = options
  const door = doorFor(gatehouse, staffMember(facts, 'office'))
  const lines: DayLine[] = []
  const { agreements } = await door.school.read(currentPolicy)
  for (const { agreement } of agreements.values()) {
    const request = { agreementId: agreement.id, requestKey: requestKeyOf(agreement, at), at }
    const released = await door.school.read((tx) => releasesFor(tx, agreement.id, request.requestKey))
    const asked = eachOutcome(await releaseFeed(door, { ...request, dryRun: true }))
    const stopped = asked.filter(({ kind }) => kind === 'held')
    lines.push(lineOf(agreement.id, released.length > 0 ? [...released, ...stopped] : asked))
  }
  return { recipients: lines, ...(await proofOf(options, gatehouse.clock.now())) }
}

const requestKeyOf = (agreement: Agreement, at: Date): string => `${agreement.id}/${dateInEngland(at)}`

/** The log as it is published at that instant, and whether the notice is true. */
async function proofOf({ gatehouse, facts }: DayOptions, at: Date): Promise<Omit<Day, 'recipients'>> {
  const { origin, size, root } = await gatehouse.ledger.publish(at)
  const drift = await gatehouse.store
    .school(gatehouse.urn, staffMember(facts, 'dpo'))
    .read(async (tx) => checkNotice(tx, await currentPolicy(tx), at))
  return {
    ledger: { origin, size, root },
    notice: { version: drift.version, drift: drift.findings.map(({ text }) => text) },
  }
}

async function releaseAndDeliver(options: DayOptions, agreement: Agreement): Promise<DayLine> {
  const { gatehouse, facts, at } = options
  const door = doorFor(gatehouse, staffMember(facts, 'office'))
  const request = { agreementId: agreement.id, requestKey: requestKeyOf(agreement, at), at }
  const outcome = await releaseFeed(door, request)
  for (const each of eachOutcome(outcome)) {
    if (each.kind === 'released') await deliver(options, agreement, each)
  }
  return lineOf(agreement.id, eachOutcome(outcome))
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
