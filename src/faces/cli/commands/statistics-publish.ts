import { basename, resolve } from 'node:path'
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson } from '../../../national/collect/index.ts'
import { readStatistics } from '../../../national/statistics/index.ts'
import {
  draftVersion,
  flagTouched,
  giveEarlyAccess,
  numberText,
  publishDue,
  signOff,
  versionsIn,
  withdraw,
  type DraftRequest,
  type StatisticVersion,
} from '../../../national/statistics/release/index.ts'
import { readStandards } from '../../../national/statistics/standards/index.ts'
import { count, lines, table, type Answer } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'

/** From a built folder to the public and back: draft, sign off, publish what is due, amend, withdraw, early access. */
export function defineStatisticsPublish(statistics: Command, run: Runner): void {
  const publish = statistics
    .command('publish [folder]')
    .description('draft a version from what `build` wrote; or sign one off; or publish what is due')
    .option('--release <title>', 'of the release, such as “Academic year 2024/25”')
    .option('--sign-off <version>', 'sign this draft off; never by whoever drafted it')
    .option('--at <time>', 'when a signed-off version is published, ISO 8601; now when absent')
    .option('--due', 'publish every signed-off version whose time has come; the server does so by itself')
    .option(...asNationalOption)
  does(publish, run, async (context, options, [folder]) => {
    const { collector, person, at } = await openForCommand(context, options)
    const signing = text(options, 'signOff')
    if (signing !== undefined) {
      const when = text(options, 'at')
      return told([
        await signOff(collector, person, signing, when === undefined ? at() : instant(when), at()),
      ])
    }
    if (options['due'] === true) {
      const done = await publishDue(collector, at())
      await flagTouched(collector, at())
      return told(done, 'Nothing is due.')
    }
    if (folder === undefined) {
      const all = await asPerson(collector, person).read((tx) =>
        versionsIn(tx, ['draft', 'signed-off', 'published', 'withdrawn']),
      )
      return told(all, 'There are no statistics yet.')
    }
    return drafted(await draftVersion(collector, person, await requestOf(context, options, folder), at()))
  })

  const amend = statistics
    .command('amend <folder>')
    .description('draft a version that takes the place of files of the same release')
    .requiredOption('--reason <text>', 'why; the public reads it')
    .option('--release <title>', 'of the release')
    .option(...asNationalOption)
  does(amend, run, async (context, options, [folder = '']) => {
    const { collector, person, at } = await openForCommand(context, options)
    const request = await requestOf(context, options, folder)
    return drafted(
      await draftVersion(collector, person, { ...request, reason: text(options, 'reason') ?? '' }, at()),
    )
  })

  const withdrawing = statistics
    .command('withdraw <version>')
    .description('take a published version back; its number and digest stay')
    .requiredOption('--reason <text>', 'why')
    .option(...asNationalOption)
  does(withdrawing, run, async (context, options, [id = '']) => {
    const { collector, person, at } = await openForCommand(context, options)
    return told([await withdraw(collector, person, id, text(options, 'reason') ?? '', at())])
  })

  const early = statistics
    .command('pre-release <version>')
    .description('let a named person see a version before it is published; every look is written down')
    .requiredOption('--email <email>', 'the person’s account')
    .requiredOption('--name <name>', 'their name')
    .requiredOption('--post <post>', 'what they are: why this person')
    .requiredOption('--from <time>', 'ISO 8601')
    .requiredOption('--until <time>', 'ISO 8601')
    .option(...asNationalOption)
  does(early, run, async (context, options, [id = '']) => {
    const { collector, person, at } = await openForCommand(context, options)
    const of = (name: string): string => text(options, name) ?? ''
    const access = {
      email: of('email'),
      name: of('name'),
      post: of('post'),
      from: instant(of('from')),
      until: instant(of('until')),
    }
    await giveEarlyAccess(collector, person, id, access, at())
    return {
      json: { version: id, ...access },
      text: `${access.name} may see it from ${of('from')} until ${of('until')}.`,
    }
  })
}

function instant(given: string): Date {
  const at = new Date(given)
  if (Number.isNaN(at.getTime()))
    throw new GatehouseError('bad-input', 'That is no time.', { todo: 'Write it as 2026-11-26T09:30:00Z.' })
  return at
}

/** What the policy says of the table that the folder was built from. */
async function requestOf(context: CommandContext, options: Options, folder: string): Promise<DraftRequest> {
  const { policyFolder } = context.settings()
  const body = await readFile(resolve(folder, 'lineage.json'), 'utf8').catch(() => null)
  if (body === null)
    throw new GatehouseError('bad-input', 'This folder holds no built table.', {
      where: basename(folder),
      todo: 'Name the folder that `gatehouse statistics build` wrote.',
    })
  const lineage = JSON.parse(body) as { readonly table?: string; readonly policy?: { readonly id?: string } }
  const policy = await readStatistics(policyFolder)
  if (!policy.ok)
    throw new GatehouseError('bad-policy', policy.error[0]?.message ?? 'The policy can’t be read.')
  const declared = policy.value.tables.get(lineage.table ?? '')
  const publication = policy.value.publications.get(declared?.publication ?? '')
  if (!declared || !publication)
    throw new GatehouseError('not-found', 'The policy declares no such table any more.', {
      where: lineage.table ?? '',
    })
  const release = text(options, 'release') ?? 'Release'
  return {
    folder: resolve(folder),
    standards: await readStandards(policyFolder),
    about: {
      publication: { title: publication.title, summary: publication.summary },
      dataSet: { title: declared.title, summary: declared.about, footnotes: declared.footnotes },
      release: {
        title: release,
        slug: release
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .replaceAll(/^-|-$/g, ''),
      },
      policyWords: policy.value.policies.get(lineage.policy?.id ?? '')?.words ?? declared.policy.words,
    },
  }
}

const drafted = (version: StatisticVersion): Answer => {
  const failed = version.checks.filter(({ outcome }) => outcome === 'fail')
  return {
    json: version,
    text: lines(
      table(version.checks.map(({ check, outcome, says }) => [check, outcome, says])),
      `Draft ${version.id}: ${count(version.rows, 'row')}. ${failed.length > 0 ? 'It can’t be signed off as it is.' : 'Somebody else signs it off.'}`,
    ),
    ...(failed.length > 0 ? { exit: exitCodes.refused } : {}),
  }
}

const told = (versions: readonly StatisticVersion[], none = ''): Answer => ({
  json: versions,
  text: lines(
    versions.length === 0
      ? none
      : table(
          versions.map(({ id, publication, dataSet, number, state, publishAt }) => [
            id,
            `${publication}/${dataSet}`,
            number ? numberText(number) : '',
            state,
            state === 'signed-off' && publishAt ? publishAt.toISOString() : '',
          ]),
        ),
  ),
})
