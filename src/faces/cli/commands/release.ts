import type { Command } from 'commander'
import { dateInEngland, GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { deliverNow, type DeliveryOutcome } from '../../../school/deliver/index.ts'
import {
  againReasons,
  releaseFeed,
  type AgainReason,
  type LeftOut,
  type ReleaseOutcome,
} from '../../../school/release/index.ts'
import { lines, table } from '../answer.ts'
import { chooseAgreements } from '../choose-agreements.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { doorFor } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'
import { nearest } from '../nearest.ts'
import { waitingReleases } from '../store-state.store.ts'

export function defineRelease(command: Command, run: Runner): void {
  command
    .requiredOption('--recipient <id>', 'the recipient or agreement')
    .option('--dry-run', 'decide, write and check; record nothing, send nothing')
    .option('--key <key>', 'the same key is released once; the date when absent')
    .option('--despite <reasons>', 'holds that were looked at: missing-pupils, short-read (DPO or head)')
    .option(
      '--again <reason>',
      `make transfer files that were made before once more: ${Object.keys(againReasons).join(', ')}`,
    )
    .option(...asOption)
  does(command, run, async ({ open, progress }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const door = doorFor(gatehouse, await actingPerson(gatehouse, options, 'release'))
    const again = againReason(text(options, 'again'))
    const despite = holdsOf(text(options, 'despite'))
    const versions = chooseAgreements(await door.school.read(currentPolicy), text(options, 'recipient') ?? '')
    const bar = progress('Release')
    const outcomes: (ReleaseOutcome & { readonly agreement: string })[] = []
    try {
      bar.at(0, versions.length)
      for (const { agreement } of versions) {
        const outcome = await releaseFeed(door, {
          agreementId: agreement.id,
          requestKey: `${agreement.id}/${text(options, 'key') ?? dateInEngland(at)}`,
          at,
          dryRun: options['dryRun'] === true,
          despite,
          ...(again ? { again } : {}),
        })
        outcomes.push({ agreement: agreement.id, ...outcome })
        bar.at(outcomes.length, versions.length)
      }
    } finally {
      bar.end()
    }
    await gatehouse.ledger.publish(at)
    const stopped = outcomes.some(({ kind }) => kind === 'refused' || kind === 'held')
    return {
      json: outcomes,
      text: lines(...outcomes.map((outcome) => `${outcome.agreement}. ${words(outcome)}`)),
      ...(stopped ? { exit: exitCodes.refused } : {}),
    }
  })
}

function againReason(word: string | undefined): AgainReason | null {
  if (word === undefined) return null
  const reasons = Object.keys(againReasons) as AgainReason[]
  const reason = reasons.find((each) => each === word)
  if (!reason) {
    throw new GatehouseError('bad-input', 'This is no reason to make a transfer file again.', {
      where: '--again',
      todo: `Use one of ${reasons.join(', ')}.`,
    })
  }
  return reason
}

const passable = ['missing-pupils', 'short-read'] as const
type Passable = (typeof passable)[number]

/** @throws GatehouseError `bad-input` for a word that is no hold somebody may let pass. */
function holdsOf(typed: string | undefined): readonly Passable[] {
  const words = (typed ?? '').split(',').map((word) => word.trim())
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const hold = passable.find((one) => one === word)
      if (hold) return hold
      throw new GatehouseError('bad-input', 'No hold of this name can be let pass.', {
        where: '--despite',
        todo: nearest(word, passable),
      })
    })
}

/** Contacts for whom the file has no column. */
const leftOutWords = (more: LeftOut | undefined): string =>
  more ? ` It has no column for ${more.contacts} contacts of ${more.pupils} pupils.` : ''

function words(outcome: ReleaseOutcome): string {
  switch (outcome.kind) {
    case 'released':
      return `${outcome.repeated ? 'Released before' : 'Released'}: ${outcome.fileName}, ${outcome.permittedPupils} pupils, ${outcome.withheldPupils} withheld, ledger entry ${outcome.ledgerIndex}.${leftOutWords(outcome.leftOut)} It waits for delivery.`
    case 'refused':
      return lines('Refused.', ...outcome.reasons.map(({ text: reason }) => `  ${reason}`))
    case 'held':
      return `Held: ${outcome.text}`
    case 'nothing-to-send':
      return {
        procedure: 'A procedure: nothing is sent but on request.',
        'no-file': 'This agreement has no file of ours.',
        return: 'A statutory return: see `gatehouse census`.',
        nobody: 'There is nobody to send.',
        'sent-before': 'Their transfer files were made before. To make them again, say why with --again.',
      }[outcome.why]
    case 'dry-run':
      return lines(
        `${outcome.fileName}: ${outcome.permittedPupils} pupils, ${outcome.withheldPupils} withheld, ${outcome.bytes} bytes.${leftOutWords(outcome.leftOut)} Nothing left.`,
        table([outcome.preview.columns, ...outcome.preview.rows.slice(0, 10)]),
      )
  }
}

export function defineDeliver(command: Command, run: Runner): void {
  command
    .argument('[release]', 'one release, by its id; every one that waits when absent')
    .option('--recipient <id>', 'only what waits for this recipient')
  does(command, run, async ({ open }, options, [named]) => {
    const gatehouse = await open()
    const door = doorFor(gatehouse, commandActor())
    const recipient = text(options, 'recipient')
    if (recipient !== undefined) chooseAgreements(await door.school.read(currentPolicy), recipient)
    if (named !== undefined && !uuid.test(named)) {
      throw new GatehouseError('bad-input', 'That is no release’s id.', {
        todo: 'Leave it out to hand over all that waits, or give --recipient.',
      })
    }
    const waiting = named ? [named] : await door.school.read((tx) => waitingReleases(tx, recipient))
    const outcomes = []
    for (const release of waiting) {
      outcomes.push({ release, ...(await deliverNow(door, release, { clock: gatehouse.clock })) })
    }
    await gatehouse.ledger.publish(gatehouse.clock.now())
    const failed = outcomes.some(({ kind }) => kind === 'failed')
    return {
      json: outcomes,
      text: lines(...outcomes.map((each) => `${each.release}: ${deliveryWords(each)}`)) || 'Nothing waits.',
      ...(failed ? { exit: exitCodes.delivery } : {}),
    }
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function deliveryWords(outcome: DeliveryOutcome): string {
  switch (outcome.kind) {
    case 'acknowledged':
    case 'sent':
      return outcome.kind
    case 'failed':
      return `failed: ${outcome.text}${outcome.again ? ' It is tried again.' : ''}`
    case 'left-alone':
      return `left alone: ${outcome.state}`
  }
}
