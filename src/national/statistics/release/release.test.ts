import assert from 'node:assert/strict'
import { appendFile, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import { asCollector, openCollector, type Person } from '../../collect/index.ts'
import { readStandards } from '../standards/index.ts'
import {
  draftVersion,
  drop,
  earlyAccessOf,
  eventsOfVersion,
  flagTouched,
  findVersion,
  giveEarlyAccess,
  numberText,
  publishDue,
  signOff,
  versionFolder,
  versionsOf,
  viewEarly,
  withdraw,
  type StatisticVersion,
} from './index.ts'
import { builtTable, type BuiltOf } from './testing/built-table.ts'

const store = await openTestStore()
const home = await mkdtemp(join(tmpdir(), 'gatehouse-statistics-'))
const collector = await openCollector({
  store,
  home,
  policyFolder: 'policy',
  origin: 'https://collector.example',
})
const standards = await readStandards('policy')

const personOf = (name: string, ...duties: readonly ('statistics' | 'statistics-sign-off')[]): Person => ({
  scope: { kind: 'collector' },
  actor: { kind: 'staff', name, role: 'collector' },
  duties,
})
const author = personOf('Ada Author', 'statistics', 'statistics-sign-off')
const signer = personOf('Sam Signer', 'statistics-sign-off')
const stranger = personOf('Stan Stranger')

const at = new Date('2026-06-01T09:00:00Z')
const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)

/** A minute passes each time somebody looks. */
let minute = 100
const now = (): Date => later(minute++)
const draft = async (of: BuiltOf = {}, reason?: string, when = now()): Promise<StatisticVersion> =>
  draftVersion(
    collector,
    author,
    { ...(await builtTable(standards, of)), ...(reason === undefined ? {} : { reason }) },
    when,
  )
const publish = async (version: StatisticVersion, when = now()): Promise<StatisticVersion> => {
  await signOff(collector, signer, version.id, when, when)
  const [done] = await publishDue(collector, when)
  assert.ok(done)
  return done
}
const outcomeOf = ({ checks }: StatisticVersion, name: string): string | undefined =>
  checks.find(({ check }) => check === name)?.outcome

