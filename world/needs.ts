import { addDays, schoolYear, yearsSinceReception } from './calendar.ts'
import { rate } from './data.ts'
import { fundingCode } from './identifiers.ts'
import type { WorldPupil } from './pupil.ts'
import type { Random, Weighted } from './random.ts'

const table = (text: string): readonly Weighted<string>[] =>
  text.split('|').map((part) => {
    const [value = '', weight = '1'] = part.split('=')
    return { value, weight: Number(weight) }
  })

const allergens = table(
  'milk=6|egg=5|peanuts=4|tree nuts=4|sesame=2|fish=2|soya=1|wheat=3|kiwi fruit=1|mustard=1',
)
const medical = table(
  'Asthma: blue inhaler in class box=10|Eczema: cream after swimming=4|Epilepsy: care plan held in the office=1|' +
    'Type 1 diabetes: care plan held in the office=1|Hay fever: tablets in summer=3|Wears hearing aids=1|Glasses for reading=3',
)
const disabilities = table('MOB=2|HEAR=2|VIS=2|COMM=3|LD=3|MED=2|AUT=4')
const supportNeeds = table('SLCN=9|SEMH=5|MLD=4|SPLD=4|ASD=2|HI=1|NSA=1|OTH=1')
const planNeeds = table('ASD=8|SLCN=5|SEMH=3|PD=2|SLD=2|DS=1|VI=1')

/** Health, diet, special needs, meals and nursery funding, in that order; every draw has its rate in `data/rates.csv`. */
export function giveNeeds(random: Random, pupil: WorldPupil, serial: number): void {
  health(random, pupil)
  specialNeeds(random, pupil)
  meals(random, pupil)
  if (pupil.yearGroup === 'N1' || pupil.yearGroup === 'N2') nursery(random, pupil, serial)
  else if (random.chance(0.18)) wraparound(random, pupil)
  if (random.chance(rate('young-carer'))) pupil.youngCarer = 'S'
  pupil.serviceChild = random.chance(rate('service-child')) ? 'Y' : 'N'
  if (pupil.serviceChild === 'Y' && yearsSinceReception(pupil.yearGroup) >= 0) pupil.pupilPremium = true
}

function health(random: Random, pupil: WorldPupil): void {
  if (random.chance(rate('allergy'))) {
    pupil.allergens = [random.weighted(allergens)]
    if (random.chance(0.25)) pupil.allergens = [...new Set([...pupil.allergens, random.weighted(allergens)])]
  }
  if (pupil.religion === 'MU')
    pupil.dietaryRequirement = random.chance(0.9) ? 'Halal meal' : 'Vegetarian meal'
  else if (pupil.religion === 'HI' || pupil.religion === 'SI')
    pupil.dietaryRequirement = random.chance(0.6) ? 'Vegetarian meal' : 'No beef'
  else if (random.chance(0.05))
    pupil.dietaryRequirement = random.pick(['Vegetarian meal', 'No pork', 'Vegan meal'])
  if (random.chance(rate('medical'))) pupil.medicalNeeds = random.weighted(medical)
  if (random.chance(rate('disability'))) pupil.disabilities = [random.weighted(disabilities)]
}

function specialNeeds(random: Random, pupil: WorldPupil): void {
  const place = yearsSinceReception(pupil.yearGroup)
  const draw = random.next()
  const factor = place < 0 ? 0.5 : 1
  if (draw >= (rate('ehc-plan') + rate('sen-support')) * factor) return
  pupil.senProvision = draw < rate('ehc-plan') * factor ? 'E' : 'K'
  const since = Date.parse(pupil.entryDate)
  const days = Math.max(0, Math.floor((Date.parse(`${schoolYear}-11-01`) - since) / 86_400_000))
  pupil.senStartDate = addDays(pupil.entryDate, random.int(0, Math.min(days, 700)))
  const first = random.weighted(pupil.senProvision === 'E' ? planNeeds : supportNeeds)
  pupil.needs = [{ type: first, startDate: pupil.senStartDate }]
  const second = random.weighted(supportNeeds)
  if (random.chance(0.3) && second !== first && second !== 'NSA' && first !== 'NSA')
    pupil.needs.push({ type: second, startDate: pupil.senStartDate })
}

/** Free meals are by family circumstances; infants (Reception to Year 2) eat free whoever they are. */
function meals(random: Random, pupil: WorldPupil): void {
  const place = yearsSinceReception(pupil.yearGroup)
  pupil.universalInfantMeal = place >= 0 && place <= 2
  if (place < 0) return
  const draw = random.next()
  if (draw < rate('fsm'))
    giveFreeMeals(pupil, addDays(pupil.entryDate, random.int(0, 40)), random.chance(0.15))
  else if (draw < rate('fsm') + rate('fsm-past') && place >= 2) {
    const startDate = addDays(pupil.entryDate, random.int(0, 60))
    pupil.fsm = [
      { startDate, endDate: addDays(startDate, random.int(90, 300)), category: '', verifiedOn: startDate },
    ]
    pupil.pupilPremium = true
  }
}

/** Entitled under the earnings threshold (TFSM), or only since all on Universal Credit are (EFSM, from September 2026). */
export function giveFreeMeals(pupil: WorldPupil, from: string, expanded = false): void {
  const startDate = expanded ? `${schoolYear}-09-02` : from
  pupil.fsmEligible = true
  pupil.pupilPremium = true
  pupil.fsm = [{ startDate, endDate: '', category: expanded ? 'EFSM' : 'TFSM', verifiedOn: startDate }]
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']

function nursery(random: Random, pupil: WorldPupil, serial: number): void {
  pupil.room = `${pupil.registrationGroup} room`
  if (random.chance(rate('thirty-hours'))) giveThirtyHours(pupil, fundingCode(serial))
  else {
    pupil.fundedHours = '15'
    pupil.partTime = true
    pupil.sessionsBooked = weekdays.map((day) => `${day} AM`)
    pupil.absence.fixed = [{ weekdays: [1, 2, 3, 4, 5], sessions: ['PM'], code: 'X' }]
  }
}

export function giveThirtyHours(pupil: WorldPupil, code: string): void {
  pupil.fundingCode = code
  pupil.fundedHours = '30'
  pupil.partTime = false
  pupil.sessionsBooked = weekdays.flatMap((day) => [`${day} AM`, `${day} PM`])
  pupil.absence.fixed = []
}

function wraparound(random: Random, pupil: WorldPupil): void {
  pupil.room = 'KidzCove'
  const club = random.pick(['Breakfast', 'After school'])
  pupil.sessionsBooked = weekdays.filter(() => random.chance(0.5)).map((day) => `${day} ${club}`)
  if (pupil.sessionsBooked.length === 0) pupil.sessionsBooked = [`Mon ${club}`]
}
