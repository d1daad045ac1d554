import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { openTestStore } from '../../../../test/support/store.ts'
import { openCollector, type Person } from '../../../national/collect/index.ts'
import {
  draftVersion,
  publishDue,
  signOff,
  withdraw,
  type StatisticVersion,
} from '../../../national/statistics/release/index.ts'
import { builtTable, type BuiltOf } from '../../../national/statistics/release/testing/built-table.ts'
import { statisticsOf } from '../../../national/statistics/serve/index.ts'
import { readStandards } from '../../../national/statistics/standards/index.ts'
import { createCollectorApp, openLog } from '../index.ts'
import { departures, description } from './testing/validate-schema.ts'

const store = await openTestStore()
const home = await mkdtemp(join(tmpdir(), 'gatehouse-statistics-api-'))
const collector = await openCollector({
  store,
  home,
  policyFolder: 'policy',
  origin: 'https://collector.example',
})
const standards = await readStandards('policy')
let minute = 0
const now = (): Date => new Date(Date.UTC(2026, 5, 1, 9, minute++))
const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
const app = createCollectorApp(
  { settings: { publicUrl: 'http://localhost' }, clock: { now }, collector },
  silent,
)

const personOf = (name: string): Person => ({
  scope: { kind: 'collector' },
  actor: { kind: 'staff', name, role: 'collector' },
  duties: ['statistics', 'statistics-sign-off'],
})

async function published(of: BuiltOf, reason?: string): Promise<StatisticVersion> {
  const request = { ...(await builtTable(standards, of)), ...(reason === undefined ? {} : { reason }) }
  const draft = await draftVersion(collector, personOf('Ada'), request, now())
  await signOff(collector, personOf('Sam'), draft.id, now(), now())
  const [version] = await publishDue(collector, now())
  statisticsOf(collector).catalogue.forget()
  assert.ok(version)
  return version
}

const called = new Set<string>()

