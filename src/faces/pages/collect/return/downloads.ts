import { Hono } from 'hono'
import { asPerson, findingsOf, findReturn, type StoredReturn } from '../../../../national/collect/index.ts'
import { openReceived } from '../../../../national/collect/show/index.ts'
import {
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { findingJson } from '../finding-json.ts'
import { nationalGuard } from '../guard.ts'
import { findingsCsv } from './findings-csv.ts'

/** What a file of a return is called on somebody’s own disk: whose, which, and the version. */
const named = (of: StoredReturn, what: string): string =>
  `${of.source}_${of.collection}_${String(of.year)}_${of.term}_v${String(of.version)}${what}`

const asFile = (name: string): string => `attachment; filename="${name.replaceAll(/[^\w.-]/g, '-')}"`

/** What is taken home: the findings for a table or a program, and the file as it came. */
export function downloadRoutes({ collector }: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const found = (c: RequestContext) =>
    asPerson(collector, nationalSignedIn(c).person).read(async (tx) => {
      const of = await findReturn(tx, c.req.param('id') ?? '')
      return { of, findings: await findingsOf(tx, of) }
    })

  app.get('/collect/returns/:id/findings.csv', nationalGuard, async (c) => {
    const { of, findings } = await found(c)
    return c.body(findingsCsv(findings), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': asFile(named(of, '-findings.csv')),
    })
  })

  app.get('/collect/returns/:id/findings.json', nationalGuard, async (c) => {
    const { of, findings } = await found(c)
    return c.body(JSON.stringify(findings.map(findingJson)), 200, {
      'content-type': 'application/json',
      'content-disposition': asFile(named(of, '-findings.json')),
    })
  })

  app.get('/collect/returns/:id/file', nationalGuard, async (c) => {
    const { person } = nationalSignedIn(c)
    const { of, bytes } = await openReceived(collector, person, c.req.param('id'))
    const kind = (await collector.definitions.year(of.collection, of.year))?.message.csv ? 'csv' : 'xml'
    return c.body(ReadableStream.from<Uint8Array>(bytes), 200, {
      'content-type': kind === 'csv' ? 'text/csv' : 'application/xml',
      'content-disposition': asFile(named(of, `.${kind}`)),
    })
  })

  return app
}
