import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  numberText,
  versionFolder,
  type StatisticVersion,
} from '../../../national/statistics/release/index.ts'
import {
  pagingOf,
  query,
  readBody,
  readPage,
  readParameters,
  selectVersion,
  statisticsOf,
  TookTooLong,
  type PublicDataSet,
  type QueryRequest,
  type Read,
  type Remark,
} from '../../../national/statistics/serve/index.ts'
import type { CollectorHouse, RequestContext, RequestEnv } from '../../index.ts'
import {
  changesAnswer,
  dataSetAnswer,
  metaAnswer,
  metaTypes,
  publicationAnswer,
  versionAnswer,
} from './answers.ts'

const types: Readonly<Record<number, string>> = {
  400: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
  403: 'https://tools.ietf.org/html/rfc9110#section-15.5.4',
  404: 'https://tools.ietf.org/html/rfc9110#section-15.5.5',
  504: 'https://tools.ietf.org/html/rfc9110#section-15.6.5',
}

type Status = 400 | 403 | 404 | 504

const problem = (c: RequestContext, status: Status, title: string, errors?: readonly Remark[]): Response =>
  c.body(JSON.stringify({ title, type: types[status], status, ...(errors ? { errors } : {}) }), status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })

const invalid = (c: RequestContext, errors: readonly Remark[]): Response =>
  problem(c, 400, 'One or more validation errors occurred.', errors)

const missing = (c: RequestContext, what: string): Response => problem(c, 404, `${what} was not found.`)

/**
 * The public statistics API in the shape of the department's own (`/v1`), so that its clients work unchanged. Open to anybody:
 * no cookie, no key. Answers may be kept: each has the digest of the version that it was made of.
 */
