import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector } from '../../collect/index.ts'
import { upnOf } from '../../collect/testing/census-message.ts'
import {
  agentOf,
  testCollector,
  testSource,
  testTime,
  theCollector,
  theOperator,
} from '../../collect/testing/test-collector.ts'
import {
  buildHoldings,
  destroyVersion,
  identityReadings,
  lineageOf,
  listHoldings,
  openHoldings,
  openHoldingsHome,
  readIdentities,
  verifyHoldings,
} from '../index.ts'
import { holdCensus, readWithOther } from '../testing/held-census.ts'
import { linksByNumber } from '../testing/links-by-number.ts'

const store = await openTestStore()
const collector = await testCollector(store, [
  testSource('100001'),
  testSource('100002', { establishment: '2002' }),
])
const home = await openHoldingsHome(collector)
const merged = new Map<string, string>()
const links = linksByNumber(collector, merged)
const first = await holdCensus(collector, '100001', [
  { surname: 'Aaronsurname' },
  { surname: 'Bensurname', senProvision: 'K' },
  {},
])
await holdCensus(collector, '100002', [{}, {}], { from: 4, establishment: '2002' })
const later = (days: number): Date => new Date(testTime.getTime() + days * 86_400_000)
const report = await buildHoldings(home, theOperator, links, testTime, 'the first')

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
const attributes = (dataset: string): readonly string[] =>
  filesBelow(join(home.folder, 'parts', dataset)).filter((each) => each.endsWith('.parquet'))
const is = (code: string) => (error: unknown) => error instanceof GatehouseError && error.code === code
const counted = async (sql: string, options = {}): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const open = await openHoldings(home, options)
  try {
    return await open.rows(sql)
  } finally {
    await open.done()
  }
}

describe('a build', () => {
  it('holds a row a record, sorted, under an edition that names what stands', async () => {
    assert.equal(report.edition, 1)
    const rows = await counted(
      'SELECT urn, pmr, version, matching_run, la_code, academic_year, term FROM school_census',
    )
    assert.equal(rows.length, 5)
    assert.deepEqual(
      [
        ...new Set(
          rows.map(
            (row) =>
              `${String(row['academic_year'])} ${String(row['term'])} ${String(row['version'])} ${String(row['matching_run'])} ${String(row['la_code'])}`,
          ),
        ),
      ],
      ['2027 AUT 1 1 894'],
    )
    assert.deepEqual(await counted('SELECT urn, la_name, region_name FROM establishment ORDER BY urn'), [
      { urn: '100001', la_name: 'Telford and Wrekin', region_name: 'West Midlands' },
      { urn: '100002', la_name: 'Telford and Wrekin', region_name: 'West Midlands' },
    ])
  })

  it('shows the national views with their names of columns', async () => {
    const [row] = await counted(
      'SELECT sum("FSMeligible_AUT27") AS meals, count(*) AS rows, min("AcademicYear_AUT27") AS year FROM "Autumn_Census_2027"',
    )
    assert.deepEqual([row?.['rows'], row?.['year']], [5, '2026/2027'])
  })

  it('does nothing when nothing has changed', async () => {
    const again = await buildHoldings(home, theOperator, links, later(1))
    assert.deepEqual([again.isNew, again.edition], [false, 1])
    assert.ok(again.partitions.every(({ outcome }) => outcome === 'unchanged'))
  })

  it('writes files that a second reader reads alike', async () => {
    const [file = ''] = attributes('school_census')
    const other = await readWithOther(file)
    const ours = await counted(
      'SELECT urn, pmr, n, ncyear, sen_group FROM school_census ORDER BY urn, pmr, return_id, n',
    )
    assert.deepEqual(
      other.map(({ urn, pmr, n, ncyear, sen_group }) => ({ urn, pmr, n: Number(n), ncyear, sen_group })),
      ours,
    )
    assert.equal(
      other.filter((row) => row['sen_group'] === 'support').length,
      Number(
        (await counted(`SELECT count(*) AS n FROM school_census WHERE sen_group = 'support'`))[0]?.['n'],
      ),
    )
  })
})

