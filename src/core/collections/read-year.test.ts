import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { checkReturn, readCollection, ruleCoverage, termDefinition } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-year-'))
after(() => rm(folder, { recursive: true, force: true }))
await mkdir(join(folder, 'codes'))
await cp('policy/codes/la-number.csv', join(folder, 'codes/la-number.csv'))

const write = async (year: number, files: Readonly<Record<string, string>>): Promise<void> => {
  await rm(join(folder, 'collections/survey', String(year)), { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'collections/survey', String(year), name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text)
  }
}
const read = async (year: number) => {
  const definition = await readCollection(folder, 'survey', year)
  assert.ok(definition.ok, JSON.stringify(definition))
  return definition.value
}
const faultsOf = async (year: number): Promise<readonly string[]> => {
  const definition = await readCollection(folder, 'survey', year)
  return definition.ok
    ? []
    : definition.error.map(({ file, line, message }) => `${file}:${String(line)} ${message}`)
}
const term = (census: string): string =>
  `terms: { YEAR: { title: Survey, census: '${census}', previousCensus: null, due: null, confidence: derived, periods: {} } }\n`

const head = `id: survey
year: 2030
title: A survey
law: { instrument: an-act, agreement: null }
source: school
message: { root: Survey, known: [SV] }
encoding: utf-8
${term('2030-03-01')}codes: { colour: [red, blue] }
lists: { warm: [red], cold: [blue] }
maps: { rank: { red: 1, blue: 2 } }
parameters: { most: 2 }
`
const tables = `header:
  label: Header
  once: true
  at: [{ path: Header }]
  items: { collection: { path: Collection, type: text, label: Collection } }
brick:
  label: Brick
  at: [{ path: Bricks/Brick }]
  items:
    colour: { path: Colour, type: code, label: Colour, codes: colour }
    made: { path: Made, type: date, label: Made }
`
const rule = (number: string, fails: string, on = 'brick'): string =>
  `- { rule: '${number}', severity: error, level: brick, on: ${on}, fails: "${fails}", points: [], message: Wrong. }\n`
const rules =
  rule('1', 'colour is invalid') +
  rule('2', 'made > census') +
  rule('3', 'count(brick) > parameter.most', 'return')
await write(2030, { 'collection.yaml': head, 'tables.yaml': tables, 'rules/all.yaml': rules })

