import type { Command } from 'commander'
import { dateInEngland } from '../../../core/vocabulary/index.ts'
import { deliverNow } from '../../../school/deliver/index.ts'
import { releaseFeed, type ReleaseOutcome } from '../../../school/release/index.ts'
import { lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { doorFor } from '../../index.ts'
import { actingAs, asOption } from './acting.ts'

export function addRelease(program: Command, run: Runner): void {
  const command = program
    .command('release')
    .description('read out exactly what is permitted and record it; --dry-run only shows it')
    .requiredOption('--recipient <agreement>', 'the agreement’s id')
    .option('--dry-run', 'decide, write and check; record nothing, send nothing')
    .option('--key <key>', 'the same key is released once; the agreement and the date when absent')
    .option('--despite <reasons>', 'holds that were looked at: missing-pupils, short-read (DPO or head)')
    .option(...asOption)
  does(command, run, async ({ open }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const agreementId = text(options, 'recipient') ?? ''
    const despite = (text(options, 'despite') ?? '').split(',').filter(isHold)
    const outcome = await releaseFeed(doorFor(gatehouse, actingAs(options)), {
      agreementId,
      requestKey: text(options, 'key') ?? `${agreementId}/${dateInEngland(at)}`,
      at,
      dryRun: options['dryRun'] === true,
      despite,
    })
    await gatehouse.ledger.publish(at)
    const left = outcome.kind === 'refused' || outcome.kind === 'held'
    return { json: outcome, text: words(outcome), ...(left ? { exit: exitCodes.refused } : {}) }
  })
}

const isHold = (word: string): word is 'missing-pupils' | 'short-read' =>
  word === 'missing-pupils' || word === 'short-read'

function words(outcome: ReleaseOutcome): string {
  switch (outcome.kind) {
    case 'released':
      return `${outcome.repeated ? 'Released before' : 'Released'}: ${outcome.fileName}, ${outcome.permittedPupils} pupils, ${outcome.withheldPupils} withheld, ledger entry ${outcome.ledgerIndex}. It waits for delivery.`
    case 'refused':
      return lines('Refused.', ...outcome.reasons.map(({ text: reason }) => `  ${reason}`))
    case 'held':
      return `Held: ${outcome.text}`
    case 'nothing-to-send':
      return {
        procedure: 'A procedure: nothing is sent but on request.',
        'no-file': 'This agreement has no file of ours.',
        nobody: 'There is nobody to send.',
      }[outcome.why]
    case 'dry-run':
      return lines(
        `${outcome.fileName}: ${outcome.permittedPupils} pupils, ${outcome.withheldPupils} withheld, ${outcome.bytes} bytes. Nothing left.`,
        table([outcome.preview.columns, ...outcome.preview.rows.slice(0, 10)]),
      )
  }
}

export function addDeliver(program: Command, run: Runner): void {
  const command = program
    .command('deliver <release>')
    .description('hand over one release now, by its id; a running server does so by itself')
    .option(...asOption)
  does(command, run, async ({ open }, options, [releaseId = '']) => {
    const gatehouse = await open()
    const outcome = await deliverNow(doorFor(gatehouse, actingAs(options)), releaseId, {
      clock: gatehouse.clock,
    })
    await gatehouse.ledger.publish(gatehouse.clock.now())
    const failed = outcome.kind === 'failed'
    return {
      json: outcome,
      text: failed
        ? outcome.text
        : outcome.kind === 'left-alone'
          ? `Left alone: ${outcome.state}`
          : `Delivered: ${outcome.kind}`,
      ...(failed ? { exit: exitCodes.delivery } : {}),
    }
  })
}
