import type { Command } from 'commander'
import { GatehouseError, isIsoDate, type ConsentState } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  choicesOf,
  consentOverview,
  purposesWith,
  relationsOf,
  standingNow,
  type ChoiceMethod,
  type ChoiceRecorded,
  type NewChoice,
} from '../../../school/consent/index.ts'
import { schoolFor, takeChoice } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'
import { lines, table, type Answer } from '../answer.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { findGiver } from '../find-giver.ts'
import { findPupil } from '../find-pupil.store.ts'

const methods: readonly ChoiceMethod[] = ['paper', 'portal', 'written', 'spoken-witnessed']

export function defineConsent(consent: Command, run: Runner): void {
  const verb = (name: string, state: ConsentState, description: string): void => {
    const command = consent
      .command(name)
      .description(description)
      .requiredOption('--pupil <number>', 'admission number or id')
      .requiredOption('--purpose <purpose>', 'as `consent list` names it')
      .requiredOption('--by <who>', 'who chose: pupil, or a contact by its priority (1, 2 …) or id')
      .option('--method <method>', methods.join(' · '), 'paper')
      .option(...asOption)
    if (state === 'given') {
      command
        .option('--evidence <reference>', 'where the proof lies: the form’s reference, or the witness')
        .option('--wording <id>', 'the words shown; those in use when absent')
        .option('--code <code>', 'the code that a permission permits')
        .option('--expires <date>', 'its last day, YYYY-MM-DD')
        .option('--renew', 'said again, to new words, while the first yes stands')
    }
    does(command, run, (context, options) => record(context, options, state))
  }
  verb('give', 'given', 'record that a person agreed')
  verb('refuse', 'refused', 'record that a person said no')
  verb('withdraw', 'withdrawn', 'record that a person took a consent back')
  const list = consent
    .command('list')
    .description('where everybody stands, by purpose; or one pupil’s choices')
    .option('--pupil <number>', 'admission number or id')
  does(list, run, (context, options) =>
    options['pupil'] === undefined ? overview(context) : history(context, text(options, 'pupil') ?? ''),
  )
}

async function record(context: CommandContext, options: Options, state: ConsentState): Promise<Answer> {
  const method = methods.find((one) => one === options['method'])
  if (!method) throw new GatehouseError('bad-input', `The methods are ${methods.join(', ')}.`)
  const gatehouse = await context.open()
  const person = await actingPerson(gatehouse, options, 'record-choice')
  const school = schoolFor(gatehouse, person)
  const { pupilId, giver } = await school.read(async (tx) => {
    const id = await findPupil(tx, text(options, 'pupil') ?? '')
    return { pupilId: id, giver: await findGiver(tx, id, text(options, 'by') ?? '') }
  })
  const choice: NewChoice = {
    pupilId,
    purpose: text(options, 'purpose') ?? '',
    state: options['renew'] === true ? 'renewed' : state,
    giver,
    method,
    ...given('evidence', text(options, 'evidence')),
    ...given('wordingId', text(options, 'wording')),
    ...given('tiedTo', text(options, 'code')),
    ...given('expiresAt', endOf(text(options, 'expires'))),
  }
  const recorded = await takeChoice(gatehouse, person, choice)
  if (recorded.ok) return { json: recorded.value, text: words(choice, recorded.value) }
  return {
    json: { refused: recorded.error },
    text: `Not recorded. ${recorded.error.text} ${recorded.error.todo}`,
    exit: exitCodes.refused,
  }
}

function words({ state }: NewChoice, { label, standing, agreements, holders }: ChoiceRecorded): string {
  const recipientsOf = (where: 'held' | 'stopped'): string =>
    [...new Set(holders.filter((holder) => holder.where === where).map((holder) => holder.recipientId))].join(
      ', ',
    )
  const isYes = state === 'given' || state === 'renewed'
  const stopped = recipientsOf('stopped')
  const held = recipientsOf('held')
  return lines(
    `Recorded. For “${label}” the pupil now stands at: ${standing}.`,
    agreements.length > 0
      ? `Agreements that look at it: ${agreements.join(', ')}`
      : `No agreement uses it: nothing leaves under it through Gatehouse${isYes ? '.' : ', and no recipient holds data under it from here. What the school itself did under it must be undone by hand.'}`,
    stopped !== '' &&
      `Stopped before it left: the file for ${stopped}. Release it again when it is needed; it will be without the pupil.`,
    held !== '' && `These hold data under it: ${held}. A task says whom to ask for deletion.`,
  )
}

const given = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, V>)

/** A choice holds to the end of its last day. */
function endOf(date: string | undefined): Date | undefined {
  if (date === undefined) return undefined
  if (!isIsoDate(date))
    throw new GatehouseError('bad-input', 'A date is written YYYY-MM-DD.', { where: '--expires' })
  return new Date(`${date}T23:59:59Z`)
}

async function overview(context: CommandContext): Promise<Answer> {
  const gatehouse = await context.open()
  const found = await schoolFor(gatehouse, commandActor()).read(async (tx) =>
    consentOverview(tx, await currentPolicy(tx), gatehouse.clock.now()),
  )
  const rows = found.map(({ purpose, counts }) => [
    purpose.id,
    purpose.label,
    purpose.kind,
    [...new Set(purpose.reach.map(({ agreement }) => agreement))].join(', ') || 'none',
    Object.entries(counts)
      .map(([standing, pupils]) => `${standing} ${pupils}`)
      .join(', '),
  ])
  return {
    json: found.map(({ purpose, counts }) => ({
      purpose: purpose.id,
      label: purpose.label,
      kind: purpose.kind,
      agreements: [...new Set(purpose.reach.map(({ agreement }) => agreement))],
      counts,
    })),
    text: table([['Purpose', 'What it is', 'Kind', 'Agreements', 'Pupils on roll'], ...rows]),
  }
}

async function history(context: CommandContext, named: string): Promise<Answer> {
  const gatehouse = await context.open()
  const at = gatehouse.clock.now()
  return schoolFor(gatehouse, commandActor()).read(async (tx) => {
    const pupilId = await findPupil(tx, named)
    const choices = await choicesOf(tx, pupilId)
    const relations = await relationsOf(tx, pupilId, at)
    const purposes = [...purposesWith(await currentPolicy(tx), choices).values()]
    const standings = purposes.map((purpose) => {
      const own = choices.filter((choice) => choice.purpose === purpose.id)
      const standing = relations && standingNow(own, purpose, relations, at)
      return { purpose: purpose.id, label: purpose.label, standing }
    })
    return {
      json: { pupil: pupilId, standings, choices },
      text: lines(
        table([
          ['Purpose', 'What it is', 'Stands at'],
          ...standings.map((s) => [s.purpose, s.label, s.standing ?? 'unknown']),
        ]),
        choices.length > 0 && '\nEvery choice, oldest first',
        table(
          choices.map((choice) => [
            choice.recordedAt.toISOString().slice(0, 10),
            choice.purpose,
            choice.state,
            choice.giver,
            choice.method,
            choice.recordedBy,
          ]),
        ),
      ),
    }
  })
}