describe('identities', () => {
  it('are in no attribute file, and lie nowhere in the clear', () => {
    const all = [...filesBelow(home.folder), ...filesBelow(home.identitiesFolder)]
    for (const file of all) {
      const text = readFileSync(file).toString('latin1')
      for (const secret of ['Aaronsurname', 'Bensurname', upnOf(1), 'TF1 1AA'])
        assert.ok(!text.includes(secret), file)
      assert.equal(statSync(file).mode & 0o077, file.endsWith('.parquet') ? statSync(file).mode & 0o077 : 0)
    }
  })

  it('are read with the key and a purpose, and that is recorded', async () => {
    const request = {
      dataset: 'school_census',
      academicYear: 2027,
      term: 'AUT',
      purpose: 'To mend a link that a school has queried.',
    }
    const rows: unknown[] = []
    for await (const row of readIdentities(home, theOperator, request, testTime)) rows.push(row)
    assert.equal(rows.length, 5)
    assert.ok(rows.some((row) => (row as Record<string, unknown>)['surname'] === 'Aaronsurname'))
    const [reading] = await asCollector(collector).read((tx) => identityReadings(tx))
    assert.deepEqual([reading?.purpose, reading?.of.dataset], [request.purpose, 'school_census'])
  })

  it('are refused without key, purpose or duty, while attributes are answered', async () => {
    const without = await openHoldingsHome(collector, { keys: [] })
    const request = {
      dataset: 'school_census',
      academicYear: 2027,
      term: 'AUT',
      purpose: 'To mend a link that a school has queried.',
    }
    const read = async (of: typeof home, person = theOperator, purpose = request.purpose): Promise<void> => {
      for await (const row of readIdentities(of, person, { ...request, purpose }, testTime))
        assert.fail(JSON.stringify(row))
    }
    await assert.rejects(read(without), is('not-allowed'))
    await assert.rejects(read(home, theOperator, 'why'), is('bad-input'))
    await assert.rejects(read(home, theCollector), is('not-allowed'))
    const open = await openHoldings(without)
    assert.equal((await open.rows('SELECT count(*) AS n FROM school_census'))[0]?.['n'], 5)
    await assert.rejects(open.rows('SELECT surname FROM school_census'))
    await assert.rejects(open.rows(`SELECT * FROM read_parquet('${join(home.identitiesFolder, 'x')}')`))
    await open.done()
  })
})

