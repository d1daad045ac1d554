import { resolve } from 'node:path'
import type { Command } from 'commander'
import { listCollections } from '../../../core/collections/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { does, text, type Options, type Runner } from '../define.ts'

export function defineWorld(world: Command, run: Runner): void {
  defineYears(world, run)
  const school = world
    .command('school')
    .description('one school’s files, as it would have them')
    .requiredOption('--out <folder>', 'where to write them')
    .option('--seed <number>', 'another school of the same kind', '1')
  does(school, run, async ({ application }, options) => {
    const seed = Number(text(options, 'seed'))
    if (!Number.isSafeInteger(seed))
      throw new GatehouseError('bad-input', 'A seed is a whole number.', { where: '--seed' })
    const folder = resolve(text(options, 'out') ?? '.')
    const files = await application.writeWorld(folder, seed)
    return { json: { folder, files }, text: `${files.length} files in ${folder}` }
  })
  const returns = world
    .command('returns')
    .description('the returns of an authority’s schools, with what is deliberately wrong in them')
    .requiredOption('--out <folder>', 'where to write them')
    .option('--authority <number>', 'the authority', '894')
    .option('--england', 'of all England’s schools instead: some 18 GB')
    .option('--year <year>', 'the census year', '2026')
    .option('--term <term>', 'AUT, SPR or SUM', 'AUT')
    .option('--seed <number>', 'other returns of the same kind', '1')
    .option('--schools <number>', 'how many schools')
    .option('--faulty <share>', 'share of schools with deliberate faults, from 0 to 1')
  does(returns, run, async ({ application }, options) => {
    const folder = resolve(text(options, 'out') ?? '.')
    const term = text(options, 'term') ?? ''
    if (!['AUT', 'SPR', 'SUM'].includes(term))
      throw new GatehouseError('bad-input', 'A term is AUT, SPR or SUM.', { where: '--term' })
    const authority = authorityOf(options)
    const [schools, faulty] = [given(options, 'schools', 1, 24_000), given(options, 'faulty', 0, 1, false)]
    const written = await application.writeReturns(folder, {
      england: options['england'] === true,
      authority,
      term,
      year: given(options, 'year', 2000, 2100) ?? 2026,
      seed: given(options, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1,
      ...(schools === undefined ? {} : { schools }),
      ...(faulty === undefined ? {} : { faulty }),
    })
    const { onRoll, records, faults } = written
    return {
      json: { folder, ...written },
      text: `${written.schools} schools, ${onRoll} pupils on roll, ${records} records, ${faults} deliberate faults in ${folder}`,
    }
  })
}

/** Academic years whose collections are all defined, by the year in which each ends: the autumn's census is of the year before. */
async function yearsDefined(policy: string): Promise<readonly number[]> {
  const all = (await listCollections(policy)).map(({ collection, year }) => `${collection} ${String(year)}`)
  const needed = ['school-census', 'children-in-need', 'phonics', 'key-stage-2', 'gcse']
  return (await listCollections(policy))
    .filter(
      ({ collection, year }) =>
        collection === 'school-census' && all.includes(`${collection} ${String(year - 1)}`),
    )
    .map(({ year }) => year)
    .filter((year) => needed.every((collection) => all.includes(`${collection} ${String(year)}`)))
    .sort()
}

function defineYears(world: Command, run: Runner): void {
  const years = world
    .command('years')
    .description(
      'years of an authority’s returns, through which the same pupils live, with what is true of them',
    )
    .requiredOption('--out <folder>', 'where to write them')
    .option('--authority <number>', 'the authority', '894')
    .option('--from <year>', 'the first academic year, by the year in which it ends', '2023')
    .option('--to <year>', 'the last one', '2025')
    .option('--next-autumn', 'and the autumn census after it, which has the last summer’s attendance')
    .option('--seed <number>', 'other people of the same kind', '1')
    .option('--schools <number>', 'how many schools')
    .option('--faulty <share>', 'share of schools with deliberate faults, from 0 to 1')
  does(years, run, async ({ application, settings, progress }, options) => {
    const defined = await yearsDefined(settings().policyFolder)
    const [least = 0, most = 0] = [defined[0], defined.at(-1)]
    const folder = resolve(text(options, 'out') ?? '.')
    const [from = least, to = most] = [given(options, 'from', least, most), given(options, 'to', least, most)]
    if (from > to)
      throw new GatehouseError('bad-input', 'The last year is before the first.', { where: '--to' })
    const [schools, faulty] = [given(options, 'schools', 1, 200), given(options, 'faulty', 0, 1, false)]
    const wanted = {
      authority: authorityOf(options),
      from,
      to,
      nextAutumn: options['nextAutumn'] === true,
      seed: given(options, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1,
      ...(schools === undefined ? {} : { schools }),
      ...(faulty === undefined ? {} : { faulty }),
    }
    const bar = progress('Write')
    try {
      const written = await application.writeYears(folder, wanted, (done, of) => {
        bar.at(done, of)
      })
      const { people, records, faults } = written
      return {
        json: { folder, ...written },
        text: `${written.schools} schools, ${people} people, ${records} records of them, ${faults} deliberate faults in ${folder}`,
      }
    } finally {
      bar.end()
    }
  })
}

/** @throws GatehouseError `bad-input` */
function authorityOf(options: Options): string {
  const authority = text(options, 'authority') ?? ''
  if (/^[0-9]{3}$/.test(authority)) return authority
  throw new GatehouseError('bad-input', 'An authority’s number has three digits.', { where: '--authority' })
}

/** A number within bounds that an option gives. @throws GatehouseError `bad-input` naming the option. */
function given(
  options: Options,
  name: string,
  lowest: number,
  highest: number,
  whole = true,
): number | undefined {
  const value = text(options, name)
  if (value === undefined) return undefined
  const number = value.trim() === '' ? NaN : Number(value)
  if (!(number >= lowest && number <= highest) || (whole && !Number.isSafeInteger(number)))
    throw new GatehouseError(
      'bad-input',
      `It is a${whole ? ' whole' : ''} number from ${lowest} to ${highest}.`,
      { where: `--${name}` },
    )
  return number
}
