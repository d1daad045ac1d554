import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Child } from '../returns/populate.ts'
import { live, type LifeOptions } from './live.ts'
import type { LifeEvent, Person, Town } from './town.ts'

const options: LifeOptions = {
  authority: '894',
  from: 2023,
  to: 2025,
  nextAutumn: true,
  seed: 1,
  schools: 14,
  adoption: 0.002,
}

/** Who was where in each term, as a school had it. */
interface Seen {
  readonly school: number
  readonly left: boolean
  readonly marks: ReadonlySet<string>
  readonly formerSurname: string | null
  readonly shown: Child
  readonly term: number
  readonly year: number
}
const seen = new Map<Person, Seen[]>()
const events: LifeEvent[] = []
const sizes: number[] = []
let town: Town | null = null
let term = 0
for await (const lived of live(options, (_, event) => events.push(event))) {
  town = lived.town
  let onRoll = 0
  for (const roll of town.rolls) {
    const people = new Set(roll.map(({ person }) => person))
    assert.equal(people.size, roll.length, 'somebody stands in one file twice')
    for (const enrolment of roll) {
      const { person, shown, year, leaving, school } = enrolment
      if (leaving === null) onRoll++
      const list = seen.get(person) ?? []
      list.push({
        school,
        left: leaving !== null,
        marks: new Set(enrolment.marks),
        formerSurname: person.formerSurname,
        shown: { ...person.child, ...shown },
        term,
        year,
      })
      seen.set(person, list)
    }
  }
  sizes.push(onRoll)
  term++
}
const people = [...seen]

describe('people through the years', () => {
  it('keep the authority its size, and grow a year group each autumn', () => {
    assert.equal(sizes.length, 10)
    for (const size of sizes) assert.ok(Math.abs(size / (sizes[0] ?? 1) - 1) < 0.06, sizes.join())
    for (const [{ id }, list] of people) {
      const here = list.filter(({ left }) => !left)
      for (const { year, term: now } of here)
        assert.equal(
          year - Math.floor(now / 3),
          (here[0]?.year ?? 0) - Math.floor((here[0]?.term ?? 0) / 3),
          id,
        )
    }
  })

  it('have every kind of thing happen to them', () => {
    const kinds = new Set(events.map(({ kind }) => kind))
    for (const kind of 'twin left moved surname address adoption temporary-number number-replaced number-put-right'.split(
      ' ',
    ))
      assert.ok(kinds.has(kind), `nobody has ${kind}`)
    const marks = new Set(people.flatMap(([, list]) => list.flatMap(({ marks: own }) => [...own])))
    for (const mark of 'name-typed-wrong short-name moved address-changed'.split(' '))
      assert.ok(marks.has(mark), `no record is ${mark}`)
  })

  it('have each number for one person alone, but where a school carries another child’s', () => {
    const whose = new Map<string, string>()
    for (const [person, list] of people)
      for (const { shown, marks } of list) {
        for (const number of [shown.upn, shown.formerUpn])
          if (number !== null && !marks.has('wrong-number')) {
            assert.equal(whose.get(number) ?? person.id, person.id)
            whose.set(number, person.id)
          }
      }
  })

  it('share nothing that tells who they are with whom they were before an adoption', () => {
    const adopted = people.filter(([{ never, id }]) => never !== null && id > never)
    assert.ok(adopted.length > 5)
    for (const [person, after] of adopted) {
      const before = people.find(([{ id }]) => id === person.never)
      assert.ok(before && before[0].never === person.id, 'the mark goes both ways')
      const identity = (list: readonly Seen[]): Set<unknown> =>
        new Set(
          list.flatMap(({ shown, formerSurname }) => [
            shown.index,
            shown.upn,
            shown.formerUpn,
            shown.forename,
            shown.middleName,
            shown.surname,
            formerSurname,
            shown.household.postcode,
            shown.household.street,
            shown.household.index,
          ]),
        )
      const [old, now] = [identity(before[1]), identity(after)]
      for (const none of ['', null]) old.delete(none)
      assert.deepEqual(
        [...now].filter((value) => old.has(value)),
        [],
      )
      assert.ok(
        Math.max(...before[1].map(({ term: at }) => at)) <= Math.min(...after.map(({ term: at }) => at)),
      )
    }
  })

  it('are brothers, sisters and twins in families', () => {
    assert.ok(town)
    const twins = events.filter(({ kind }) => kind === 'twin')
    const byId = new Map(people.map(([person]) => [person.id, person]))
    for (const { person, other } of twins) {
      const [first, second] = [byId.get(person), byId.get(other ?? '')]
      if (!first || !second) continue
      assert.equal(first.child.born, second.child.born)
      assert.equal(first.family, second.family)
      assert.notEqual(first.child.forename, second.child.forename)
    }
    assert.ok(town.families.filter(({ members }) => members.length > 1).length > 300)
  })
})
