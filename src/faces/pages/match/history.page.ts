import { Hono } from 'hono'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, requireDuty } from '../../../national/collect/index.ts'
import {
  changesOf,
  currentReference,
  decisionsAbout,
  undoDecision,
  type MatchChange,
} from '../../../national/match/index.ts'
import { nationalSignedIn, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { sentBy } from '../form/form.ts'
import { render } from '../frame/render.ts'
import { dateAndTime } from '../words/dates.ts'
import { count } from '../words/numbers.ts'
import type { HistoryView } from './history.view.ts'
import { historyHref } from './overview.page.ts'
import type { MatchHouse } from './routes.ts'
import { verdictWords } from './words.ts'

const page = render<HistoryView>('match/history.njk')

const causes: Readonly<Record<MatchChange['cause'], string>> = {
  returns: 'New returns',
  decision: 'A decision',
  undone: 'A decision taken back',
}

async function historyView(
  { collector }: MatchHouse,
  c: RequestContext,
  reference: string,
  fault: string | null,
): Promise<HistoryView> {
  requireDuty(nationalSignedIn(c).person, 'match-review')
  if (!/^P[0-9A-F]{20}$/.test(reference)) throw new GatehouseError('not-found', 'There is no such reference.')
  const { current, changes, decisions } = await asCollector(collector).read(async (tx) => ({
    current: await currentReference(tx, reference),
    changes: await changesOf(tx, reference),
    decisions: await decisionsAbout(tx, reference),
  }))
  return {
    reference,
    current: current === reference ? null : { text: current, href: historyHref(current) },
    changes: changes.map(({ at, kind, kept, other, identities, cause, by }) => ({
      when: dateAndTime(at),
      what:
        kind === 'merge'
          ? `${other} was merged into ${kept}, with ${count(identities, 'identity', 'identities')}.`
          : `${count(identities, 'identity', 'identities')} of ${kept} became ${other}.`,
      cause: causes[cause],
      by,
    })),
    decisions: decisions.map(({ id, pair, verdict, by, at, reason, counts, undone }) => ({
      id,
      pair: `/match/pairs/${pair}`,
      verdict: verdictWords[verdict],
      who: `${by}, ${dateAndTime(at)}`,
      reason,
      undone: undone ? `Taken back by ${undone.by}, ${dateAndTime(undone.at)}: ${undone.reason}` : null,
      mayUndo: counts && undone === null,
    })),
    fault,
  }
}

/** What became of a reference: merges, splits, decisions; and the way back. */
export function historyRoutes(house: MatchHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const show = async (c: RequestContext, reference: string, fault: string | null) =>
    page(
      c,
      { title: 'History of a reference', section: 'match', status: fault === null ? 200 : 422 },
      await historyView(house, c, reference, fault),
    )
  app.get('/match/references/:pmr', nationalGuard, (c) => show(c, c.req.param('pmr'), null))
  app.post('/match/references/:pmr/undo', nationalGuard, async (c) => {
    const reference = c.req.param('pmr')
    const sent = await sentBy(c)
    if (sent.text('reason').length < 3) return show(c, reference, 'Say why, in a sentence')
    await undoDecision(
      await house.matching(),
      nationalSignedIn(c).person,
      sent.text('decision'),
      sent.text('reason'),
      house.clock.now(),
    )
    return c.redirect(`${historyHref(encodeURIComponent(reference))}?done=pair-undone`, 303)
  })
  return app
}