describe('the way of a version to the public', () => {
  it('is drafted only from the files that were built, by somebody with the duty', async () => {
    const request = await builtTable(standards)
    await assert.rejects(draftVersion(collector, stranger, request, at), { code: 'not-allowed' })
    await appendFile(join(request.folder, 'pupils_by_sex.csv'), '\n')
    await assert.rejects(draftVersion(collector, author, request, at), { code: 'bad-input' })
  })

  it('goes from draft to publication by two people, at its time, as 1.0', async () => {
    const version = await draft({}, undefined, at)
    assert.deepEqual(
      version.checks.map(({ check, outcome }) => [check, outcome]),
      [
        ['audit', 'pass'],
        ['screener', 'warn'],
        ['population', 'pass'],
        ['totals', 'pass'],
        ['past-releases', 'pass'],
        ['last-release', 'pass'],
      ],
      JSON.stringify(version.checks),
    )
    await assert.rejects(signOff(collector, stranger, version.id, at, at), { code: 'not-allowed' })
    await assert.rejects(signOff(collector, author, version.id, at, at), { code: 'not-allowed' })
    const signed = await signOff(collector, signer, version.id, later(60), at)
    assert.equal(signed.state, 'signed-off')
    assert.deepEqual(await publishDue(collector, later(59)), [])
    const [published] = await publishDue(collector, later(60))
    assert.equal(published?.number && numberText(published.number), '1.0')
    assert.deepEqual(await publishDue(collector, later(61)), [])
    const events = await asCollector(collector).read((tx) => eventsOfVersion(tx, version.id))
    assert.deepEqual(
      events.map(({ move, by }) => [move, by]),
      [
        ['draft', 'Ada Author'],
        ['sign-off', 'Sam Signer'],
        ['publish', 'collector'],
      ],
    )
  })

  it('takes its number from how it differs: figures or an addition minor, a loss major, an amendment a patch', async () => {
    const more = await publish(await draft({ value: () => '7' }))
    assert.equal(more.number && numberText(more.number), '1.1')
    assert.equal(more.change.dataChanged, true)
    const added = await publish(await draft({ sexes: ['Female', 'Male', 'Unknown'] }))
    assert.equal(added.number && numberText(added.number), '1.2')
    assert.equal(added.change.minor.filterOptions[0]?.options[0]?.now?.label, 'Unknown')
    const amended = await draft(
      { sexes: ['Female', 'Male', 'Unknown'], value: () => '8' },
      'A school was counted twice.',
    )
    assert.equal(amended.reason, 'A school was counted twice.')
    const patched = await publish(amended)
    assert.equal(patched.number && numberText(patched.number), '1.2.1')
    const less = await publish(await draft({ years: ['202425'] }))
    assert.equal(less.number && numberText(less.number), '2.0')
    assert.equal(less.change.major.timePeriods[0]?.before?.label, '2023/24')
    assert.equal(less.change.major.filterOptions[0]?.options.length, 1)
  })

  it('is not signed off while a check fails, nor shows what a past release hid', async () => {
    const unsafe = await draft({ safe: false })
    assert.equal(outcomeOf(unsafe, 'audit'), 'fail')
    await assert.rejects(signOff(collector, signer, unsafe.id, at, at), { code: 'conflict' })
    await drop(collector, author, unsafe.id, 'Not safe.', at)
    const hides = (year: string, place: string, sex: string): string =>
      place === 'Local authority' && sex === 'Female' && year === '202425' ? 'c' : '5'
    const hidden = await draft({ value: hides })
    // Earlier versions showed the cell: hiding it now protects nobody.
    assert.equal(outcomeOf(hidden, 'past-releases'), 'fail')
    const wrong = await draft({ value: (_year, _place, sex) => (sex === 'Total' ? '9' : '5') })
    assert.equal(outcomeOf(wrong, 'totals'), 'warn')
  })

  it('shows itself early to named people alone, in their time, and writes each view down', async () => {
    const version = await draft()
    const access = {
      email: 'mia@example.org',
      name: 'Mia Minister',
      post: 'Minister',
      from: later(10),
      until: later(20),
    }
    await giveEarlyAccess(collector, author, version.id, access, at)
    await assert.rejects(viewEarly(collector, stranger, 'stan@example.org', version.id, later(15)), {
      code: 'not-allowed',
    })
    for (const minutes of [9, 20])
      await assert.rejects(viewEarly(collector, stranger, 'mia@example.org', version.id, later(minutes)), {
        code: 'not-allowed',
      })
    await viewEarly(collector, stranger, 'mia@example.org', version.id, later(15))
    const [line] = await asCollector(collector).read((tx) => earlyAccessOf(tx, version.id))
    assert.deepEqual(line?.views, [later(15)])
    await assert.rejects(
      giveEarlyAccess(collector, author, version.id, { ...access, email: 'x', name: 'X' }, at),
      { code: 'bad-input' },
    )
  })

  it('is withdrawn with a reason; its digest, number and files stay', async () => {
    const all = await asCollector(collector).read((tx) =>
      versionsOf(tx, 'pupils-and-their-characteristics', 'pupils_by_sex'),
    )
    const last = all.findLast(({ state }) => state === 'published')
    assert.ok(last)
    await assert.rejects(withdraw(collector, signer, last.id, ' ', at), { code: 'bad-input' })
    await assert.rejects(withdraw(collector, author, all.at(-1)?.id ?? '', 'x', at), { code: 'conflict' })
    const gone = await withdraw(collector, signer, last.id, 'A source sent the wrong year.', now())
    assert.deepEqual([gone.state, gone.digest, gone.number], ['withdrawn', last.digest, last.number])
    assert.ok((await stat(join(versionFolder(collector, last.id), 'data.csv'))).isFile())
    const next = await publish(await draft())
    assert.ok(next.number && next.number.major >= 2, 'a number is never given twice')
  })

  it('flags nothing where no reference changed', async () => {
    assert.equal(await flagTouched(collector, later(100)), 0)
    await assert.rejects(
      asCollector(collector).read((tx) => findVersion(tx, "x' or 1=1")),
      { code: 'not-found' },
    )
  })
})