describe('a year that builds on an earlier one', () => {
  it('says its dates alone, and is otherwise as that one was', async () => {
    await write(2031, { 'collection.yaml': `id: survey\nfrom: 2030\nyear: 2031\n${term('2031-03-03')}` })
    const [first, second] = [await read(2030), await read(2031)]
    assert.deepEqual({ ...second, year: 2030, terms: first.terms }, first)
    assert.equal(second.terms.get('YEAR')?.census, '2031-03-03')
    assert.deepEqual(ruleCoverage([second]), ruleCoverage([first]))
  })

  it('checks a return by its own dates', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* message(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(
        '<Survey><Header><Collection>SV</Collection></Header><Bricks><Brick><Made>2031-03-02</Made></Brick></Bricks></Survey>',
      )
    }
    for (const [year, broken] of [
      [2030, ['2']],
      [2031, []],
    ] as const) {
      const definition = termDefinition(await read(year), 'YEAR')
      assert.ok(definition)
      const checked = await checkReturn(message(), definition)
      assert.ok(checked.ok)
      assert.deepEqual(
        checked.value.findings.map((finding) => finding.rule),
        broken,
      )
      await checked.value.close()
    }
  })

  it('gives differences: a code list, a threshold, a rule anew, one that is listed, one more', async () => {
    await write(2031, {
      'collection.yaml': `id: survey\nfrom: 2030\nyear: 2031\ntitle: The survey\n${term('2031-03-03')}codes: { colour: [red, blue, green] }\nlists: { warm: [red, green] }\nparameters: { most: 3 }\n`,
      'rules/changes.yaml': `${rule('2', 'made >= census')}- { rule: '1', severity: error, listed: superseded, about: Any colour will do. }\n${rule('4', 'colour in list.cold')}`,
    })
    const { title, codes, lists, parameters, rules: run, listed, maps } = await read(2031)
    assert.equal(title, 'The survey')
    assert.deepEqual(
      codes.get('colour')?.map(({ code }) => code),
      ['red', 'blue', 'green'],
    )
    assert.deepEqual(
      [...lists],
      [
        ['warm', ['red', 'green']],
        ['cold', ['blue']],
      ],
    )
    assert.deepEqual([...parameters], [['most', 3]])
    assert.deepEqual([...maps.keys()], ['rank'])
    assert.deepEqual(run.map(({ number }) => number).sort(), ['2', '3', '4'])
    assert.notDeepEqual(
      run.find(({ number }) => number === '2')?.fails,
      (await read(2030)).rules.find(({ number }) => number === '2')?.fails,
    )
    assert.deepEqual(
      listed.map(({ number }) => number),
      ['1'],
    )
  })

  it('builds on a year that itself builds on one', async () => {
    await write(2031, {
      'collection.yaml': `id: survey\nfrom: 2030\nyear: 2031\n${term('2031-03-03')}parameters: { most: 3 }\n`,
    })
    await write(2032, { 'collection.yaml': `id: survey\nfrom: 2031\nyear: 2032\n${term('2032-03-01')}` })
    assert.deepEqual([...(await read(2032)).parameters], [['most', 3]])
    assert.equal((await read(2032)).rules.length, 3)
  })

  it('is refused with a place where a rule that it takes fits it no longer', async () => {
    await write(2031, {
      'collection.yaml': `id: survey\nfrom: 2030\nyear: 2031\n${term('2031-03-03')}`,
      'tables.yaml': tables.replace(/^ {4}made:.*\n/m, ''),
    })
    assert.deepEqual(await faultsOf(2031), [
      'collections/survey/2031/collection.yaml:2 Rule 2, of the year before: “made” is not an item, a parameter or a period here. (character 1 of the condition)',
    ])
  })

  it('may be a past year that builds on a later one, never on one that builds on another', async () => {
    await write(2028, { 'collection.yaml': `id: survey\nfrom: 2030\nyear: 2028\n${term('2028-03-02')}` })
    const [past, later] = [await read(2028), await read(2030)]
    assert.deepEqual({ ...past, year: 2030, terms: later.terms }, later)
    await write(2031, { 'collection.yaml': `id: survey\nfrom: 2028\nyear: 2031\n${term('2031-03-03')}` })
    assert.equal((await read(2031)).rules.length, later.rules.length)
    await write(2028, { 'collection.yaml': `id: survey\nfrom: 2031\nyear: 2028\n${term('2028-03-02')}` })
    assert.match((await faultsOf(2028)).join(), /collection.yaml:2 A year builds on an earlier one/)
  })

  it('has terms of its own, and another year that there is', async () => {
    await write(2031, { 'collection.yaml': 'id: survey\nfrom: 2030\nyear: 2031\n' })
    assert.match((await faultsOf(2031)).join(), /“terms” is missing/)
    await write(2031, { 'collection.yaml': `id: survey\nfrom: 2031\nyear: 2031\n${term('2031-03-03')}` })
    assert.match((await faultsOf(2031)).join(), /collection.yaml:2 A year builds on an earlier one/)
    await write(2031, { 'collection.yaml': `id: survey\nfrom: 2029\nyear: 2031\n${term('2031-03-03')}` })
    assert.match((await faultsOf(2031)).join(), /2029\/collection.yaml:1 There is no such file/)
    await write(2031, { 'collection.yaml': `id: survey\nyear: 2031\n${term('2031-03-03')}` })
    assert.match((await faultsOf(2031)).join(), /“title” is missing/)
  })
})
