import { upnOf } from '../../collect/testing/census-message.ts'
import type { Pupil } from './authorised.ts'

export interface MadeReturn {
  readonly urn: string
  readonly pupils: readonly Pupil[]
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Four returns through which some thirty pupils go, with twins, changed names, wrong days, second and temporary numbers. */
export function seededPupils(seed: number): readonly MadeReturn[] {
  const random = seeded(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const firsts = ['Amelia', 'Noah', 'Aisha', 'Oliver', 'Isla', 'George', 'Mohammed', 'Freya', 'Leo', 'Zofia']
  const lasts = ['Ahmed', 'Brown', 'Clarke', 'Davies', 'Evans', 'Farooq', 'Green', 'Hughes']
  const two = (n: number): string => String(n).padStart(2, '0')
  const people = Array.from({ length: 30 }, (_, i) => ({
    upn: upnOf(i + 1),
    surname: pick(lasts),
    forename: pick(firsts),
    dob: `20${two(10 + (i % 7))}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 12))}`,
    sex: pick(['M', 'F']),
  }))
  // Twins, of names much alike.
  people[1] = { ...people[0], upn: upnOf(2), forename: 'Amelie' } as (typeof people)[number]
  people[0] = { ...people[0], forename: 'Amelia' } as (typeof people)[number]
  return ['100001', '100002', '100003', '100004'].map((urn, r) => ({
    urn,
    pupils: people
      .filter((_, i) => (i + r) % 4 !== 0)
      .map((person, i): Pupil => {
        const chance = random()
        if (chance < 0.1) return { ...person, surname: pick(lasts) }
        if (chance < 0.2)
          return {
            ...person,
            dob: person.dob.replace(/-(..)-(..)$/, (_, m: string, d: string) => `-${d}-${m}`),
          }
        if (chance < 0.25) return { ...person, upn: '' }
        if (chance < 0.3) return { ...person, upn: upnOf(500 + 50 * r + i) }
        if (chance < 0.35) return { ...person, upn: upnOf(500 + 50 * r + i), formerUpn: person.upn }
        if (chance < 0.4)
          return { ...person, forename: `${person.forename.slice(0, 3)}x${person.forename.slice(3)}` }
        return person
      }),
  }))
}
