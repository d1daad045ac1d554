import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { writeMessage, type TermDefinition } from '../../src/core/collections/index.ts'
import type { Row } from '../data.ts'
import type { Authority } from './authority-returns.ts'
import { recordsOf } from './census-return.ts'
import { caseOf, type CaseDates } from './case-record.ts'
import { ageOn, dayOf, isoOf } from './days.ts'
import { draws, type Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import type { Child } from './populate.ts'
import { readTerm } from './read-term.ts'
import { shareOf } from './return-data.ts'

const disability = shareOf('disability')
/** Pupils whom the authority's social workers knew in the year: about one in twenty, approximate for the series of 2024. */
const knownShare = 0.05
const [young, unborn] = [0.25, 0.012]

/** Each ethnic group of the school census by the group of this one, which has fewer. */
const baseGroups = new Map<string, string>(
  parse<Row>(readFileSync(new URL('../../policy/codes/ethnicity-extended.csv', import.meta.url), 'utf8'), {
    columns: true,
  }).map((row) => [row['code'] ?? '', row['main_code'] ?? '']),
)

/** What is so of the authority's pupils, where it is not drawn here: how likely each is known, and who has which numbers. */
export interface AboutChildren {
  readonly share?: (child: Child) => number
  readonly hasNumber?: (child: Child) => boolean
  /** The authority's own number of a pupil; of others, by their place. */
  readonly idOf?: (child: Child | number) => string
}

export interface ChildrenInNeed {
  readonly name: string
  readonly bytes: Generator<Uint8Array>
  /** In the order of their records: pupils, then null for each child who is none yet. */
  readonly children: readonly (Child | null)[]
  /** Of each, the number of its record among all records of the file, as a collector counts them. */
  readonly numbers: readonly number[]
}

/** The authority's children in need return of the year: children of its schools, younger ones, and some not born yet. */
export async function childrenInNeedReturn(
  {
    authority: number,
    year,
    seed,
  }: { readonly authority: string; readonly year: number; readonly seed: number },
  { rolls }: Pick<Authority, 'rolls'>,
  about: AboutChildren = {},
): Promise<ChildrenInNeed> {
  const definition = await readTerm('children-in-need', year, 'YEAR')
  const dates = datesOf(definition)
  const by = draws()
  by.seed(seed, year, 61)
  const groups = new Set(definition.codes.get('ethnicity-of-children-in-need'))
  const children: MessageRecord[] = []
  const pupils: Child[] = []
  const seen = new Set<string>()
  const nextId = (child: Child | number = children.length + 1): string =>
    about.idOf?.(child) ?? `C${String(children.length + 1).padStart(6, '0')}`
  for (const roll of rolls)
    for (const { child } of roll) {
      if (seen.has(child.upn)) continue
      seen.add(child.upn)
      by.seed(seed, child.index, 62)
      if (child.born > dates.census - 400 || !by.chance(about.share?.(child) ?? knownShare)) continue
      pupils.push(child)
      children.push(knownChild(by, dates, child, nextId(child), groups, about.hasNumber?.(child) ?? true))
    }
  by.seed(seed, year, 63)
  const known = children.length
  for (let i = 0; i < known * young; i++)
    children.push(youngChild(by, dates, nextId(), by.pick([...groups]), false))
  for (let i = 0; i < known * unborn; i++)
    children.push(youngChild(by, dates, nextId(), by.pick([...groups]), true))
  const header: MessageRecord = {
    items: {
      collection: definition.message.known[0] ?? '',
      year: String(year),
      referenceDate: isoOf(dates.census),
      sourceLevel: 'L',
      lea: number,
      softwareCode: 'Demonstration',
      release: '1',
      serialNo: '001',
      dateTime: `${isoOf(dates.census + 40)}T10:00:00`,
    },
  }
  let last = 1
  const numbers = children.map((child) => {
    const number = last + 1
    last += recordsOf(child)
    return number
  })
  return {
    children: children.map((_, i) => pupils[i] ?? null),
    numbers,
    name: `${number}_CIN_${String(year)}_001.xml`,
    bytes: writeMessage(definition, { header: [header], child: children }),
  }
}

function datesOf({ term }: TermDefinition): CaseDates {
  const year = term.periods.get('year')
  if (!year) throw new Error('the children in need census has no period of its year')
  return { from: dayOf(year.from), to: dayOf(year.to), census: dayOf(term.census) }
}

function knownChild(
  by: Draws,
  dates: CaseDates,
  child: Child,
  laChildId: string,
  groups: ReadonlySet<string>,
  hasNumber: boolean,
): MessageRecord {
  const { household } = child
  const found = caseOf(by, dates, child.born)
  const group = groups.has(household.ethnicity)
    ? household.ethnicity
    : (baseGroups.get(household.ethnicity) ?? 'NOBT')
  return {
    items: {
      laChildId,
      ...(hasNumber ? { upn: child.upn } : { upnUnknown: 'UN6' }),
      birthDate: isoOf(child.born),
      sex: child.sex,
      ethnicity: groups.has(group) ? group : 'NOBT',
    },
    below: { disability: disabilities(by), referral: [found] },
  }
}

/** A child of under five, or one who is expected: neither has a UPN. */
function youngChild(
  by: Draws,
  dates: CaseDates,
  laChildId: string,
  ethnicity: string,
  expected: boolean,
): MessageRecord {
  const born = expected ? dates.census + by.int(1, 150) : dates.census - by.int(30, 1500)
  const referral = caseOf(by, dates, born)
  if (!expected && ageOn(born, dates.census) > 4) throw new Error('a child too old to be without a UPN')
  return {
    items: {
      laChildId,
      ...(expected
        ? { expectedBirthDate: isoOf(born), sex: 'U' }
        : { birthDate: isoOf(born), sex: by.pick(['M', 'F']) }),
      upnUnknown: 'UN1',
      ethnicity,
    },
    below: { disability: expected ? [] : disabilities(by), referral: [referral] },
  }
}

function disabilities(by: Draws): MessageRecord[] {
  if (!by.chance(0.13)) return [{ items: { code: 'NONE' } }]
  const codes = new Set([disability(by), ...(by.chance(0.4) ? [disability(by)] : [])])
  return [...codes].map((code) => ({ items: { code } }))
}