describe('versions', () => {
  const pupils = 'SELECT count(DISTINCT pmr) AS people, min(version) AS version FROM school_census'

  it('are new after a merge, and those of before stand again after it is taken back', async () => {
    const before = attributes('school_census').map((file) => readFileSync(file))
    merged.set(upnOf(5), upnOf(1))
    const after = await buildHoldings(home, theOperator, links, later(2))
    const touched = after.partitions.filter(({ outcome }) => outcome === 'built')
    const built = after.partitions.find((each) => each.dataset === 'school_census')
    assert.deepEqual(
      [after.edition, built?.version, built?.difference],
      [2, '2', { version: '1', rowsBefore: 5, alike: 3, only: 2, gone: 2 }],
    )
    // Schools have no person: nothing of theirs is built anew.
    assert.ok(!touched.some(({ dataset }) => ['school', 'establishment'].includes(dataset)))
    assert.deepEqual(await counted(pupils), [{ people: 4, version: '2' }])
    assert.deepEqual(await counted(pupils, { asOf: later(1) }), [{ people: 5, version: '1' }])
    assert.deepEqual(await counted(pupils, { versions: { school_census: { 2027: '1' } } }), [
      { people: 5, version: '1' },
    ])

    merged.clear()
    const back = await buildHoldings(home, theOperator, links, later(3))
    assert.equal(back.edition, 3)
    assert.ok(back.partitions.every(({ outcome }) => outcome !== 'built'))
    assert.deepEqual(await counted(pupils), [{ people: 5, version: '1' }])
    assert.deepEqual(readFileSync(attributes('school_census')[0] ?? ''), before[0])
  })

  it('follow a replaced return, and say what changed', async () => {
    await holdCensus(collector, '100001', [{ surname: 'Aaronsurname' }, { senProvision: 'E' }], {
      replace: 'A pupil had left.',
    })
    const after = await buildHoldings(home, theOperator, links, later(4))
    const built = after.partitions.find((each) => each.dataset === 'school_census')
    assert.equal(built?.version, '3')
    assert.deepEqual(await counted(pupils), [{ people: 4, version: '3' }])
    const listed = await listHoldings(home)
    const versions = listed.datasets.find(({ id }) => id === 'school_census')?.partitions[0]?.versions ?? []
    assert.deepEqual(
      versions.map(({ version, stands }) => [version, stands]),
      [
        ['1', false],
        ['2', false],
        ['3', true],
      ],
    )
  })

  it('lead from a row to its return and its run', async () => {
    const [row] = await counted('SELECT return_id, n FROM school_census ORDER BY return_id, n')
    const of = await lineageOf(
      home,
      theOperator,
      'school_census',
      `${String(row?.['return_id'])}/${String(row?.['n'])}`,
    )
    assert.match(of.return.messageSha256, /^[0-9a-f]{64}$/)
    assert.ok(of.versions.some(({ stands, matchingRun }) => stands && matchingRun === 1))
    assert.ok(of.goesInto.some(({ dataset }) => dataset === 'pupil_year'))
    const old = await lineageOf(home, theOperator, 'school_census', `${first}/2`)
    assert.ok(old.versions.every(({ stands }) => !stands))
    await assert.rejects(lineageOf(home, agentOf('301'), 'school_census', `${first}/2`), is('not-found'))
    await assert.rejects(lineageOf(home, theOperator, 'school_census', `'/2`), is('bad-input'))
  })

  it('are destroyed as somebody decides, unless they stand', async () => {
    const of = { dataset: 'school_census', academicYear: 2027, term: 'AUT', version: '2' }
    await assert.rejects(
      destroyVersion(home, theOperator, { ...of, version: '3' }, 'It is no longer needed.', later(5)),
      is('conflict'),
    )
    await assert.rejects(destroyVersion(home, theOperator, of, '', later(5)), is('bad-input'))
    await destroyVersion(home, theOperator, of, 'It was built by a merge that was wrong.', later(5))
    const verified = await verifyHoldings(home, theOperator)
    assert.deepEqual([verified.destroyed, verified.faults], [1, []])
    await assert.rejects(counted(pupils, { versions: { school_census: { 2027: '2' } } }), is('store-failed'))
  })
})

describe('what was changed on the disk', () => {
  const flipped = async (file: string, work: () => Promise<unknown>, at?: number): Promise<unknown> => {
    const bytes = readFileSync(file)
    const wrong = Buffer.from(bytes)
    const place = at ?? Math.floor(bytes.length / 2)
    wrong[place] = (wrong[place] ?? 0) ^ 1
    writeFileSync(file, wrong)
    try {
      await work()
      return null
    } catch (error) {
      return error
    } finally {
      writeFileSync(file, bytes)
    }
  }
  const openAll = async (): Promise<void> => (await openHoldings(home)).done()

  it('is found before use: attributes, manifests, editions', async () => {
    const standing = attributes('school_census').filter((file) => file.includes('version=3'))
    for (const file of [
      ...standing,
      ...standing.map((each) => each.replace('part-0000.parquet', 'manifest.json')),
      ...filesBelow(join(home.folder, 'editions')),
    ])
      for (const at of [undefined, 3])
        assert.ok(is('store-failed')(await flipped(file, openAll, at)), `${file} ${String(at)}`)
    await openAll()
  })

  it('is found in identities', async () => {
    const [file = ''] = filesBelow(join(home.identitiesFolder, 'parts')).filter((each) =>
      each.includes('version=3'),
    )
    const read = async (): Promise<void> => {
      const request = {
        dataset: 'school_census',
        academicYear: 2027,
        term: 'AUT',
        purpose: 'To mend a link that a school has queried.',
      }
      for await (const row of readIdentities(home, theOperator, request, testTime)) assert.ok(row)
    }
    assert.ok(is('store-failed')(await flipped(file, read)))
    await read()
  })

  it('is found where the folder was put back from an older day', async () => {
    const editions = filesBelow(join(home.folder, 'editions'))
    const last = editions.at(-1) ?? ''
    const bytes = readFileSync(last)
    const { rmSync } = await import('node:fs')
    rmSync(last)
    await assert.rejects(buildHoldings(home, theOperator, links, later(6)), is('store-failed'))
    writeFileSync(last, bytes)
    assert.equal((await buildHoldings(home, theOperator, links, later(6))).isNew, false)
  })
})
