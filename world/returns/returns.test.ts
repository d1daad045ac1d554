import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, it } from 'node:test'
import { parse } from 'csv-parse/sync'
import { checkReturn, recognise, type Finding } from '../../src/core/collections/index.ts'
import type { Row } from '../data.ts'
import { authorityNumbers, authorityReturns, makeAuthority } from './authority-returns.ts'
import type { GeneratedReturn } from './census-return.ts'
import { foundErrors } from './found-errors.ts'
import { countKinds, schoolKinds } from './plan-schools.ts'
import { readTerm } from './read-term.ts'
import { authorityPlan, englandReturns, writeReturns } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-returns-'))
after(() => rm(folder, { recursive: true }))

const text = (made: GeneratedReturn): string =>
  [...made.bytes()].map((chunk) => Buffer.from(chunk).toString()).join('')

const place = ({ rule, table, ordinal }: Pick<Finding, 'rule' | 'table' | 'ordinal'>): string =>
  `${rule} ${table ?? ''} ${String(ordinal)}`

/** The first kind of each phase, and academies of the phases where sixth forms and appeals are. */
const someKinds = schoolKinds.filter(
  ({ phase, name }, i) =>
    schoolKinds.findIndex((kind) => kind.phase === phase) === i || name === 'academy-sixth-form',
)

/** One small school of each of those kinds, in one authority. */
const smallSchools = async (term: string, faulty: number, seed = 1): Promise<GeneratedReturn[]> => {
  const plan = {
    ...(await authorityPlan({ term, seed, faulty })),
    counts: new Map(someKinds.map((kind) => [{ ...kind, pupils: Math.min(kind.pupils, 160) }, 1])),
    numbers: authorityNumbers(),
  }
  return [...authorityReturns(plan, makeAuthority(plan))]
}

const broken = new Set<string>()

describe('generated returns', () => {
  for (const term of ['AUT', 'SPR', 'SUM']) {
    it(`are sound in ${term}, for a school of each phase, and hold exactly the faults that they say`, async () => {
      const definition = await readTerm('school-census', 2026, term)
      const sound = await smallSchools(term, 0)
      const faulty = await smallSchools(term, 1, 2)
      const phases = [...new Set(sound.map(({ school }) => school.kind.phase))].sort()
      assert.deepEqual(phases, [...(definition.lists.get('phases') ?? [])].sort())
      const errors = await foundErrors([...sound, ...faulty], definition)
      for (const [i, made] of [...sound, ...faulty].entries()) {
        const promised = made.faults.map(place).sort()
        assert.equal(promised.length > 0, i >= sound.length)
        assert.deepEqual((errors[i] ?? []).map(place).sort(), promised, made.school.kind.name)
        for (const { rule } of made.faults) broken.add(rule)
      }
    })
  }

  it('break many rules between them', () => assert.ok(broken.size > 25, [...broken].join()))

  it('come to the same findings one by one', async () => {
    const definition = await readTerm('school-census', 2026, 'AUT')
    const made = (await smallSchools('AUT', 1, 3))[4]!
    const { urn, kind } = made.school
    const checked = await checkReturn(Readable.from(made.bytes()), definition, {
      establishment: { urn, phase: kind.phase, type: kind.type, sixthForm: String(kind.sixthForm) },
    })
    assert.ok(checked.ok, JSON.stringify(checked))
    const errors = checked.value.findings.filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors.map(place).sort(), made.faults.map(place).sort())
    assert.equal(checked.value.counts.get('pupil'), made.pupils)
    await checked.value.close()
  })

  it('are the same bytes for the same seed and others for another, and the same children in spring and summer', async () => {
    const [once = [], again = [], other = []] = await Promise.all(
      [1, 1, 2].map((seed) => smallSchools('SPR', 0.5, seed)),
    )
    assert.deepEqual(once.map(text), again.map(text))
    assert.notDeepEqual(once.map(text), other.map(text))
    const onRoll = (made: GeneratedReturn | undefined): string[] =>
      [...(made ? text(made) : '').split('<PupilsNoLongerOnRoll>')[0]!.matchAll(/<UPN>(.{13})/g)].map(
        (m) => m[1]!,
      )
    const summer = await smallSchools('SUM', 0)
    assert.deepEqual(onRoll(summer[1]), onRoll((await smallSchools('SPR', 0))[1]))
  })

  it('are those of an authority of 70 schools and 28,000 pupils, of every phase it has', async () => {
    const plan = await authorityPlan({ faulty: 0.2 })
    const authority = makeAuthority(plan)
    const phases = new Map<string, number>()
    for (const { kind } of authority.schools) phases.set(kind.phase, (phases.get(kind.phase) ?? 0) + 1)
    assert.deepEqual(Object.fromEntries(phases), { NS: 1, PS: 48, SS: 13, AT: 1, SP: 5, PR: 2 })
    const onRoll = authority.rolls.flat().filter(({ leaving }) => leaving === null)
    assert.ok(Math.abs(onRoll.length - 28_000) < 1_500, String(onRoll.length))
    const kinds = new Map<string, number>()
    for (const { kind } of authority.pairs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    for (const kind of ['dual-registration', 'moved', 'transferred', 'duplicate-upn', 'duplicate-person'])
      assert.ok((kinds.get(kind) ?? 0) > 0, `no pair is ${kind}`)
    const homes = new Map<number, Set<number>>()
    authority.rolls.forEach((roll, school) => {
      for (const { child, status } of roll)
        if (status === 'C')
          homes.set(child.household.index, (homes.get(child.household.index) ?? new Set()).add(school))
    })
    assert.ok(
      [...homes.values()].filter(({ size }) => size > 1).length > 2_000,
      'few families of several schools',
    )
  })

  it('has UPNs once each, but where a child rightly or deliberately stands twice', async () => {
    const authority = makeAuthority(await authorityPlan())
    const children = new Map<string, Set<number>>()
    for (const { child } of authority.rolls.flat())
      children.set(child.upn, (children.get(child.upn) ?? new Set()).add(child.index))
    for (const [, indexes] of children) assert.equal(indexes.size, 1)
    for (const roll of authority.rolls)
      assert.equal(new Set(roll.map(({ child }) => child.upn)).size, roll.length)
    const twice = authority.pairs.filter(({ kind }) => kind === 'dual-registration')
    for (const { first, second } of twice) {
      assert.deepEqual([first.registration.status, second.registration.status], ['M', 'S'])
      assert.equal(first.registration.child, second.registration.child)
      assert.notEqual(first.school, second.school)
    }
  })
})

