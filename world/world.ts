import { yearGroups } from './calendar.ts'
import type { YearGroup } from './calendar.ts'
import { comingAndGoing } from './cast-roll.ts'
import { choosingFamilies } from './cast-choices.ts'
import { namesAndNeeds } from './cast-names.ts'
import { protectedFamilies } from './cast-protected.ts'
import { rate } from './data.ts'
import { makeFamily, sizes } from './family.ts'
import type { Making } from './family.ts'
import type { Shape } from './household.ts'
import { upnIssuer } from './identifiers.ts'
import { anyOrigin } from './people.ts'
import type { Family } from './pupil.ts'
import { seededRandom } from './random.ts'
import type { Random } from './random.ts'

const castFamilies = [...protectedFamilies, ...choosingFamilies, ...comingAndGoing, ...namesAndNeeds]

/**
 * The families of one school, the cast first, then others until every year group is full. A generator: nothing is kept
 * but the counts, so a hundred thousand pupils need no more memory than four hundred.
 */
export function* families(seed: number, pupils: number): Generator<Family> {
  const random = seededRandom(`gatehouse/${seed}`)
  const making: Making = { upns: upnIssuer(), taken: new Map(), size: sizes(pupils) }
  for (const [i, family] of castFamilies.entries())
    yield makeFamily(random.fork(`cast/${i}`), { ...family, index: i + 1 }, making)

  let misId = 2001
  for (let index = 101; free(making).length > 0; index++) {
    const own = random.fork(`family/${index}`)
    const children = chooseYears(own, making).map((yearGroup) => ({ misId: misId++, yearGroup }))
    yield makeFamily(own, { index, origin: anyOrigin(own), shape: shape(own), children }, making)
  }
}

const room = (making: Making, year: YearGroup) => (making.size.get(year) ?? 0) - (making.taken.get(year) ?? 0)
const free = (making: Making) => yearGroups.filter((year) => room(making, year) > 0)

/** One to three year groups, no two alike, likelier the more places a year still has. */
function chooseYears(random: Random, making: Making): readonly YearGroup[] {
  const draw = random.next()
  const wanted =
    draw < rate('siblings-three') ? 3 : draw < rate('siblings-three') + rate('siblings-two') ? 2 : 1
  const chosen: YearGroup[] = []
  while (chosen.length < wanted) {
    const open = free(making).filter((year) => !chosen.includes(year))
    if (open.length === 0) break
    chosen.push(random.weighted(open.map((value) => ({ value, weight: room(making, value) }))))
  }
  return chosen
}

function shape(random: Random): Shape {
  const draw = random.next()
  if (draw < rate('lone-parent')) return random.chance(0.9) ? 'lone-mother' : 'lone-father'
  return draw < rate('lone-parent') + rate('separated') ? 'separated' : 'couple'
}
