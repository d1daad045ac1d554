import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

// Two years of an authority's returns, by command: made, collected, authorised, matched, held, counted; and counted again after
// people joined two references and parted them.

const home = mkdtempSync(join(tmpdir(), 'gatehouse-national-'))
const path = (...names: string[]): string => join(home, ...names)
const [ann, ben] = ['ann@department.example', 'ben@department.example']

const gatehouse = <T>(...args: readonly string[]): Promise<T> => asked<T>(args, [0])

function asked<T>(args: readonly string[], exits: readonly number[]): Promise<T> {
  const env: NodeJS.ProcessEnv = { ...process.env, GATEHOUSE_HOME: path('home') }
  delete env['DATABASE_URL']
  delete env['NODE_TEST_CONTEXT']
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/gatehouse.ts', ...args, '--json'], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
  })
  assert.ok(exits.includes(status ?? -1), `${args.slice(0, 3).join(' ')}: ${stderr}${stdout.slice(0, 500)}`)
  return Promise.resolve(JSON.parse(stdout) as T)
}

const csv = (file: string): readonly Readonly<Record<string, string>>[] => {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/u)
  const columns = header.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i] ?? '', cell])))
}

interface Built {
  readonly digest: string
  readonly safe: boolean
  readonly files: readonly string[]
}
const table = (name: string, folder: string): Promise<Built> =>
  gatehouse<Built>('statistics', 'build', name, '--out', path(folder, name), '--as', ann)

describe('two years of an authority', () => {
  before(async () => {
    await gatehouse(
      'world',
      'years',
      '--schools',
      '3',
      '--from',
      '2024',
      '--to',
      '2025',
      '--out',
      path('years'),
    )
    await gatehouse('collect', 'sources', path('years', 'sources.csv'))
    const rounds = readdirSync(path('years', 'returns')).sort()
    const received = await gatehouse<readonly { return?: string; errors?: number }[]>(
      'collect',
      'receive',
      ...rounds.map((round) => path('years', 'returns', round)),
    )
    const ids = received.flatMap((each) => each.return ?? [])
    assert.equal(ids.length, received.length)
    assert.ok(received.every(({ errors }) => errors === 0))
    // Results with queries that nobody has answered stay where they are; schools need an approval, boards don’t.
    const some = [0, 3]
    await asked(['collect', 'submit', ...ids], some)
    await asked(['collect', 'approve', ...ids], some)
    const authorised = await asked<readonly { state?: string }[]>(['collect', 'authorise', ...ids], some)
    assert.ok(authorised.filter(({ state }) => state === 'authorised').length >= 20)
    for (const email of [ann, ben])
      gatehouse(
        'collect',
        'account',
        'add',
        '--collector',
        '--email',
        email,
        '--name',
        email,
        '--duties',
        'match-review,statistics',
      )
  })
  after(() => rmSync(home, { recursive: true, force: true }))

  it('finds who the pupils are, and never takes two for one', async () => {
    const run = await gatehouse<{ run: number; counts: { newPeople: number } }>('match', 'run', '--as', ann)
    assert.equal(run.run, 1)
    await gatehouse('match', 'export', '--out', path('people.csv'), '--as', ann)
    const matched = new Set(csv(path('people.csv')).map(({ record }) => record))
    const truth = csv(path('years', 'truth', 'people.csv')).filter(({ record }) => matched.has(record))
    assert.ok(truth.length > 5000)
    writeFileSync(
      path('truth.csv'),
      ['record,person', ...truth.map(({ record, person }) => `${record ?? ''},${person ?? ''}`)].join('\n'),
    )
    const judged = await gatehouse<{ pairwise: { precision: number; recall: number } }>(
      'match',
      'evaluate',
      path('people.csv'),
      '--truth',
      path('truth.csv'),
    )
    assert.ok(judged.pairwise.precision > 0.9999, String(judged.pairwise.precision))
    assert.ok(judged.pairwise.recall > 0.97, String(judged.pairwise.recall))
    assert.equal((await gatehouse<{ run: null }>('match', 'run', '--as', ann)).run, null)
  })

  it('counts exactly the pupils that there are', async () => {
    await gatehouse('holdings', 'build')
    const built = await table('pupils_by_characteristics', 'first')
    assert.ok(built.safe)
    const rows = csv(path('first', 'pupils_by_characteristics', 'pupils_by_characteristics.csv'))
    const totals = rows.filter(
      (row) =>
        row['geographic_level'] === 'National' &&
        ['sex', 'ethnicity_major', 'fsm_status', 'first_language'].every((name) => row[name] === 'Total') &&
        row['sen_provision'] === 'All pupils',
    )
    const counts = csv(path('years', 'truth', 'counts.csv')).filter(
      (row) =>
        row['collection'] === 'school-census' &&
        row['term'] === 'SPR' &&
        row['school'] === 'all' &&
        row['measure'] === 'pupils' &&
        row['group'] === '',
    )
    assert.deepEqual(
      totals.map((row) => [row['time_period'], row['headcount']]),
      counts.map((row) => [
        `${String(Number(row['year']) - 1)}${String(row['year']).slice(2)}`,
        row['value'],
      ]),
    )
    assert.equal(totals.length, 2)
    const screened = await gatehouse<{ passed: boolean }>(
      'statistics',
      'screen',
      path('first', 'pupils_by_characteristics', 'pupils_by_characteristics.csv'),
    )
    assert.ok(screened.passed)
  })

  it('gives no protected figure away', async () => {
    const built = await table('key_stage_4_by_characteristic', 'first')
    assert.ok(built.safe)
    const audited = await gatehouse<{ safe: boolean; solved: boolean }>(
      'statistics',
      'audit',
      path('first', 'key_stage_4_by_characteristic'),
    )
    assert.ok(audited.safe && audited.solved)
  })

  it('counts the same to the byte after two people joined two references and parted them again', async () => {
    const { pairs } = await gatehouse<{
      pairs: readonly { id: string; why: string; pmrA: string; pmrB: string }[]
    }>('match', 'queue', '--as', ann)
    const pair = pairs.find(({ pmrA, pmrB }) => pmrA !== pmrB)
    assert.ok(pair)
    const decide = (as: string) =>
      gatehouse<{ waits: boolean }>(
        'match',
        'decide',
        pair.id,
        'same',
        '--reason',
        'One child by the school’s word',
        '--as',
        as,
      )
    if ((await decide(ann)).waits) assert.equal((await decide(ben)).waits, false)
    await gatehouse('holdings', 'build')
    const { decisions } = await gatehouse<{ decisions: readonly { id: string; counts: boolean }[] }>(
      'match',
      'history',
      pair.pmrA,
      '--as',
      ann,
    )
    const last = decisions.find(({ counts }) => counts)
    assert.ok(last)
    await gatehouse('match', 'undo', last.id, '--reason', 'It was a mistake', '--as', ben)
    await gatehouse('holdings', 'build')
    for (const name of ['pupils_by_characteristics', 'key_stage_4_by_characteristic']) {
      const again = await table(name, 'again')
      for (const file of again.files.filter((each) => each.endsWith('.csv')))
        assert.equal(
          readFileSync(path('again', name, file), 'utf8'),
          readFileSync(path('first', name, file), 'utf8'),
          file,
        )
    }
  })
})
