import { birthday, enter, mathsClass, registrationGroup } from './enrolment.ts'
import { blankPupil } from './blank-pupil.ts'
import { demonstrationDay, yearGroups } from './calendar.ts'
import type { YearGroup } from './calendar.ts'
import { agreeToAll, giveChoices } from './choices.ts'
import { rate } from './data.ts'
import { household } from './household.ts'
import type { Household, Shape } from './household.ts'
import { familyId, nationalInsuranceNumber } from './identifiers.ts'
import type { UpnIssuer } from './identifiers.ts'
import { giveNeeds } from './needs.ts'
import { adultForename, childForename, familyName, knownAs, surnameFor } from './people.ts'
import type { FamilyName, Origin, Sex } from './people.ts'
import type { Family, WorldPupil } from './pupil.ts'
import type { Random } from './random.ts'
import { giveResults } from './results.ts'

export interface ChildPlan {
  readonly misId: number
  readonly yearGroup: YearGroup
  readonly sex?: Sex
  readonly forename?: string
  readonly dateOfBirth?: string
  /** Last touch: what makes this pupil the one it is. */
  readonly change?: (pupil: WorldPupil, family: Family) => void
}

export interface FamilyPlan {
  readonly index: number
  readonly origin: Origin
  readonly shape: Shape
  readonly name?: FamilyName
  readonly children: readonly ChildPlan[]
  /** No needs, no absences above the usual, yes to every form: what a cast family is before it is changed. */
  readonly plain?: boolean
}

/** What is shared while one world is being made: UPNs given, places taken in each year. */
export interface Making {
  readonly upns: UpnIssuer
  readonly taken: Map<YearGroup, number>
  readonly size: ReadonlyMap<YearGroup, number>
}

export function makeFamily(random: Random, plan: FamilyPlan, making: Making): Family {
  const name = plan.name ?? familyName(random, plan.origin)
  const home = household(random.fork('household'), plan.index, plan.origin, name, plan.shape)
  const family: Family = { index: plan.index, pupils: [], contacts: home.links.map((link) => link.contact) }
  const attitude = random.next()
  const english = random.chance(plan.origin.englishAtHome)
  const language = english ? 'ENG' : random.weighted(plan.origin.languages)
  const religion = random.weighted(plan.origin.religions)
  const refused = !plan.plain && random.chance(rate('refused-ethnicity'))
  const ethnicity = refused ? 'REFU' : random.weighted(plan.origin.ethnicity)
  for (const child of plan.children) {
    const own = random.fork(`child/${child.misId}`)
    const pupil = makeChild(own, plan, child, making, {
      name,
      home,
      language,
      religion,
      ethnicity,
      family,
    })
    if (plan.plain) {
      const parent = family.contacts[0]
      if (parent) agreeToAll(pupil, parent)
    } else {
      giveNeeds(own.fork('needs'), pupil, child.misId)
      if (own.chance(rate('persistent-absentee'))) pupil.absence.rate = 0.1 + own.next() * 0.14
      giveChoices(own.fork('choices'), pupil, attitude)
      if (pupil.fundingCode) giveInsuranceNumber(family)
    }
    giveResults(own.fork('results'), pupil)
    family.pupils.push(pupil)
  }
  // After all are made, so that a child's change may look at its brothers and sisters.
  family.pupils.forEach((pupil, i) => {
    plan.children[i]?.change?.(pupil, family)
    if (!onRoll(pupil)) making.taken.set(pupil.yearGroup, (making.taken.get(pupil.yearGroup) ?? 1) - 1)
  })
  return family
}

/** The parent who applies for a funding code gives the number that the check needs; nobody else's is ever held. */
export function giveInsuranceNumber(family: Family): void {
  const applicant = family.contacts[0]
  if (applicant) applicant.nationalInsuranceNumber = nationalInsuranceNumber(family.index)
}

interface Shared {
  readonly name: FamilyName
  readonly home: Household
  readonly language: string
  readonly religion: string
  readonly ethnicity: string
  readonly family: Family
}

function makeChild(
  random: Random,
  plan: FamilyPlan,
  child: ChildPlan,
  making: Making,
  shared: Shared,
): WorldPupil {
  const year = child.yearGroup
  const place = making.taken.get(year) ?? 0
  making.taken.set(year, place + 1)
  const sex = child.sex ?? (random.chance(0.512) ? 'M' : 'F')
  const brothersAndSisters = shared.family.pupils
  const forename =
    child.forename ??
    childForename(random, plan.origin, sex, new Set(brothersAndSisters.map((one) => one.forename)))
  const surname = surnameFor(shared.name, sex)
  const entry = enter(random, year, making.upns, plan.plain === true)
  return {
    ...blankPupil(),
    misId: String(child.misId),
    admissionNumber: String(child.misId + 3300).padStart(6, '0'),
    upn: entry.upn,
    surname,
    forename,
    middleNames: random.chance(rate('middle-name')) ? adultForename(random, plan.origin, sex) : '',
    preferredForename: !plan.plain && random.chance(rate('preferred-forename')) ? knownAs(forename) : '',
    dateOfBirth:
      child.dateOfBirth ??
      birthday(
        random,
        year,
        brothersAndSisters.map((one) => one.dateOfBirth),
      ),
    sex,
    ethnicity: shared.ethnicity,
    ethnicitySource: shared.ethnicity === 'REFU' ? '' : 'P',
    firstLanguage: shared.language,
    eal: !shared.language.startsWith('EN'),
    religion: shared.religion,
    yearGroup: year,
    registrationGroup: registrationGroup(year, place, making.size.get(year) ?? 0),
    mathsClass: mathsClass(random, year),
    entryDate: entry.entryDate,
    history: entry.history,
    universalInfantMeal: year === 'R' || year === '1' || year === '2',
    address: { ...shared.home.address },
    familyId: familyId(plan.index),
    contacts: shared.home.links.map((link) => ({ ...link })),
    absence: { rate: 0.025 + random.next() * 0.03, fixed: [] },
  }
}

/** Registered here on the demonstration's day: no guest, and nobody whose last day has passed. */
export const onRoll = (pupil: WorldPupil): boolean =>
  pupil.enrolmentStatus !== 'G' && (pupil.leavingDate === '' || pupil.leavingDate >= demonstrationDay)

/** How many pupils each year group holds in a world of this many: about 5 % and 9 % in the nursery, the rest even. */
export function sizes(pupils: number): ReadonlyMap<YearGroup, number> {
  const first = Math.round((pupils * 20) / 420)
  const second = Math.round((pupils * 36) / 420)
  const rest = pupils - first - second
  return new Map(
    yearGroups.map((year, i) => [
      year,
      i === 0 ? first : i === 1 ? second : Math.floor(rest / 7) + (i - 2 < rest % 7 ? 1 : 0),
    ]),
  )
}
