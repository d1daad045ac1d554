import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { duties, GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  addAccount,
  asCollector,
  closeTheRound,
  openTheRound,
  readDuties,
  readSources,
  registerSources,
  roundName,
  setDuties,
  sureCollector,
  type NewAccount,
  type Round,
} from '../../../national/collect/index.ts'
import { count } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Options, type Runner } from '../define.ts'

export function defineCollectRegister(collect: Command, run: Runner): void {
  const sources = collect
    .command('sources <file>')
    .description('enter who sends returns, from a CSV: la_number, source, kind, name and more')
    .option(...asNationalOption)
  does(sources, run, async (context, options, [file = '']) => {
    const register = await readSources(createReadStream(file) as AsyncIterable<Uint8Array>)
    const { collector, person, at } = await openForCommand(context, options)
    await registerSources(collector, person, register, at())
    return {
      json: { entered: register.length },
      text: `${count(register.length, 'source')} entered. A return of any other is refused.`,
    }
  })

  for (const [name, description] of [
    ['open', 'open a round before its census day, or again'],
    ['close', 'close a round: nothing more is received in it'],
  ] as const) {
    const command = collect
      .command(`${name} <collection> <year> <term>`)
      .description(description)
      .option(...asNationalOption)
    does(command, run, async (context, options, args) => {
      const round = roundOf(args)
      const { collector, person, at } = await openForCommand(context, options)
      await (name === 'open' ? openTheRound : closeTheRound)(collector, person, round, at())
      return { json: { ...round, open: name === 'open' }, text: `${roundName(round)}: ${name}.` }
    })
  }

  const key = collect
    .command('key')
    .description('the collector’s public keys, for sources to encrypt and verify with')
  does(key, run, async (context, options) => {
    const { collector } = await openForCommand(context, options)
    const { recipient, signing } = collector.keys
    return {
      json: { origin: collector.origin, age: recipient.text, ed25519: signing.publicText },
      text: `${collector.origin}\nage      ${recipient.text}\nEd25519  ${signing.publicText}`,
    }
  })

  const account = collect.command('account').description('people who work on the national side')
  const add = account
    .command('add')
    .description('add somebody: of a source, of an authority, or of the collector')
    .requiredOption('--email <email>', 'their address')
    .requiredOption('--name <name>', 'their name')
    .option('--authority <number>', 'of this authority; with --source, of that source in its area')
    .option('--source <number>', 'a school by its URN, an authority by its number')
    .option('--collector', 'of the collector')
    .option('--duties <list>', `of the collector alone, by commas: ${duties.join(', ')}`)
    .option(...asNationalOption)
  does(add, run, async (context, options) => {
    const scope = scopeOf(options)
    const { collector, person, at } = await openForCommand(context, options)
    sureCollector(person)
    const email = text(options, 'email') ?? ''
    const given = readDuties((text(options, 'duties') ?? '').split(',').filter((word) => word !== ''))
    await asCollector(collector, person.actor).write((tx) =>
      addAccount(tx, { scope, email, name: text(options, 'name') ?? '', duties: given }, at()),
    )
    return {
      json: { email, scope, ...(given.length > 0 && { duties: given }) },
      text: `${email} works here now, as ${scope.kind}.`,
    }
  })

  const change = account
    .command('duties <email> [duties...]')
    .description(`what somebody of the department is trusted with: exactly these of ${duties.join(', ')}`)
    .option(...asNationalOption)
  does(change, run, async (context, options, [email = '', ...words]) => {
    const { collector, person } = await openForCommand(context, options)
    sureCollector(person)
    const given = readDuties(words)
    await asCollector(collector, person.actor).write((tx) => setDuties(tx, email, given))
    return {
      json: { email, duties: given },
      text: given.length === 0 ? `${email} has no duties now.` : `${email} has now: ${given.join(', ')}.`,
    }
  })
}

/** @throws GatehouseError `bad-input` */
export function roundOf([collection = '', year = '', term = '']: readonly string[]): Round {
  if (!/^2\d{3}$/.test(year)) throw new GatehouseError('bad-input', 'A year has four digits, such as 2026.')
  return { collection, year: Number(year), term: term.toUpperCase() }
}

function scopeOf(options: Options): NewAccount['scope'] {
  const [laNumber, source] = [text(options, 'authority'), text(options, 'source')]
  if (options['collector'] === true && laNumber === undefined && source === undefined)
    return { kind: 'collector' }
  if (options['collector'] !== true && laNumber !== undefined)
    return source === undefined ? { kind: 'authority', laNumber } : { kind: 'source', laNumber, source }
  throw new GatehouseError('bad-input', 'An account is of the collector, of an authority, or of a source.', {
    todo: 'Give --collector, or --authority, or --authority with --source.',
  })
}