export function statisticsApi({
  collector,
  clock,
}: Pick<CollectorHouse, 'collector' | 'clock'>): Hono<RequestEnv> {
  const statistics = statisticsOf(collector)
  const { catalogue, cubes } = statistics
  const app = new Hono<RequestEnv>()
  const publications = () => catalogue.publications(clock.now())
  const dataSetOf = async (c: RequestContext): Promise<PublicDataSet | null> => {
    const id = c.req.param('dataSetId')
    return (await publications()).flatMap(({ dataSets }) => dataSets).find((each) => each.id === id) ?? null
  }
  const facetsOf = async (version: StatisticVersion) => ({ version, facets: await catalogue.facets(version) })

  /** Answers with a tag made of what it depends on; 304 where the caller has it. */
  const tagged = (c: RequestContext, tag: string, body: () => unknown): Response => {
    const etag = `"${tag}"`
    const headers = { etag, 'cache-control': 'public, max-age=60', vary: 'accept-encoding' }
    if (c.req.header('if-none-match')?.split(/,\s*/).includes(etag)) return c.body(null, 304, headers)
    return c.body(JSON.stringify(body()), 200, { ...headers, 'content-type': 'application/json' })
  }
  const whole = (c: RequestContext, value: unknown): Response =>
    c.json(value as never, 200, { 'cache-control': 'public, max-age=60' })

  app.onError((error, c) => {
    if (error instanceof TookTooLong) return problem(c, 504, 'The request took too long.')
    throw error
  })

  app.get('/publications', async (c) => {
    const errors: Remark[] = []
    const page = readPage(c.req.query('page'), 'page', 1, 1_000_000, errors)
    const pageSize = readPage(c.req.query('pageSize'), 'pageSize', 20, 40, errors)
    const search = c.req.query('search')
    if (search !== undefined && search.length < 3)
      errors.push({ message: 'Must be at least 3 characters.', code: 'MinimumLength', path: 'search' })
    if (errors.length > 0) return invalid(c, errors)
    const words = (search ?? '').toLowerCase()
    const found = (await publications()).filter(
      ({ title, summary, dataSets }) =>
        dataSets.some(({ latest }) => latest) && `${title} ${summary}`.toLowerCase().includes(words),
    )
    return whole(c, {
      paging: pagingOf(page, pageSize, found.length),
      results: found.slice((page - 1) * pageSize, page * pageSize).map(publicationAnswer),
    })
  })

  app.get('/publications/:publicationId', async (c) => {
    const found = (await publications()).find(({ id }) => id === c.req.param('publicationId'))
    return found ? whole(c, publicationAnswer(found)) : missing(c, 'The publication')
  })

  app.get('/publications/:publicationId/data-sets', async (c) => {
    const errors: Remark[] = []
    const page = readPage(c.req.query('page'), 'page', 1, 1_000_000, errors)
    const pageSize = readPage(c.req.query('pageSize'), 'pageSize', 10, 20, errors)
    if (errors.length > 0) return invalid(c, errors)
    const found = (await publications()).find(({ id }) => id === c.req.param('publicationId'))
    if (!found) return missing(c, 'The publication')
    const some = found.dataSets.slice((page - 1) * pageSize, page * pageSize)
    return whole(c, {
      paging: pagingOf(page, pageSize, found.dataSets.length),
      results: await Promise.all(
        some.map(async (each) => dataSetAnswer(each, each.latest && (await facetsOf(each.latest)))),
      ),
    })
  })

  app.get('/data-sets/:dataSetId', async (c) => {
    const found = await dataSetOf(c)
    if (!found) return missing(c, 'The data set')
    return whole(c, dataSetAnswer(found, found.latest && (await facetsOf(found.latest))))
  })

  app.get('/data-sets/:dataSetId/versions', async (c) => {
    const errors: Remark[] = []
    const page = readPage(c.req.query('page'), 'page', 1, 1_000_000, errors)
    const pageSize = readPage(c.req.query('pageSize'), 'pageSize', 10, 20, errors)
    if (errors.length > 0) return invalid(c, errors)
    const found = await dataSetOf(c)
    if (!found) return missing(c, 'The data set')
    const some = found.versions.slice((page - 1) * pageSize, page * pageSize)
    return whole(c, {
      paging: pagingOf(page, pageSize, found.versions.length),
      results: await Promise.all(some.map(async (each) => versionAnswer(each, await catalogue.facets(each)))),
    })
  })

  app.get('/data-sets/:dataSetId/versions/:version', async (c) => {
    const found = await dataSetOf(c)
    const version = found && selectVersion(found, c.req.param('version'))
    if (!version) return missing(c, 'The version')
    return whole(c, versionAnswer(version, await catalogue.facets(version)))
  })

  app.get('/data-sets/:dataSetId/versions/:version/changes', async (c) => {
    const found = await dataSetOf(c)
    const version = found && selectVersion(found, c.req.param('version'))
    if (!version) return missing(c, 'The version')
    const { number } = version
    const history = found.versions.filter(
      (each) =>
        each.number !== null &&
        number !== null &&
        each.number.major === number.major &&
        each.number.minor === number.minor &&
        each.number.patch < number.patch &&
        each.number.patch > 0,
    )
    return whole(c, changesAnswer(version, c.req.query('includePatchHistory') === 'true' ? history : null))
  })

  /** The version that is asked for, where its figures may be shown. */
  const meant = async (c: RequestContext): Promise<StatisticVersion | Response> => {
    const found = await dataSetOf(c)
    if (!found) return missing(c, 'The data set')
    const version = selectVersion(found, c.req.query('dataSetVersion'))
    if (!version) return missing(c, 'The version of the data set')
    if (version.state === 'withdrawn') return problem(c, 403, 'This version was withdrawn.')
    return version
  }

  app.get('/data-sets/:dataSetId/meta', async (c) => {
    const version = await meant(c)
    if (version instanceof Response) return version
    const wanted = [
      ...(c.req.queries('types') ?? []),
      ...Object.entries(c.req.query())
        .filter(([name]) => /^types\[\d*\]$/.test(name))
        .map(([, value]) => value),
    ].flatMap((each) => each.split(','))
    const unknown = wanted.filter((each) => !(metaTypes as readonly string[]).includes(each))
    if (unknown.length > 0)
      return invalid(c, [
        {
          message: `Must be one of ${metaTypes.join(', ')}.`,
          code: 'AllowedValue',
          path: 'types',
          detail: { items: unknown },
        },
      ])
    const facets = await catalogue.facets(version)
    return tagged(c, `${version.digest}-${wanted.toSorted().join('-')}`, () => metaAnswer(facets, wanted))
  })

  const answer = async (
    c: RequestContext,
    read: Read<QueryRequest>,
    tag: string | null,
  ): Promise<Response> => {
    const version = await meant(c)
    if (version instanceof Response) return version
    if (!read.ok) return invalid(c, read.errors)
    if (tag !== null && c.req.header('if-none-match') === `"${version.digest}-${tag}"`)
      return c.body(null, 304)
    const answered = await query(collector, cubes, await facetsOf(version), read.value)
    if (!answered.ok) return invalid(c, answered.errors)
    const { paging, results, warnings } = answered.value
    const body = { paging, results, warnings }
    return tag === null
      ? c.json(body as never, 200, { 'cache-control': 'no-store', 'data-digest': version.digest })
      : tagged(c, `${version.digest}-${tag}`, () => body)
  }

  app.get('/data-sets/:dataSetId/query', async (c) => {
    const { searchParams } = new URL(c.req.url)
    return answer(c, readParameters(searchParams), await hashOf(searchParams.toString()))
  })

  app.post('/data-sets/:dataSetId/query', bodyLimit({ maxSize: 1024 * 1024 }), async (c) => {
    let body: unknown
    try {
      body = await c.req.json()
    } catch {
      return invalid(c, [{ message: 'The body is not JSON.', code: 'InvalidValue', path: '$' }])
    }
    return answer(c, readBody(body), null)
  })

  app.get('/data-sets/:dataSetId/csv', async (c) => {
    const version = await meant(c)
    if (version instanceof Response) return version
    const etag = `"${version.digest}-csv"`
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { etag })
    const zipped = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
    const name = `${version.dataSet}-${version.number ? numberText(version.number) : ''}.csv`
    const file = createReadStream(
      join(versionFolder(collector, version.id), zipped ? 'data.csv.gz' : 'data.csv'),
    )
    return c.body(Readable.toWeb(file) as ReadableStream, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'public, max-age=60',
      vary: 'accept-encoding',
      etag,
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    })
  })

  app.notFound((c) => missing(c, 'This address'))
  return app
}

const hashOf = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
    .toString('hex')
    .slice(0, 16)
