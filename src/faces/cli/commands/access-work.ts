import type { Command as CliCommand } from 'commander'
import { z } from 'zod'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  checksOf,
  draftApplication,
  questionsOf,
  readAnswers,
  readApplication,
  readReview,
  unmet,
  work,
  type Command,
  type Done,
  type Found,
} from '../../../national/access/index.ts'
import { lines, type Answer } from '../answer.ts'
import { asNationalOption } from '../collector-command.store.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { answerOf, forOption, needed, openAccessForCommand, readJsonFile } from './access-for-command.ts'

const done = ({ reference, state, happened }: Done): Answer => ({
  json: { reference, stage: state.stage, happened, terms: state.terms },
  text: lines(
    `${reference}: ${state.stage}`,
    ...happened.map((event) => `  ${event.kind}`),
    state.terms && `  text to sign: ${state.terms.hash}`,
  ),
})

const act = async (
  context: CommandContext,
  options: Options,
  reference: string,
  command: Command,
): Promise<Answer> => {
  const { access, by, at } = await openAccessForCommand(context, options)
  return answerOf(await work(access, by, reference, command, at()), done)
}

function partyOf(given: string): 'organisation' | 'department' | 'user' {
  const party = z.enum(['organisation', 'department', 'user']).safeParse(given)
  if (party.success) return party.data
  throw new GatehouseError('bad-input', 'A party is organisation, department or user.')
}

function dateOf(given: string): string {
  if (z.iso.date().safeParse(given).success) return given
  throw new GatehouseError('bad-input', '--on is a date, YYYY-MM-DD.')
}

export function defineAccessWork(access: CliCommand, run: Runner): void {
  const step = (
    usage: string,
    says: string,
    make: (options: Options) => Command | Promise<Command>,
  ): CliCommand => {
    const command = access
      .command(usage)
      .description(says)
      .option(...asNationalOption)
      .option(...forOption)
    return does(command, run, async (context, options, [reference = '']) =>
      act(context, options, reference, await make(options)),
    )
  }
  defineApply(access, run)
  defineCheck(access, run)
  step('submit <application>', 'hand a draft in', () => ({ kind: 'submit' }))
  step('return <application>', 'send an application back', (o) => ({
    kind: 'return',
    reason: needed(o, 'reason'),
  })).option('--reason <text>', 'why')
  step('feasible <application>', 'say whether the data can answer it', (o) => ({
    kind: 'find-feasible',
    feasible: o['not'] !== true,
    reason: needed(o, 'reason'),
  }))
    .option('--reason <text>', 'why')
    .option('--not', 'they can’t')
  step(
    'gateway <application>',
    'record the legal gateway; a second officer confirms it with the same words',
    (o) => ({ kind: 'confirm-gateway', gateway: needed(o, 'gateway'), reason: needed(o, 'reason') }),
  )
    .option('--gateway <id>', 'of policy/access/rules.yaml')
    .option('--reason <text>', 'why it applies')
  step('benefits <application>', 'answer the benefit sections, once the gateway is confirmed', async (o) => ({
    kind: 'give-benefits',
    answers: readAnswers(await readJsonFile(needed(o, 'file'))),
  })).option('--file <file>', 'answers, JSON')
  step('resolve <application>', 'say what a check that needs a person comes to', (o) => ({
    kind: 'resolve-check',
    check: needed(o, 'check'),
    met: o['not'] !== true,
    reason: needed(o, 'reason'),
  }))
    .option('--check <id>', 'the check')
    .option('--reason <text>', 'why')
    .option('--not', 'it is not met')
  step('conflict <application>', 'take no part in a decision', (o) => ({
    kind: 'declare-conflict',
    about: needed(o, 'reason'),
  })).option('--reason <text>', 'what the conflict is')
  step(
    'decide <application>',
    'give a review of the panel (--review), or, without one, the decision of those given',
    async (o) => {
      const file = text(o, 'review')
      return file === undefined
        ? { kind: 'decide' }
        : { kind: 'review', review: readReview(await readJsonFile(file)) }
    },
  ).option('--review <file>', 'outcome, principles, items, codes, conditions, reason: JSON')
  step('condition <application>', 'record that a condition is met', (o) => ({
    kind: 'meet-condition',
    condition: Number(needed(o, 'number')) - 1,
    evidence: needed(o, 'evidence'),
  }))
    .option('--number <n>', 'which, from 1')
    .option('--evidence <text>', 'how it is known')
  step('sign <application>', 'sign the agreement’s text', (o) => ({
    kind: 'sign',
    party: partyOf(needed(o, 'party')),
    who: text(o, 'who') ?? '',
    hash: needed(o, 'hash'),
  }))
    .option('--party <party>', 'organisation, department, user')
    .option('--who <name>', 'who signs')
    .option('--hash <sha256>', 'of the text')
  step('suspend <agreement>', 'stop an agreement', (o) => ({
    kind: 'suspend',
    cause: 'officer',
    reasons: [needed(o, 'reason')],
  })).option('--reason <text>', 'why')
  step('restore <agreement>', 'let a suspended agreement go on', (o) => ({
    kind: 'restore',
    reason: needed(o, 'reason'),
  })).option('--reason <text>', 'why')
  step('remove-user <agreement>', 'take a user out', (o) => ({
    kind: 'remove-user',
    user: needed(o, 'user'),
  })).option('--user <id>', 'whom')
  step('end <agreement>', 'end an agreement before its date', (o) => ({
    kind: 'end',
    reason: needed(o, 'reason'),
  })).option('--reason <text>', 'why')
  step('breach <agreement>', 'report a loss or misuse; it suspends at once', (o) => ({
    kind: 'report-breach',
    what: needed(o, 'what'),
  })).option('--what <text>', 'what happened')
  step('revoke <agreement>', 'end it for a breach: downloads stop, a recall opens', (o) => ({
    kind: 'revoke',
    reason: needed(o, 'reason'),
  })).option('--reason <text>', 'why')
  step(
    'destroy <agreement>',
    'certify that the data are destroyed; --accept: the office accepts the certificate',
    (o) =>
      o['accept'] === true
        ? { kind: 'accept-certificate' }
        : {
            kind: 'certify',
            method: needed(o, 'method'),
            evidence: needed(o, 'evidence'),
            on: dateOf(needed(o, 'on')),
          },
  )
    .option('--method <text>', 'how')
    .option('--evidence <text>', 'what shows it')
    .option('--on <date>', 'when')
    .option('--accept', 'accept the certificate and close')
}

