import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { testStandards } from '../testing/test-standards.ts'
import { checks, screen, type Screening } from '../index.ts'

interface Edit {
  readonly base?: string
  readonly dataName?: string
  readonly metaName?: string
  readonly data?: readonly (readonly [string, string])[]
  readonly meta?: readonly (readonly [string, string])[]
  readonly dataRows?: readonly string[]
  readonly metaRows?: readonly string[]
  /** Rows whose end matches are dropped. */
  readonly drop?: string
}

interface Case {
  readonly check: number
  readonly base?: string
  readonly place?: readonly [string, string, string, string, string]
  readonly most?: number
  readonly dictionary?: boolean
  readonly passes?: Edit
  readonly fails: Edit
  readonly also?: readonly number[]
}

const { bases, cases } = parse(readFileSync(new URL('testing/cases.yaml', import.meta.url), 'utf8')) as {
  bases: Record<string, { data: string; meta: string }>
  cases: readonly Case[]
}

const edited = (text: string, edits: Edit['data'] = []): string =>
  edits.reduce((now, [from, to]) => now.replaceAll(from, to), text)

function placed(text: string, place: Case['place']): string {
  if (!place) return text
  const [level, code, name, a, b] = place
  const region =
    /district|Ward|constituency/.test(level) && level !== 'Ward' && level !== 'Parliamentary constituency'
      ? 'E12000005,West Midlands'
      : ','
  return edited(text, [
    ['LEVEL', level],
    ['CODE', code],
    ['NAME', name],
    ['A1', a],
    ['B1', b],
    ['REGION', region],
  ])
}

function screened(one: Case, edit: Edit): Promise<Screening> {
  const base = bases[edit.base ?? one.base ?? 'main']
  assert.ok(base, `no base for check ${String(one.check)}`)
  const rows = placed(base.data, one.place).replace(/\n$/, '')
  const kept =
    edit.drop === undefined
      ? rows
      : rows
          .split('\n')
          .filter((row) => !new RegExp(edit.drop ?? '').test(row))
          .join('\n')
  const data = edited([kept, ...(edit.dataRows ?? []), ''].join('\n'), edit.data)
  const meta = edited([base.meta.replace(/\n$/, ''), ...(edit.metaRows ?? []), ''].join('\n'), edit.meta)
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* open(text: string): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text)
  }
  return screen(
    {
      dataName: edit.dataName ?? 'pupils.csv',
      metaName: edit.metaName ?? 'pupils.meta.csv',
      openData: () => open(data),
      openMeta: () => open(meta),
    },
    {
      ...testStandards,
      dictionary: one.dictionary ? testStandards.dictionary : null,
      screener: {
        ...testStandards.screener,
        mostFilterItems: one.most ?? testStandards.screener.mostFilterItems,
      },
    },
  )
}

const wrong = ({ results }: Screening): readonly string[] =>
  results
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .map(({ check, places }) => `${String(check)} ${places.join('; ')}`)
const numbers = ({ results }: Screening): readonly number[] =>
  results.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn').map(({ check }) => check)

describe('the screener', () => {
  it('has 83 checks, each with a case that passes and one that fails', () => {
    assert.deepEqual(
      checks.map(({ n }) => n),
      Array.from({ length: 83 }, (_, i) => i + 1),
    )
    assert.deepEqual(
      [...new Set(cases.map(({ check }) => check))].toSorted((a, b) => a - b),
      checks.map(({ n }) => n),
    )
  })

  for (const one of cases)
    it(`check ${String(one.check)}: ${checks[one.check - 1]?.must ?? ''}`, async () => {
      const good = await screened(one, one.passes ?? {})
      const warned = (one.also ?? []).filter((n) => numbers(good).includes(n))
      assert.deepEqual(numbers(good), warned, wrong(good).join(' | '))
      assert.equal(good.results[one.check - 1]?.outcome, 'pass')
      const bad = await screened(one, one.fails)
      assert.deepEqual(
        [...numbers(bad)].toSorted((a, b) => a - b),
        [one.check, ...(one.also ?? [])].toSorted((a, b) => a - b),
        wrong(bad).join(' | '),
      )
      assert.equal(bad.results[one.check - 1]?.outcome, checks[one.check - 1]?.severity)
      assert.equal(bad.passed, checks[one.check - 1]?.severity === 'warn')
    })

  it('says where a list is not held, and passes nothing in silence', async () => {
    const [one] = cases
    assert.ok(one)
    const { data = '', meta = '' } = bases['main'] ?? {}
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* open(text: string): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(text)
    }
    const bare = { ...testStandards, places: new Map(), dictionary: null }
    const pair = {
      dataName: 'a.csv',
      metaName: 'a.meta.csv',
      openData: () => open(data),
      openMeta: () => open(meta),
    }
    const { results, passed, apiSuitable } = await screen(pair, bare)
    assert.equal(passed, true)
    assert.equal(apiSuitable, false)
    assert.deepEqual(
      results.filter(({ outcome }) => outcome === 'not-made').map(({ check }) => check),
      [51, 52, 59, 82, 83],
    )
    const ragged = await screen({ ...pair, openData: () => open(`${data}1,2\n`) }, bare)
    assert.equal(ragged.passed, false)
    assert.match(ragged.results[0]?.places[0] ?? '', /line 8/)
  })

  it('finds repeated rows past the first growth of its table, and takes no other for one', async () => {
    async function* rows(last: string): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(
        'time_period,time_identifier,geographic_level,country_code,country_name,sex,pupil_count\n',
      )
      for (let block = 0; block < 100; block++) {
        await Promise.resolve()
        yield new TextEncoder().encode(
          Array.from(
            { length: 1000 },
            (_, i) => `202526,Academic year,National,E92000001,England,item ${String(block * 1000 + i)},1\n`,
          ).join(''),
        )
      }
      yield new TextEncoder().encode(`202526,Academic year,National,E92000001,England,${last},1\n`)
    }
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* meta(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(bases['main']?.meta)
    }
    for (const [last, found] of [
      ['item 77', 1],
      ['item x', 0],
    ] as const) {
      const { results } = await screen(
        { dataName: 'a.csv', metaName: 'a.meta.csv', openData: () => rows(last), openMeta: meta },
        testStandards,
      )
      assert.equal(results[70]?.found, found)
      if (found > 0) assert.match(results[70].places[0] ?? '', /line 100002/)
    }
  })
})
