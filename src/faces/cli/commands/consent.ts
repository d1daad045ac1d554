import type { Command } from 'commander'
import { GatehouseError, type ConsentState } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { choicesOf, consentOverview, recordChoice, type ChoiceMethod } from '../../../school/consent/index.ts'
import { contactsOf } from '../../../school/register/index.ts'
import { lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor } from '../../index.ts'
import { actingAs, asOption } from './acting.ts'
import { pupilId } from './decide.ts'

const methods: readonly ChoiceMethod[] = ['paper', 'portal', 'written', 'spoken-witnessed']

export function addConsent(program: Command, run: Runner): void {
  const consent = program.command('consent').description('people’s recorded choices')
  const verbs: readonly (readonly [string, ConsentState, string])[] = [
    ['give', 'given', 'record that a person agreed'],
    ['refuse', 'refused', 'record that a person said no'],
    ['withdraw', 'withdrawn', 'record that a person took a consent back'],
  ]
  for (const [verb, state, description] of verbs) {
    const command = consent
      .command(verb)
      .description(description)
      .requiredOption('--pupil <id>', 'admission number or id')
      .requiredOption('--purpose <purpose>', 'as `consent list` names it')
      .option('--contact <priority>', 'which contact chose, by priority; the pupil when absent')
      .option('--method <method>', methods.join(', '), 'paper')
      .option('--evidence <reference>', 'where the proof lies')
      .option('--code <code>', 'the code a permission is tied to')
      .option('--expires <date>', 'YYYY-MM-DD')
      .option(...asOption)
    does(command, run, async ({ open }, options) => {
      const gatehouse = await open()
      const school = schoolFor(gatehouse, actingAs(options))
      const method = methods.find((each) => each === text(options, 'method'))
      if (!method) throw new GatehouseError('bad-input', `The methods are ${methods.join(', ')}.`)
      const priority = text(options, 'contact')
      const { pupil, contactId } = await school.read(async (tx) => {
        const id = await pupilId(tx, text(options, 'pupil') ?? '')
        const contact =
          priority === undefined
            ? undefined
            : (await contactsOf(tx, id)).find((each) => String(each.priority) === priority)
        if (priority !== undefined && !contact) {
          throw new GatehouseError('not-found', 'The pupil has no contact of that priority.')
        }
        return { pupil: id, contactId: contact?.id }
      })
      const [evidence, tiedTo, expires] = [
        text(options, 'evidence'),
        text(options, 'code'),
        text(options, 'expires'),
      ]
      const recorded = await recordChoice(
        school,
        {
          pupilId: pupil,
          purpose: text(options, 'purpose') ?? '',
          state,
          giver: contactId === undefined ? { kind: 'pupil' } : { kind: 'contact', contactId },
          method,
          ...(evidence === undefined ? {} : { evidence }),
          ...(tiedTo === undefined ? {} : { tiedTo }),
          ...(expires === undefined ? {} : { expiresAt: new Date(`${expires}T23:59:59Z`) }),
        },
        gatehouse.clock.now(),
      )
      if (!recorded.ok) {
        return {
          json: { refused: recorded.error },
          text: `${recorded.error.text} ${recorded.error.todo}`,
          exit: exitCodes.refused,
        }
      }
      const { standing, agreements, holders } = recorded.value
      return {
        json: recorded.value,
        text: lines(
          `Recorded. The pupil now stands at: ${standing}.`,
          agreements.length > 0 && `Agreements that look at it: ${agreements.join(', ')}`,
          holders.length > 0 &&
            `${holders.length} recipients hold data under it: a task says whom to ask for deletion.`,
        ),
      }
    })
  }
  const list = consent
    .command('list')
    .description('where everybody stands, by purpose; or one pupil’s choices')
    .option('--pupil <id>', 'admission number or id')
  does(list, run, async ({ open }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const named = text(options, 'pupil')
    return schoolFor(gatehouse, actingAs(options)).read(async (tx) => {
      if (named !== undefined) {
        const choices = await choicesOf(tx, await pupilId(tx, named))
        const rows = choices.map((choice) => [
          choice.recordedAt.toISOString().slice(0, 10),
          choice.purpose,
          choice.state,
          choice.giver,
        ])
        return { json: choices, text: table([['Date', 'Purpose', 'State', 'Giver'], ...rows]) }
      }
      const overview = await consentOverview(tx, await currentPolicy(tx), at)
      const rows = overview.map(({ purpose, counts }) => [
        purpose.id,
        purpose.kind,
        Object.entries(counts)
          .map(([standing, pupils]) => `${standing} ${String(pupils)}`)
          .join(', '),
      ])
      return { json: overview, text: table([['Purpose', 'Kind', 'Pupils on roll'], ...rows]) }
    })
  })
}
