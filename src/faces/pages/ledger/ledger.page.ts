import { Hono } from 'hono'
import type { Leaf, ListedEntry, VerifyReport, View } from '../../../core/ledger/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  actorOf,
  may,
  schoolFor,
  signedIn,
  verifiedWords,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime } from '../words/dates.ts'
import { count, number } from '../words/numbers.ts'
import { recipientNames } from '../words/names.ts'
import { entryFacts, entrySentence, typeWords, type Names } from './entry-words.ts'
import { entryIndex, receiptHeaders } from './receipt.ts'
import type { EntryView, LedgerView } from './ledger.view.ts'

const listPage = render<LedgerView>('ledger/ledger.njk')
const entryPage = render<EntryView>('ledger/entry.njk')
const perPage = 50

async function namesFor(gatehouse: Gatehouse, c: RequestContext): Promise<Names> {
  const current = await schoolFor(gatehouse, actorOf(signedIn(c))).read(currentPolicy)
  return { items: current.items, recipients: recipientNames(current) }
}

/** An entry that this person may not look into is shown as everybody sees it. */
const viewOf = (gatehouse: Gatehouse, c: RequestContext): View => ({
  at: gatehouse.clock.now(),
  restricted: may(signedIn(c).role, 'see-restricted'),
})

const visibilityTag = (entry: ListedEntry) =>
  entry.visibility === 'restricted' ? ({ text: 'Restricted', colour: 'purple' } as const) : null

/** An entry that is kept from this view, or not published yet, has no receipt to give. */
const hasReceipt = ({ index, entry }: ListedEntry, published: number): boolean =>
  entry.type !== 'sealed/v1' && index < published

async function ledgerView(
  gatehouse: Gatehouse,
  c: RequestContext,
  report: VerifyReport | null,
): Promise<LedgerView> {
  const view = viewOf(gatehouse, c)
  const names = await namesFor(gatehouse, c)
  const head = await gatehouse.ledger.latest()
  const unpublished = await gatehouse.ledger.entries(head.size, head.size + perPage, view)
  const asked = Number(c.req.query('before') ?? Number.NaN)
  const all = head.size + unpublished.length
  const to = Number.isInteger(asked) && asked > 0 ? Math.min(asked, all) : all
  const from = Math.max(0, to - perPage)
  const entries = await gatehouse.ledger.entries(from, to, view)
  return {
    checkpoint:
      head.signedAt === null
        ? null
        : {
            origin: head.origin,
            size: number(head.size),
            root: head.root,
            signed: dateAndTime(head.signedAt),
          },
    unpublished:
      unpublished.length === 0
        ? null
        : `${count(unpublished.length, 'newer entry', 'newer entries')} will be in the next checkpoint.`,
    entries: entries.toReversed().map((entry) => ({
      index: String(entry.index),
      type: typeWords[entry.entry.type],
      when: dateAndTime(entry.recordedAt),
      what: entrySentence(entry.entry, names),
      visibility: visibilityTag(entry),
      receipt: hasReceipt(entry, head.size),
    })),
    older: from > 0 ? `/ledger?before=${from}` : null,
    newer: to < all ? `/ledger?before=${Math.min(all, to + perPage)}` : null,
    report: report && { ok: report.ok, ...verifiedWords(report) },
  }
}

export function ledgerRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  app.get('/ledger', guard('see-sharing'), async (c) =>
    listPage(c, { title: 'Ledger', section: 'ledger' }, await ledgerView(gatehouse, c, null)),
  )

  app.post('/ledger/verify', guard('verify-ledger'), async (c) => {
    const report = await gatehouse.ledger.verify()
    const title = report.ok ? 'Ledger verified' : 'Ledger does not verify'
    return listPage(c, { title, section: 'ledger' }, await ledgerView(gatehouse, c, report))
  })

  app.get('/ledger/entries/:index', guard('see-sharing'), async (c) => {
    const index = entryIndex(c.req.param('index'))
    const [entry] = await gatehouse.ledger.entries(index, index + 1, viewOf(gatehouse, c))
    if (!entry) throw new GatehouseError('not-found', 'There is no such entry.')
    const names = await namesFor(gatehouse, c)
    const { size } = await gatehouse.ledger.latest()
    return entryPage(
      c,
      { title: `Ledger entry ${index}`, section: 'ledger' },
      {
        index: String(index),
        type: typeWords[entry.entry.type],
        when: dateAndTime(entry.recordedAt),
        receipt: hasReceipt(entry, size),
        facts: entryFacts(entry.entry, names),
        leaf: JSON.stringify(entry.entry satisfies Leaf, null, 2),
      },
    )
  })

  app.get('/ledger/receipts/:index', guard('see-sharing'), async (c) => {
    const index = entryIndex(c.req.param('index'))
    const receipt = await gatehouse.ledger.receipt(index, viewOf(gatehouse, c))
    return c.body(receipt, 200, receiptHeaders(index))
  })

  return app
}
