import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readCsv } from '../../../core/standards/csv/index.ts'
import { dateInEngland, GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  changeStanding,
  currentPolicy,
  recipientRecord,
  recordTemplate,
  standingChanges,
  type CurrentPolicy,
  type StandingChange,
} from '../../../school/agreements/index.ts'
import { recordEndpoint } from '../../../school/deliver/index.ts'
import { schoolFor, type Gatehouse } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'
import { lines, table, type Answer } from '../answer.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { endpointOf, endpointOptions } from './recipient-endpoint.ts'
import { agreementsOf, notRecorded, recordWords, stillMissing } from './recipient-words.ts'

const options: Readonly<Record<string, string>> = {
  on: '--on',
  reference: '--reference',
  safeguard: '--safeguard',
  ageRecipient: 'the key',
  expiresOn: '--expires',
}

/** What each kind of change is made of, without the recipient. */
type Part<T> = T extends unknown ? Omit<T, 'recipientId'> : never

export function defineRecipient(recipient: Command, run: Runner): void {
  const show = recipient
    .command('show [recipient]')
    .description('what a recipient has shown and what is missing; of all of them when none is named')
  does(show, run, (context, _, [id]) => (id === undefined ? showAll(context) : showOne(context, id)))

  const records = (
    usage: string,
    description: string,
    more: (command: Command) => Command,
    change: (given: Options, today: string, args: readonly string[]) => Part<StandingChange>,
  ): void => {
    const command = more(recipient.command(usage).description(description)).requiredOption(...asOption)
    does(command, run, (context, given, args) => record(context, given, args, change))
  }
  const dated = (command: Command): Command =>
    command.option('--on <date>', 'the day, YYYY-MM-DD; today when absent')
  records(
    'verify <recipient>',
    'record that you verified who it is (DPO or head)',
    dated,
    (given, today) => ({ kind: 'identity-verified', on: text(given, 'on') ?? today }),
  )
  records(
    'changed <recipient>',
    'record that its name or who controls it changed: it has to be verified again',
    (command) => dated(command).option('--control', 'who controls it changed, not its name'),
    (given, today) => ({
      kind: 'identity-changed',
      on: text(given, 'on') ?? today,
      what: given['control'] === true ? 'control' : 'name',
    }),
  )
  records(
    'contract <recipient>',
    'record the contract with it, or its legal power',
    (command) => dated(command).requiredOption('--reference <words>', 'where it is kept, or which law'),
    (given, today) => ({
      kind: 'contract',
      on: text(given, 'on') ?? today,
      reference: text(given, 'reference') ?? '',
    }),
  )
  records(
    'safeguard <recipient>',
    'record what protects the data outside the United Kingdom',
    (command) => dated(command).requiredOption('--safeguard <words>', 'as the agreement names it'),
    (given, today) => ({
      kind: 'safeguard',
      on: text(given, 'on') ?? today,
      safeguard: text(given, 'safeguard') ?? '',
    }),
  )
  records(
    'key <recipient> <key>',
    'record the public key to which its files are encrypted: age1…',
    (command) => command.option('--expires <date>', 'its last day, YYYY-MM-DD'),
    (given, _, [, ageRecipient = '']) => ({
      kind: 'key',
      ageRecipient,
      expiresOn: text(given, 'expires') ?? null,
    }),
  )

  const endpoint = recipient
    .command('endpoint <recipient>')
    .description('record where its files go and how the school signs in there; secrets come in files')
    .option('--host <name>', 'an SFTP server')
    .option('--port <number>', 'its port; 22 when absent')
    .option('--user <name>', 'the school’s user name there')
    .option('--folder <path>', 'the folder in which files are laid')
    .option('--host-key <pin>', 'fingerprint of the server’s host key (SHA256:…), or the key itself')
    .option('--new-key', 'make a key pair for this recipient and print its public half')
    .option('--private-key <file>', 'the school’s private key')
    .option('--password <file>', 'a file with the password')
    .option('--url <address>', 'a web service: https with a named host')
    .option('--method <verb>', 'PUT or POST', 'PUT')
    .option('--token <file>', 'a file with the token')
    .option('--keep', 'sign in as before')
    .requiredOption(...asOption)
  does(endpoint, run, setEndpoint)

  const template = recipient
    .command('template <recipient> <file>')
    .description('check the columns against the recipient’s own blank template, and record it when they fit')
    .option('--agreement <id>', 'which of the recipient’s agreements, where it has several')
    .requiredOption(...asOption)
  does(template, run, checkAgainst)
}

function named(current: CurrentPolicy, id: string): { readonly id: string; readonly name: string } {
  const found = current.recipients.get(id)
  if (found) return found
  throw new GatehouseError('not-found', 'No recipient has this id.', {
    todo: `Choose one of: ${[...current.recipients.keys()].join(', ')}.`,
  })
}

async function showAll({ open }: CommandContext): Promise<Answer> {
  const gatehouse = await open()
  const at = gatehouse.clock.now()
  const current = await schoolFor(gatehouse, commandActor()).read(currentPolicy)
  const all = [...current.recipients.values()].map(({ id, name }) => ({
    id,
    name,
    missing: stillMissing(current, id, at),
  }))
  return {
    json: all,
    text: table([
      ['Recipient', 'Missing'],
      ...all.map(({ id, missing }) => [id, missing.length === 0 ? 'nothing' : missing.join(' ')]),
    ]),
  }
}

