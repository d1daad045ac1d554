import type { Command } from 'commander'
import { z } from 'zod'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  allOrganisations,
  changeIdentity,
  giveKey,
  recordPerson,
  registerOrganisation,
  usersOfOrganisation,
  verifyOrganisation,
  type PersonHappened,
} from '../../../national/access/index.ts'
import { asCollector } from '../../../national/collect/index.ts'
import { lines } from '../answer.ts'
import { asNationalOption } from '../collector-command.store.ts'
import { does, text, type Options, type Runner } from '../define.ts'
import { forOption, needed, openAccessForCommand, readJsonFile } from './access-for-command.ts'

const organisationFile = z.strictObject({
  identity: z.strictObject({ name: z.string(), number: z.string(), owner: z.string(), control: z.string() }),
  sort: z.string(),
  commercial: z.boolean(),
  country: z.string().regex(/^[A-Z]{2}$/),
  ico: z.string(),
})

/** Who may apply, and what they have shown. */
export function defineAccessOrganisations(access: Command, run: Runner): void {
  const organisation = access
    .command('organisation [id]')
    .description(
      'enter an organisation (--file), verify it, record a change of who it is, give its key; list them without an id',
    )
    .option(...asNationalOption)
    .option(...forOption)
    .option('--file <file>', 'identity, sort, commercial, country, ico: JSON')
    .option('--verify <evidence>', 'what was seen of its identity')
    .option('--name <text>', 'its name changed')
    .option('--number <text>', 'its number changed')
    .option('--owner <text>', 'its owner changed')
    .option('--control <text>', 'who controls it changed')
    .option('--key <age>', 'an age key that extracts are encrypted to')
  does(organisation, run, async (context, options, [id]) => {
    const { access: opened, by, at } = await openAccessForCommand(context, options)
    if (id === undefined) {
      const all = await asCollector(opened.collector).read(allOrganisations)
      return {
        json: all,
        text: lines(
          ...all.map(
            (each) => `${each.id}  ${each.identity.name}  ${each.verified ? 'verified' : 'NOT VERIFIED'}`,
          ),
        ),
      }
    }
    const file = text(options, 'file')
    if (file !== undefined) {
      const read = organisationFile.safeParse(await readJsonFile(file))
      if (!read.success)
        throw new GatehouseError('bad-input', 'The file does not describe an organisation.', {
          where: read.error.issues[0]?.path.join('.') ?? file,
        })
      await registerOrganisation(opened, by, id, read.data, at())
    }
    const changes = Object.fromEntries(
      ['name', 'number', 'owner', 'control'].flatMap((field) =>
        text(options, field) === undefined ? [] : [[field, text(options, field)]],
      ),
    )
    const changed =
      Object.keys(changes).length > 0 ? await changeIdentity(opened, by, id, changes, at()) : null
    const evidence = text(options, 'verify')
    if (evidence !== undefined) await verifyOrganisation(opened, by, id, evidence, at())
    const key = text(options, 'key')
    if (key !== undefined) await giveKey(opened, by, id, key, at())
    const now = (await asCollector(opened.collector).read(allOrganisations)).find((each) => each.id === id)
    if (!now) throw new GatehouseError('not-found', 'There is no organisation of this name.')
    const users = await asCollector(opened.collector).read((tx) => usersOfOrganisation(tx, id))
    return {
      json: { ...now, users, suspended: changed?.suspended ?? [] },
      text: lines(
        `${now.identity.name}: ${now.verified ? 'verified' : 'not verified'}`,
        changed && `Suspended: ${changed.suspended.join(', ') || 'nothing'}`,
        ...users.map(
          (user) =>
            `  ${user.id}: declared ${user.declaredOn ?? 'never'}, trained ${user.trainedOn ?? 'never'}`,
        ),
      ),
    }
  })
  const person = access
    .command('person <organisation> <person>')
    .description('enter somebody who will use data, or record a proof of theirs; each expires for itself')
    .option(...asNationalOption)
    .option(...forOption)
    .option('--name <text>', 'enter them')
    .option('--email <text>', 'their address')
    .option('--declared <date>', 'signed the declaration')
    .option('--trained <date>', 'was trained')
    .option('--body <text>', 'who trained them')
    .option('--vetted <date>', 'disclosure certificate or accreditation')
    .option('--number <text>', 'its number')
  does(person, run, async (context, options, [organisationId = '', id = '']) => {
    const { access: opened, by, at } = await openAccessForCommand(context, options)
    let user = null
    for (const event of proofs(options))
      user = await recordPerson(opened, by, organisationId, id, event, at())
    if (!user)
      throw new GatehouseError('bad-input', 'This says nothing of the person.', {
        todo: 'Give --name and --email, --declared, --trained or --vetted.',
      })
    return {
      json: user,
      text: `${user.name}: declared ${user.declaredOn ?? 'never'}, trained ${user.trainedOn ?? 'never'}, vetted ${user.vettedOn ?? 'never'}`,
    }
  })
}

function proofs(options: Options): readonly PersonHappened[] {
  const on = (name: string): string | undefined => {
    const date = text(options, name)
    if (date !== undefined && !z.iso.date().safeParse(date).success)
      throw new GatehouseError('bad-input', `--${name} is a date, YYYY-MM-DD.`)
    return date
  }
  const [name, declared, trained, vetted] = [
    text(options, 'name'),
    on('declared'),
    on('trained'),
    on('vetted'),
  ]
  return [
    ...(name === undefined ? [] : [{ kind: 'entered' as const, name, email: needed(options, 'email') }]),
    ...(declared === undefined ? [] : [{ kind: 'declared' as const, on: declared, text: '' }]),
    ...(trained === undefined
      ? []
      : [{ kind: 'trained' as const, on: trained, body: needed(options, 'body') }]),
    ...(vetted === undefined
      ? []
      : [{ kind: 'vetted' as const, on: vetted, number: needed(options, 'number') }]),
  ]
}
