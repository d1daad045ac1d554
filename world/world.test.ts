import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { parse as parseYaml } from 'yaml'
import { schoolDays } from './calendar.ts'
import { families } from './world.ts'
import { onRoll } from './family.ts'
import { writtenWorld } from './written.ts'
import type { WrittenWorld } from './written.ts'

interface ImportMap {
  columns: {
    header: string
    required?: boolean
    codes?: Record<string, string>
    codeSet?: string
    separator?: string
  }[]
}

const mapOf = async (source: string) =>
  parseYaml(await readFile(new URL(`../policy/imports/${source}.yaml`, import.meta.url), 'utf8')) as ImportMap

const digest = async (world: WrittenWorld) => {
  const hash = createHash('sha256')
  for (const file of world.files) hash.update(file).update(await world.text(file))
  return hash.digest('hex')
}

test('one seed gives the same bytes, in another time zone and locale too', async () => {
  await using world = await writtenWorld()
  const elsewhere = `
    const { writtenWorld } = await import(${JSON.stringify(new URL('./written.ts', import.meta.url).href)})
    const { createHash } = await import('node:crypto')
    await using world = await writtenWorld()
    const hash = createHash('sha256')
    for (const file of world.files) hash.update(file).update(await world.text(file))
    console.log(hash.digest('hex'))`
  const run = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', elsewhere], {
    env: { ...process.env, TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8' },
  })
  assert.equal(run.stdout.trim(), await digest(world))
})

test('another seed gives another school', async () => {
  await using world = await writtenWorld()
  await using other = await writtenWorld({ seed: 2 })
  assert.deepEqual(world.files, other.files)
  assert.notEqual(await digest(world), await digest(other))
})

test('four hundred and twenty pupils are on roll, in two classes a year', async () => {
  await using world = await writtenWorld()
  const pupils = await world.rows('bromcom/pupils.csv')
  const here = pupils.filter(
    (row) => row['EnrolmentStateName'] !== 'G' && (!row['LeavingDate'] || row['LeavingDate'] >= '2026-11-24'),
  )
  assert.equal(here.length, 420)
  const classes = new Set(
    here.filter((row) => /^[R1-6]$/.test(row['YearGroup']!)).map((row) => row['TutorGroupName']),
  )
  assert.equal(classes.size, 14)
  for (const name of classes)
    assert.ok(
      here.filter((row) => row['TutorGroupName'] === name).length <= 30,
      `${name} holds more than thirty`,
    )
})

test('the school is open on 190 days', () => assert.equal(schoolDays().length, 190))

test('every report carries exactly the headers its column map names, and no code the map does not know', async () => {
  await using world = await writtenWorld()
  for (const file of world.files.filter((name) => /^(bromcom|office)\//.test(name))) {
    const map = await mapOf(file.replace('/', '-').replace('.csv', ''))
    const rows = await world.rows(file)
    assert.ok(rows.length > 0, `${file} has no rows`)
    assert.deepEqual(Object.keys(rows[0]!).sort(), map.columns.map((column) => column.header).sort(), file)
    for (const column of map.columns) {
      const cells = new Set(rows.map((row) => row[column.header]!))
      if (column.required) assert.ok(!cells.has(''), `${file}: ${column.header} is blank somewhere`)
      const known = await codesOf(column)
      if (!known) continue
      for (const cell of cells)
        for (const code of column.separator
          ? cell.split(column.separator).map((part) => part.trim())
          : [cell])
          assert.ok(
            code === '' || known.has(code),
            `${file}: ${column.header} holds a code that is not in its set`,
          )
    }
  }
})

async function codesOf(column: ImportMap['columns'][number]): Promise<ReadonlySet<string> | null> {
  if (column.codes) return new Set(Object.keys(column.codes))
  if (!column.codeSet) return null
  const text = await readFile(new URL(`../policy/codes/${column.codeSet}.csv`, import.meta.url), 'utf8')
  return new Set(parse<{ code: string }>(text, { columns: true }).map((row) => row.code))
}

test('the files carry what an MIS does to them: padding, and rows given twice', async () => {
  await using world = await writtenWorld()
  for (const name of ['pupils', 'contacts', 'attendance']) {
    const file = `bromcom/${name}.csv`
    const raw = await world.raw(file)
    assert.ok(
      raw.some((row) => Object.values(row).some((cell) => /\S +$/.test(cell))),
      `${file} has no padding`,
    )
    assert.ok(raw.length > (await world.rows(file)).length, `${file} repeats no row`)
  }
  const ids = (await world.rows('bromcom/pupils.csv')).map((row) => row['StudentId'])
  assert.equal(new Set(ids).size, ids.length, 'repeated rows are equal once they are trimmed')
})

test('about 94 % of possible sessions were attended, and no mark stands after the day before', async () => {
  await using world = await writtenWorld()
  const marks = await world.rows('bromcom/attendance.csv')
  const codes = parse<{ code: string; meaning: string; counts_as_possible: string }>(
    await readFile(new URL('../policy/codes/attendance-2024.csv', import.meta.url), 'utf8'),
    { columns: true },
  )
  const possible = new Set(codes.filter((row) => row.counts_as_possible === 'yes').map((row) => row.code))
  const attended = new Set(
    codes.filter((row) => ['attending', 'approved-activity'].includes(row.meaning)).map((row) => row.code),
  )
  const all = marks.filter((row) => possible.has(row['Mark']!)).length
  const there = marks.filter((row) => attended.has(row['Mark']!)).length
  assert.ok(there / all > 0.93 && there / all < 0.955, `${(100 * there) / all} % attended`)
  assert.equal(
    marks
      .map((row) => row['CalendarStartDate']!)
      .sort()
      .at(-1),
    '2026-11-23',
  )
})

test('a world of twelve thousand keeps every identifier apart', () => {
  const ids = new Set<string>()
  const upns = new Set<string>()
  let pupils = 0
  let here = 0
  for (const family of families(1, 12_000))
    for (const pupil of family.pupils) {
      pupils++
      if (onRoll(pupil)) here++
      ids.add(pupil.misId)
      upns.add(pupil.upn)
    }
  assert.equal(here, 12_000)
  assert.equal(ids.size, pupils)
  assert.equal(upns.size, pupils)
})

test('templates are blank: one header row for each agreement that wants one', async () => {
  await using world = await writtenWorld()
  const folder = new URL('../policy/agreements/', import.meta.url)
  const wanted: string[] = []
  for (const name of await readdir(folder)) {
    const { enabled, format } = parseYaml(await readFile(new URL(name, folder), 'utf8')) as {
      enabled: boolean
      format: { templateRequired?: boolean; columns?: unknown[] }
    }
    if (enabled && format.templateRequired && format.columns?.length)
      wanted.push(`templates/${name.replace('.yaml', '.csv')}`)
  }
  assert.ok(wanted.length > 0)
  for (const file of wanted) {
    assert.ok(world.files.includes(file), `${file} is missing`)
    assert.equal((await world.text(file)).trimEnd().split('\r\n').length, 1)
  }
})