describe('world returns', () => {
  it('writes the schools, what is wrong in their files, and the files themselves', async () => {
    const written = await writeReturns(folder, { schools: 8, faulty: 0.6, term: 'SPR' })
    const table = async (name: string): Promise<Row[]> =>
      parse(await readFile(join(folder, name), 'utf8'), { columns: true })
    const schools = await table('schools.csv')
    assert.equal(schools.length, 8)
    assert.equal(written.schools, 8)
    const definition = await readTerm('school-census', 2026, 'SPR')
    for (const school of schools) {
      const bytes = await readFile(join(folder, school['file'] ?? ''))
      const header = await recognise(Readable.from([bytes]), definition)
      assert.ok(header.ok)
      assert.equal(`${header.value['lea'] ?? ''}${header.value['estab'] ?? ''}`, school['laestab'])
      assert.equal(header.value['urn'], school['urn'])
    }
    const truth = await table('truth.csv')
    assert.equal(truth.length, written.faults)
    assert.ok(truth.length > 0)
    for (const { file } of truth) assert.ok(schools.some((school) => school['file'] === file))
    assert.ok((await table('pairs.csv')).length > 0)
  })

  for (const [collection, name] of [
    ['children-in-need', '894_CIN_2026_001.xml'],
    ['key-stage-2', 'KS2-2026-STA-P-001.csv'],
  ] as const) {
    it(`writes a sound file of ${collection}`, async () => {
      const definition = await readTerm(collection, 2026, 'YEAR')
      const checked = await checkReturn(Readable.from([await readFile(join(folder, name))]), definition)
      assert.ok(checked.ok, JSON.stringify(checked))
      assert.deepEqual(checked.value.findings.filter(({ severity }) => severity === 'error').map(place), [])
      const [records] = [...checked.value.counts].filter(([table]) => table !== 'header')
      assert.ok((records?.[1] ?? 0) > 50)
      await checked.value.close()
    })
  }
})

describe('englandReturns', () => {
  it('shares schools out among authorities and never gives a URN or a UPN twice by chance', async () => {
    assert.equal(
      [...countKinds(24_000, 'england').values()].reduce((sum, count) => sum + count, 0),
      24_000,
    )
    const urns = new Set<string>()
    const authorities = new Set<string>()
    let schools = 0
    for await (const { school, onRoll } of englandReturns({ schools: 60 })) {
      schools++
      urns.add(school.urn)
      authorities.add(school.authority)
      assert.ok(onRoll > 0)
    }
    assert.deepEqual([schools, urns.size, authorities.size], [60, 60, 3])
  })

  it('makes one school without making the rest', async () => {
    const england = englandReturns()
    const first = await england.next()
    assert.equal(first.done, false)
    await england.return(undefined)
  })
})