/** Asks, and holds the answer against the description of the operation. */
async function ask(
  operation: string,
  path: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly body: never; readonly headers: Headers }> {
  const operations = Object.values(description.paths).flatMap((each) => Object.values(each))
  const described = operations.find(({ operationId }) => operationId === operation)
  assert.ok(described, operation)
  const response = await app.request(`/statistics/v1${path}`, init)
  assert.equal(response.headers.get('set-cookie'), null)
  const { status, headers } = response
  const content = described.responses[String(status)]?.content ?? {}
  called.add(operation)
  if (status === 304) return { status, headers, body: undefined as never }
  if (!/json/.test(headers.get('content-type') ?? ''))
    return { status, headers, body: (await response.text()) as never }
  const body: unknown = await response.json()
  const [schema] = Object.values(content)
  assert.ok(schema ?? status >= 400, `${operation} describes no ${String(status)}`)
  if (schema) assert.deepEqual(departures(body, schema.schema), [], `${operation} ${path}`)
  return { status, headers, body: body as never }
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

interface Listed {
  readonly paging: { readonly totalResults: number; readonly totalPages: number }
  readonly results: readonly { readonly id: string; readonly title: string; readonly version: string }[]
}
interface Meta {
  readonly filters: readonly {
    readonly id: string
    readonly column: string
    readonly options: readonly { readonly id: string; readonly label: string }[]
  }[]
  readonly indicators: readonly { readonly id: string; readonly column: string }[]
  readonly locations: readonly {
    readonly level: { readonly code: string }
    readonly options: readonly { readonly id: string; readonly label: string }[]
  }[]
}
interface Answered {
  readonly paging: { readonly totalResults: number }
  readonly warnings: readonly { readonly code: string; readonly path: string }[]
  readonly results: readonly {
    readonly timePeriod: { readonly period: string }
    readonly geographicLevel: string
    readonly locations: Readonly<Record<string, string>>
    readonly filters: Readonly<Record<string, string>>
    readonly values: Readonly<Record<string, string>>
  }[]
  readonly errors: readonly { readonly code: string; readonly path: string }[]
}

describe('the public statistics API', () => {
  let set = ''
  let meta: Meta
  let first: StatisticVersion
  const item = (label: string): string =>
    meta.filters[0]?.options.find((each) => each.label === label)?.id ?? ''
  const queried = async (body: unknown): Promise<Answered> =>
    (await ask('QueryDataSetPost', `/data-sets/${set}/query`, post(body))).body

  before(async () => {
    first = await published({})
    await published({ sexes: ['Female', 'Male', 'Unknown'] })
  })

  it('lists publications, their data sets, versions and changes as its description says', async () => {
    const publications: Listed = (await ask('ListPublications', '/publications?search=PUPILS')).body
    assert.equal(publications.paging.totalResults, 1)
    const publication = publications.results[0]?.id ?? ''
    await ask('GetPublication', `/publications/${publication}`)
    const sets: Listed = (await ask('ListPublicationDataSets', `/publications/${publication}/data-sets`)).body
    set = sets.results[0]?.id ?? ''
    await ask('GetDataSet', `/data-sets/${set}`)
    const versions: Listed = (await ask('ListDataSetVersions', `/data-sets/${set}/versions`)).body
    assert.deepEqual(
      versions.results.map(({ version }) => version),
      ['1.1', '1.0'],
    )
    await ask('GetDataSetVersion', `/data-sets/${set}/versions/1.0`)
    const { minorChanges } = (
      await ask('GetDataSetVersionChanges', `/data-sets/${set}/versions/1.1/changes?includePatchHistory=true`)
    ).body as {
      minorChanges: { filterOptions: readonly { options: readonly { currentState: { label: string } }[] }[] }
    }
    assert.equal(minorChanges.filterOptions[0]?.options[0]?.currentState.label, 'Unknown')
    meta = (await ask('GetDataSetMeta', `/data-sets/${set}/meta`)).body
    assert.deepEqual(
      meta.locations.map(({ level }) => level.code),
      ['NAT', 'REG', 'LA'],
    )
    const some = (await ask('GetDataSetMeta', `/data-sets/${set}/meta?types=Filters`)).body as Meta
    assert.deepEqual([some.filters.length, some.indicators.length], [1, 0])
  })

  it('answers criteria by GET and POST alike, latest period first, values as texts', async () => {
    const body = await queried({
      criteria: {
        and: [
          { filters: { in: [item('Female'), item('Male')] } },
          { geographicLevels: { eq: 'LA' } },
          { locations: { in: [{ level: 'LA', oldCode: '894' }] } },
          { not: { timePeriods: { lt: { period: '2024/2025', code: 'AY' } } } },
        ],
      },
      indicators: [meta.indicators[0]?.id],
    })
    assert.equal(body.paging.totalResults, 2)
    assert.deepEqual(body.warnings, [])
    assert.deepEqual(
      body.results.map(({ values }) => values[meta.indicators[0]?.id ?? '']),
      ['101', '101'],
    )
    const female = item('Female')
    const male = item('Male')
    const search = `filters.in=${female},${male}&geographicLevels.eq=LA&locations.eq=LA|code|E06000020&timePeriods.gte=2024|AY&indicators=${meta.indicators[0]?.id ?? ''}`
    const got: Answered = (await ask('QueryDataSetGet', `/data-sets/${set}/query?${search}`)).body
    assert.deepEqual(got.results, body.results)
    const all = await queried({})
    assert.equal(all.paging.totalResults, 24)
    assert.deepEqual(
      [all.results[0]?.timePeriod.period, all.results.at(-1)?.timePeriod.period],
      ['2024/2025', '2023/2024'],
    )
  })

  it('agrees with a plain reading of the criteria, whatever they are', async () => {
    const everything = (await queried({ pageSize: 10_000 })).results
    const filter = meta.filters[0]?.id ?? ''
    type Tree =
      | { readonly and: readonly Tree[] }
      | { readonly or: readonly Tree[] }
      | { readonly not: Tree }
      | {
          readonly filters?: { readonly eq: string }
          readonly geographicLevels?: { readonly notIn: readonly string[] }
          readonly timePeriods?: { readonly gt: { readonly period: string; readonly code: string } }
        }
    const { tree } = fc.letrec<{ tree: Tree; leaf: Tree }>((tie) => ({
      leaf: fc.oneof(
        fc.constantFrom('Female', 'Male', 'Total').map((label) => ({ filters: { eq: item(label) } })),
        fc
          .constantFrom(['NAT'], ['LA', 'REG'], ['SCH'])
          .map((codes) => ({ geographicLevels: { notIn: codes } })),
        fc
          .constantFrom('2023', '2022', '2024/2025')
          .map((period) => ({ timePeriods: { gt: { period, code: 'AY' } } })),
      ),
      tree: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
        tie('tree').map((not) => ({ not })),
      ),
    }))
    const holds = (of: Tree, row: Answered['results'][number]): boolean => {
      if ('and' in of) return of.and.every((each) => holds(each, row))
      if ('or' in of) return of.or.some((each) => holds(each, row))
      if ('not' in of) return !holds(of.not, row)
      if (of.filters) return row.filters[filter] === of.filters.eq
      if (of.geographicLevels) return !of.geographicLevels.notIn.includes(row.geographicLevel)
      return Number(row.timePeriod.period.slice(0, 4)) > Number(of.timePeriods?.gt.period.slice(0, 4))
    }
    await fc.assert(
      fc.asyncProperty(tree, async (criteria) => {
        const got = await queried({ criteria, pageSize: 10_000 })
        assert.deepEqual(
          got.results,
          everything.filter((row) => holds(criteria, row)),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('sorts, pages, and shows labels when debugging', async () => {
    const indicator = meta.indicators[0]?.id ?? ''
    const sorted = await queried({
      sorts: [{ field: `indicator|${indicator}`, direction: 'Asc' }],
      pageSize: 5,
      page: 2,
    })
    assert.equal(sorted.results.length, 5)
    const values = sorted.results.map((each) => Number(each.values[indicator]))
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    )
    const debug = await queried({ debug: true, pageSize: 1 })
    assert.match(Object.values(debug.results[0]?.filters ?? {})[0] ?? '', /^\w{8} :: Total$/)
    const beyond = await queried({ page: 99 })
    assert.deepEqual(beyond.results, [])
  })

  it('tells every fault of a request at once, each by its place; what it does not know is a warning', async () => {
    const { status, body } = await ask(
      'QueryDataSetPost',
      `/data-sets/${set}/query`,
      post({
        criteria: {
          and: [{ filters: { eq: '' } }, { timePeriods: { in: [{ period: '20', code: 'XX' }] } }, { or: [] }],
        },
        page: 0,
        pageSize: 10_001,
        order: 1,
      }),
    )
    assert.equal(status, 400)
    const { errors } = body as Answered
    for (const path of [
      '$.order',
      '$.criteria.and[0].filters.eq',
      '$.criteria.and[1].timePeriods.in[0].period',
      '$.criteria.and[2].or',
      '$.page',
      '$.pageSize',
    ])
      assert.ok(
        errors.some((each) => each.path === path),
        `${path} among ${errors.map((each) => each.path).join(' ')}`,
      )
    const odd = await queried({ criteria: { filters: { in: ['nonesuch'] } } })
    assert.deepEqual(
      odd.warnings.map(({ code }) => code),
      ['FiltersNotFound', 'QueryNoResults'],
    )
    const unknown: Answered = (
      await ask('QueryDataSetGet', `/data-sets/${set}/query?indicators=nope&sorts=filter|nope|Asc`)
    ).body
    assert.deepEqual(
      unknown.errors.map(({ code }) => code),
      ['IndicatorsNotFound', 'SortFieldsNotFound'],
    )
    const deep = await ask(
      'QueryDataSetPost',
      `/data-sets/${set}/query`,
      post({ criteria: Array.from({ length: 30 }).reduce((below) => ({ not: below }), {}) }),
    )
    assert.equal(deep.status, 400)
    const hostile = await queried({ criteria: { filters: { eq: "1' OR 1" } } })
    assert.equal(hostile.paging.totalResults, 0)
    for (const path of [`/publications?search=ab`, `/publications?pageSize=41`])
      assert.equal((await ask('ListPublications', path)).status, 400)
  })

  it('chooses versions by selectors, keeps what is withdrawn as a tombstone, and gives the file', async () => {
    for (const [selector, total] of [
      ['1.0', 18],
      ['1.*', 24],
      ['*', 24],
    ] as const) {
      const got: Answered = (
        await ask('QueryDataSetGet', `/data-sets/${set}/query?dataSetVersion=${selector}`)
      ).body
      assert.equal(got.paging.totalResults, total, selector)
    }
    assert.equal((await ask('QueryDataSetGet', `/data-sets/${set}/query?dataSetVersion=7.0`)).status, 404)
    const csv = await ask('DownloadDataSetCsv', `/data-sets/${set}/csv`)
    assert.match(csv.body, /^time_period,time_identifier/)
    const zipped = await app.request(`/statistics/v1/data-sets/${set}/csv`, {
      headers: { 'accept-encoding': 'gzip' },
    })
    assert.equal(zipped.headers.get('content-encoding'), 'gzip')
    const tag = csv.headers.get('etag') ?? ''
    assert.equal(
      (await ask('DownloadDataSetCsv', `/data-sets/${set}/csv`, { headers: { 'if-none-match': tag } }))
        .status,
      304,
    )
    const query = await ask('QueryDataSetGet', `/data-sets/${set}/query?page=1`)
    assert.equal(
      (
        await ask('QueryDataSetGet', `/data-sets/${set}/query?page=1`, {
          headers: { 'if-none-match': query.headers.get('etag') ?? '' },
        })
      ).status,
      304,
    )
    await withdraw(collector, personOf('Sam'), first.id, 'Wrong year.', now())
    statisticsOf(collector).catalogue.forget()
    assert.equal((await ask('QueryDataSetGet', `/data-sets/${set}/query?dataSetVersion=1.0`)).status, 403)
    const { status } = (await ask('GetDataSetVersion', `/data-sets/${set}/versions/1.0`)).body as {
      status: string
    }
    assert.equal(status, 'Withdrawn')
  })

  it('was asked for each of the eleven operations', () => {
    const all = Object.values(description.paths).flatMap((each) =>
      Object.values(each).map(({ operationId }) => operationId),
    )
    assert.deepEqual([...called].toSorted(), all.toSorted())
  })
})
