import { readFile } from 'node:fs/promises'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { deliverNow } from '../../../school/deliver/index.ts'
import { collectionOf, signedBuild, submissionOf, submitReturn } from '../../../school/returns/index.ts'
import { doorFor } from '../../index.ts'
import { actingPerson } from '../acting-person.store.ts'
import { count, lines, type Answer } from '../answer.ts'
import { text, type CommandContext, type Options } from '../define.ts'
import { exitCodes } from '../exit-code.ts'

export async function submitCensus(
  { open, settings }: CommandContext,
  options: Options,
  [path = '']: readonly string[],
): Promise<Answer> {
  const { collectorUrl, policyFolder } = settings()
  const bytes = await readFile(path)
  if (collectorUrl === undefined) {
    throw new GatehouseError('misconfigured', 'No collector’s address is set.', {
      where: 'the environment',
      todo: 'Set COLLECTOR_URL to the collector’s origin, such as https://collect.example',
    })
  }
  const gatehouse = await open()
  const at = gatehouse.clock.now()
  const door = doorFor(gatehouse, await actingPerson(gatehouse, options, 'release'))
  const build = await door.school.read((tx) => signedBuild(tx, bytes))
  const definition = await collectionOf(policyFolder, build.collection, build.year, build.term)
  const replaces = text(options, 'replaces') ?? null
  const outcome = await submitReturn(door, definition, { bytes, collector: collectorUrl, replaces }, at)
  if (outcome.kind !== 'released') {
    const why =
      outcome.kind === 'held'
        ? [outcome.text]
        : outcome.kind === 'refused'
          ? outcome.reasons.map((r) => r.text)
          : []
    return { json: outcome, text: lines('Nothing was sent.', ...why), exit: exitCodes.refused }
  }
  const delivery = await deliverNow(door, outcome.releaseId, { clock: gatehouse.clock })
  await gatehouse.ledger.publish(at)
  const submission = await door.school.read((tx) => submissionOf(tx, outcome.releaseId))
  const arrived = submission?.receipt !== null && submission !== null
  return {
    json: { ...outcome, delivery, submission },
    text: lines(
      `Released: ${outcome.fileName}, ${count(outcome.permittedPupils, 'pupil')}, ledger entry ${outcome.ledgerIndex}.`,
      arrived
        ? `Received by ${submission.collector} as ${submission.returnId ?? ''} (${submission.state ?? ''}).`
        : delivery.kind === 'failed'
          ? `Not received: ${delivery.text}${delivery.again ? ' It is tried again.' : ''}`
          : `It stands as ${submission?.delivery ?? 'unknown'}.`,
    ),
    ...(arrived ? {} : { exit: exitCodes.delivery }),
  }
}
