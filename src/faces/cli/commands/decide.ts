import type { Command } from 'commander'
import { compileCase } from '../../../core/decide/index.ts'
import { GatehouseError, type AgreementVersion, type Decision } from '../../../core/vocabulary/index.ts'
import {
  currentPolicy,
  decideSchool,
  nothingShown,
  takeFacts,
  type CurrentPolicy,
  type DecidedAgreement,
} from '../../../school/agreements/index.ts'
import { schoolFor } from '../../index.ts'
import { commandActor } from '../acting-person.store.ts'
import { count, lines, table, type Answer } from '../answer.ts'
import { chooseAgreements } from '../choose-agreements.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { findPupil } from '../find-pupil.store.ts'
import { nearest } from '../nearest.ts'

export function defineDecide(command: Command, run: Runner): void {
  command
    .option('--recipient <id>', 'one recipient or agreement; all of them when absent')
    .option('--pupil <number>', 'one pupil, by admission number or id')
    .option('--item <id>', 'one item, such as pupil.dateOfBirth (with --pupil)')
    .option('--explain', 'with every reason, and what would change a refusal')
  does(command, run, decide)
}

async function decide(context: CommandContext, options: Options): Promise<Answer> {
  const gatehouse = await context.open()
  const at = gatehouse.clock.now()
  const named = text(options, 'recipient')
  const typed = text(options, 'pupil')
  if (options['item'] && !typed) {
    throw new GatehouseError('bad-input', 'An item is decided for one pupil.', { todo: 'Add --pupil.' })
  }
  return schoolFor(gatehouse, commandActor()).read(async (tx) => {
    const current = await currentPolicy(tx)
    const versions = named ? chooseAgreements(current, named) : [...current.agreements.values()]
    if (typed === undefined) {
      const agreements = new Map(versions.map((version) => [version.agreement.id, version]))
      const decided = await decideSchool(tx, { ...current, agreements }, at)
      return schoolAnswer(decided, named !== undefined || options['explain'] === true)
    }
    const facts = await takeFacts(tx, await findPupil(tx, typed), at)
    if (!facts) throw new GatehouseError('not-found', 'The register has no such pupil.')
    const decisions = versions.flatMap((version) => {
      const compiled = compiledCase(current, version, at)
      return itemsMeant(current, version, text(options, 'item')).map((item) => compiled.decide(facts, item))
    })
    return pupilAnswer(facts.pupilId, decisions, options['explain'] === true)
  })
}

function compiledCase(current: CurrentPolicy, version: AgreementVersion, at: Date) {
  const { recipient: id } = version.agreement
  const recipient = current.recipients.get(id)
  if (!recipient) throw new GatehouseError('not-found', 'The policy has no such recipient.', { where: id })
  const standing = current.standings.get(id) ?? nothingShown(id)
  const compiled = compileCase(current, { at, version, recipient, standing })
  if (compiled.ok) return compiled.value
  throw new GatehouseError('bad-policy', 'The agreement can’t be compiled.', {
    where: version.agreement.id,
    why: compiled.error.map((fault) => `${fault.path}: ${fault.message}`).join('; '),
  })
}

function itemsMeant(
  current: CurrentPolicy,
  version: AgreementVersion,
  item: string | undefined,
): readonly string[] {
  if (item === undefined) return version.agreement.items.map((grant) => grant.item)
  if (current.items.has(item)) return [item]
  throw new GatehouseError('not-found', 'The data dictionary has no such item.', {
    where: item,
    todo: nearest(item, [...current.items.keys()]),
  })
}

function schoolAnswer(decided: readonly DecidedAgreement[], detail: boolean): Answer {
  const json = decided.map(({ version, recipient, summary }) => ({
    agreement: version.agreement.id,
    version: version.version,
    recipient: recipient.id,
    pupils: summary.pupils,
    inPopulation: summary.inPopulation,
    permittedPupils: summary.permittedPupils,
    withheldPupils: summary.withheldPupils,
    permittedByItem: Object.fromEntries(summary.permittedByItem),
    withheldByReason: Object.fromEntries(summary.withheldByReason),
  }))
  const overview = table([
    ['agreement', 'pupils meant', 'permitted', 'withheld', 'items'],
    ...decided.map(({ version, summary }) => [
      version.agreement.id,
      summary.inPopulation,
      summary.permittedPupils,
      summary.withheldPupils,
      summary.permittedByItem.size,
    ]),
  ])
  const details = decided.map(({ version, summary }) =>
    lines(
      `\n${version.agreement.id}`,
      ...[...summary.permittedByItem].map(([item, n]) => `  permitted  ${item}: ${count(n, 'pupil')}`),
      ...[...summary.withheldByReason].map(([code, n]) => `  withheld   ${code}: ${count(n, 'pupil')}`),
    ),
  )
  return { json, text: detail ? lines(overview, ...details) : overview }
}

function pupilAnswer(pupilId: string, decisions: readonly Decision[], explain: boolean): Answer {
  const permitted = decisions.some((decision) => decision.outcome === 'permit')
  return {
    json: { pupil: pupilId, decisions: explain ? decisions : decisions.map(inShort) },
    text: lines(...decisions.map((decision) => inWords(decision, explain))) || 'The agreement lists no item.',
    ...(permitted ? {} : { exit: exitCodes.refused }),
  }
}

const inShort = (decision: Decision): unknown =>
  decision.outcome === 'permit'
    ? { agreement: decision.agreement, item: decision.item, outcome: 'permit', as: decision.as }
    : {
        agreement: decision.agreement,
        item: decision.item,
        outcome: 'refuse',
        codes: decision.reasons.map((reason) => reason.code),
      }

function inWords(decision: Decision, explain: boolean): string {
  const what = `${decision.agreement}  ${decision.item}`
  if (decision.outcome === 'permit') {
    const form = decision.as === 'as-is' ? '' : ` as ${decision.as}`
    return lines(
      `permitted  ${what}${form}`,
      ...(explain ? decision.reasons.map((reason) => `           ${reason}`) : []),
    )
  }
  if (!explain)
    return `refused    ${what}: ${[...new Set(decision.reasons.map((reason) => reason.code))].join(', ')}`
  const changes = decision.flip.changes.map(({ change, by }) => `           It would take (${by}): ${change}`)
  return lines(
    `refused    ${what}`,
    ...decision.reasons.map((reason) => `           ${reason.text}`),
    ...(changes.length > 0 ? changes : ['           No change makes this a permit.']),
  )
}