async function showOne({ open }: CommandContext, id: string): Promise<Answer> {
  const gatehouse = await open()
  const at = gatehouse.clock.now()
  const {
    name,
    record: kept,
    missing,
    history,
  } = await schoolFor(gatehouse, commandActor()).read(async (tx) => {
    const current = await currentPolicy(tx)
    return {
      name: named(current, id).name,
      record: await recipientRecord(tx, id),
      missing: stillMissing(current, id, at),
      history: await standingChanges(tx, id),
    }
  })
  const { secretReference, ...shown } = kept
  return {
    json: { id, name, ...shown, hasSecret: secretReference !== null, missing, history },
    text: lines(
      recordWords(name, kept, missing),
      history.length > 0 && '\nWho recorded what, newest first',
      table(history.map((one) => [dateInEngland(one.recordedAt), one.kind, one.recordedBy])),
    ),
  }
}

/** After a change: what the recipient still misses. */
async function stillNeeded(gatehouse: Gatehouse, id: string): Promise<readonly string[]> {
  const current = await schoolFor(gatehouse, commandActor()).read(currentPolicy)
  return stillMissing(current, id, gatehouse.clock.now())
}

const missingWords = (missing: readonly string[]): string =>
  missing.length === 0 ? 'Nothing is missing now.' : `Still missing: ${missing.join(' ')}`

async function record(
  { open }: CommandContext,
  given: Options,
  args: readonly string[],
  change: (given: Options, today: string, args: readonly string[]) => Part<StandingChange>,
): Promise<Answer> {
  const gatehouse = await open()
  const [id = ''] = args
  const at = gatehouse.clock.now()
  const school = schoolFor(gatehouse, await actingPerson(gatehouse, given, 'record-standing'))
  named(await school.read(currentPolicy), id)
  const made = { recipientId: id, ...change(given, dateInEngland(at), args) }
  const recorded = await changeStanding(school, made, at)
  if (!recorded.ok) return notRecorded(recorded.error, options)
  const missing = await stillNeeded(gatehouse, id)
  return { json: { ...made, missing }, text: lines('Recorded.', missingWords(missing)) }
}

async function setEndpoint(
  { open }: CommandContext,
  given: Options,
  [id = '']: readonly string[],
): Promise<Answer> {
  const proposal = endpointOf(given)
  const gatehouse = await open()
  const school = schoolFor(gatehouse, await actingPerson(gatehouse, given, 'record-standing'))
  named(await school.read(currentPolicy), id)
  const door = { school, home: gatehouse.home }
  const recorded = await recordEndpoint(door, id, proposal, gatehouse.clock.now())
  if (!recorded.ok) return notRecorded(recorded.error, endpointOptions)
  const { publicKey } = recorded.value
  return {
    json: { recipientId: id, publicKey },
    text: lines(
      'Recorded.',
      publicKey && 'Give this public key to the recipient, so that its server lets the school in:',
      publicKey,
    ),
  }
}

async function checkAgainst(
  { open }: CommandContext,
  given: Options,
  [id = '', file = '']: readonly string[],
): Promise<Answer> {
  const header = await firstRow(resolve(file))
  const gatehouse = await open()
  const school = schoolFor(gatehouse, await actingPerson(gatehouse, given, 'check-template'))
  const current = await school.read(currentPolicy)
  const withColumns = agreementsOf(current, named(current, id).id).filter(
    ({ agreement }) => agreement.format.kind === 'csv',
  )
  const wanted = text(given, 'agreement')
  const chosen = withColumns.filter(({ agreement }) => wanted === undefined || agreement.id === wanted)
  const [version] = chosen
  if (!version || chosen.length > 1) {
    throw new GatehouseError('not-found', 'Say which agreement’s columns are meant.', {
      todo: `Choose with --agreement one of: ${withColumns.map(({ agreement }) => agreement.id).join(', ') || 'none of this recipient has columns'}.`,
    })
  }
  const match = await recordTemplate(school, version.agreement.id, header, gatehouse.clock.now())
  if (match.ok) {
    const { unfilled, sameOrder } = match.value
    return {
      json: match.value,
      text: lines(
        'The columns fit, and the template is recorded.',
        unfilled.length > 0 && `Columns of the template that stay empty: ${unfilled.join(', ')}.`,
        !sameOrder && 'Our columns stand in another order: the recipient must match them by name.',
      ),
    }
  }
  return {
    json: { refused: match.error },
    text: lines(
      'The columns do not fit. Nothing was recorded.',
      ...match.error.map((fault) => `  ${fault.text}`),
    ),
    exit: exitCodes.input,
  }
}

async function firstRow(file: string): Promise<readonly string[]> {
  try {
    for await (const row of readCsv(createReadStream(file))) return row.cells
  } catch (error) {
    if (error instanceof GatehouseError) throw error
    throw new GatehouseError('bad-input', 'The template can’t be read.', {
      where: file,
      why: (error as NodeJS.ErrnoException).code ?? 'unknown',
    })
  }
  throw new GatehouseError('bad-input', 'The template is empty.', { where: file })
}