function defineApply(access: CliCommand, run: Runner): void {
  const apply = access
    .command('apply [application]')
    .description(
      'begin an application from a file of answers, or change a draft; --copy and --amend begin a new one from another',
    )
    .option(...asNationalOption)
    .option(...forOption)
    .option('--file <file>', 'answers, JSON')
    .option('--copy <application>', 'begin as a copy')
    .option('--amend <agreement>', 'begin as an amendment, with a decision of its own')
  does(apply, run, async (context, options, [reference]) => {
    const { access: opened, by, at } = await openAccessForCommand(context, options)
    const file = text(options, 'file')
    const answers = readAnswers(file === undefined ? {} : await readJsonFile(file))
    if (reference !== undefined)
      return answerOf(await work(opened, by, reference, { kind: 'save', answers }, at()), done)
    const [copy, amend] = [text(options, 'copy'), text(options, 'amend')]
    const from = copy ?? amend
    const before =
      from === undefined
        ? {}
        : facts((await readApplication(opened, from)).state, questionsOf(opened.policy, 'draft'))
    const more = {
      ...(copy === undefined ? {} : { copiedFrom: copy }),
      ...(amend === undefined ? {} : { parent: amend }),
    }
    return answerOf(
      await draftApplication(
        opened,
        by,
        by.organisation ?? needed(options, 'for'),
        { ...before, ...answers },
        at(),
        more,
      ),
      done,
    )
  })
}

/** What a new application may begin with: the benefit sections open later. */
const facts = ({ answers }: Found['state'], opens: readonly string[]): Found['state']['answers'] =>
  Object.fromEntries(Object.entries(answers).filter(([question]) => opens.includes(question)))

function defineCheck(access: CliCommand, run: Runner): void {
  const check = access
    .command('check <application>')
    .description('what the software sees of an application or an agreement by itself, with reasons')
    .option(...asNationalOption)
    .option(...forOption)
  does(check, run, async (context, options, [reference = '']) => {
    const { access: opened, at } = await openAccessForCommand(context, options)
    const found = await readApplication(opened, reference)
    const checks = checksOf(opened, found, at())
    const standing = unmet(opened.policy, found.organisation, found.state, at())
    return {
      json: { reference, stage: found.state.stage, checks, unmet: standing },
      text: lines(
        `${reference}: ${found.state.stage}`,
        ...checks.map(({ id, outcome, says }) => `  ${outcome.padEnd(14)} ${id}: ${says}`),
        ...standing.map((says) => `  not usable now: ${says}`),
      ),
      ...(checks.some(({ outcome }) => outcome === 'not-met') ? { exit: exitCodes.refused } : {}),
    }
  })
}
