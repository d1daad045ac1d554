import { Hono } from 'hono'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  openAccess,
  quarters,
  readRegister,
  registerCsv,
  type Access,
  type Registered,
} from '../../../national/access/index.ts'
import type { CollectorHouse, RequestEnv } from '../../index.ts'
import { render } from '../frame/render.ts'
import { longDate } from '../words/dates.ts'
import { count, number } from '../words/numbers.ts'
import type { RegisterRowView, RegisterView } from './register.view.ts'

const registerPage = render<RegisterView>('access/register.njk')
const rowPage = render<RegisterRowView>('access/register-row.njk')

const decisionWords: Readonly<Record<string, string>> = {
  approved: 'Approved',
  conditional: 'Approved under conditions',
  rejected: 'Refused',
}
const dataWords: Readonly<Record<string, string>> = {
  pending: 'Not sent yet',
  held: 'Held by the organisation',
  overdue: 'Destruction overdue',
  destroyed: 'Destroyed',
  none: 'None left the department',
}

/** Public on purpose: anybody reads who was given what, and who was refused. */
export function accessRoutes({ collector, clock }: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  let opened: Promise<Access> | undefined
  const access = (): Promise<Access> => {
    opened ??= openAccess(collector).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const rowOf = async (reference: string): Promise<Registered> => {
    const row = (await readRegister(await access())).find((each) => each.reference === reference)
    if (!row) throw new GatehouseError('not-found', 'The register has no project of this reference.')
    return row
  }
  app.get('/access/register', async (c) => {
    const rows = await readRegister(await access())
    const figures = await quarters(await access())
    return registerPage(
      c,
      { title: 'Who may use the national pupil data', wide: true },
      {
        size: count(rows.length, 'application'),
        rows: rows.map((row) => ({
          reference: row.reference,
          href: `/access/register/${row.reference}`,
          organisation: row.organisation,
          title: row.title,
          decision: decisionWords[row.outcome] ?? row.outcome,
          state: row.state,
          data: dataWords[row.data] ?? row.data,
        })),
        quarters: figures.map((each) => ({
          quarter: each.quarter,
          approved: number((each.events['approved'] ?? 0) + (each.events['conditional'] ?? 0)),
          rejected: number(each.events['rejected'] ?? 0),
          extracts: number(each.extracts),
          enquiries: number(each.enquiries),
        })),
      },
    )
  })
  app.get('/access/register.json', async (c) => {
    const { ledger } = await access()
    return c.json({
      ledger: { origin: ledger.origin, keys: ledger.vkeys },
      rows: await readRegister(await access()),
      quarters: await quarters(await access()),
    })
  })
  app.get('/access/register.csv', async (c) =>
    c.body(registerCsv(await readRegister(await access())), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="register.csv"',
    }),
  )
  app.get('/access/register/:reference/receipt', async (c) => {
    const row = await rowOf(c.req.param('reference'))
    const { ledger } = await access()
    const at = clock.now()
    if ((await ledger.latest()).size <= row.entry) await ledger.publish(at)
    return c.body(await ledger.receipt(row.entry, { at }), 200, {
      'content-type': 'text/plain; charset=utf-8',
    })
  })
  app.get('/access/register/:reference', async (c) => {
    const row = await rowOf(c.req.param('reference'))
    return rowPage(
      c,
      { title: row.title },
      {
        title: row.title,
        caption: `${row.reference}, ${row.organisation}`,
        summary: row.summary,
        facts: factsOf(row),
        receipt: `/access/register/${row.reference}/receipt`,
      },
    )
  })
  return app
}

function factsOf(row: Registered): RegisterRowView['facts'] {
  const date = (day: string | null): string => (day === null ? '' : longDate(new Date(`${day}T12:00:00Z`)))
  const facts: readonly (readonly [string, string])[] = [
    ['Decision', decisionWords[row.outcome] ?? row.outcome],
    ['Decided', [date(row.decidedOn), row.decidedBy].filter(Boolean).join(', by the ')],
    ['Refused for', [...new Set(row.refusedFor)].join(' ')],
    ['Conditions', row.conditions.join(' ')],
    ['Purposes', row.purposes.join(', ')],
    ['Legal gateway', row.gateway],
    ['Route', row.route],
    ['Data sets', row.dataSets.join(', ')],
    ['Years', row.years],
    ['Most identifying, most sensitive', `${String(row.highestRisk ?? '')}${row.highestSensitivity ?? ''}`],
    ['Items beyond the default', row.itemsBeyondDefault.join(', ')],
    ['Begins', date(row.start)],
    ['Ends', date(row.end)],
    ['Now', row.state],
    ['Data', dataWords[row.data] ?? row.data],
    ['Destroyed by', date(row.destroyBy)],
    ['Pupils, rounded', number(row.people)],
    ['Outputs released', number(row.outputs)],
    ['Suspended', row.suspensions.map(({ on, why }) => `${date(on)}: ${why}`).join(' ')],
    ['Ledger entry', String(row.entry)],
  ]
  return facts
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ({ key: { text: key }, value: { text: value } }))
}
