import { Hono } from 'hono'
import { asCollector } from '../../../national/collect/index.ts'
import {
  currentReference,
  decidePair,
  showPair,
  type PairShown,
  type ShownIdentity,
  type Verdict,
} from '../../../national/match/index.ts'
import { nationalSignedIn, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { nothingSent, sentBy, type Faults, type Sent } from '../form/form.ts'
import { render } from '../frame/render.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { historyHref } from './overview.page.ts'
import type { PairView } from './pair.view.ts'
import type { MatchHouse } from './routes.ts'
import { waterfallView } from './waterfall-view.ts'
import { stateTags, verdictWords, whyWords } from './words.ts'

const page = render<PairView>('match/pair.njk')

const rows: readonly (readonly [keyof ShownIdentity, string])[] = [
  ['first', 'First name'],
  ['middle', 'Middle names'],
  ['last', 'Surname'],
  ['dob', 'Date of birth'],
  ['sex', 'Sex'],
  ['postcode', 'Postcode'],
  ['upn', 'Pupil number (UPN)'],
  ['formerUpn', 'Former pupil number'],
  ['uln', 'Learner number (ULN)'],
  ['localId', 'Authority’s number'],
]

function shown(name: keyof ShownIdentity, value: string | undefined): string {
  if (value === undefined) return '–'
  if (name === 'dob' && /^\d{8}$/.test(value))
    return longDate(`${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`)
  if (['first', 'middle', 'last'].includes(name)) return value.charAt(0).toUpperCase() + value.slice(1)
  return value
}

async function pairView(
  house: MatchHouse,
  c: RequestContext,
  { pair, sides, decisions, needsSecond }: PairShown,
  sent: Sent,
  faults: Faults,
): Promise<PairView> {
  const { person } = nationalSignedIn(c)
  const all = [sides.a, sides.b, ...sides.between]
  const references = await asCollector(house.collector).read(async (tx) => [
    await currentReference(tx, pair.pmrA),
    await currentReference(tx, pair.pmrB),
  ])
  const first = pair.state === 'second' ? decisions.findLast(({ undone }) => undone === null) : undefined
  const open = pair.state === 'open' || pair.state === 'second'
  const own = first?.by === person.actor.name
  const fault = (field: string): string | null => faults.find((each) => each.field === field)?.text ?? null
  return {
    id: pair.id,
    why: whyWords[pair.why],
    state: stateTags[pair.state],
    heads: [
      'One',
      'The other',
      ...sides.between.map(
        (_, i) => `Speaks for both${sides.between.length > 1 ? `, ${String(i + 1)}` : ''}`,
      ),
    ],
    rows: rows.flatMap(([name, label]) => {
      const values = all.map((each) => shown(name, each[name]))
      const [a, b] = [sides.a[name], sides.b[name]]
      return values.every((each) => each === '–')
        ? []
        : [{ label, values, differs: a !== undefined && b !== undefined && a !== b }]
    }),
    between:
      sides.between.length > 0
        ? 'A third record was found that is like both. It may be how one became the other: a changed surname, a second number.'
        : null,
    references: [...new Set(references)].map((pmr) => ({ text: pmr, href: historyHref(pmr) })),
    waterfall: waterfallView(sides),
    pass:
      sides.pass === null
        ? null
        : ((await house.matching()).passes.find(({ id }) => id === sides.pass)?.says ?? sides.pass),
    decisions: decisions.map(({ verdict, by, at, reason, second, undone }) => ({
      verdict: verdictWords[verdict],
      who: `${by}, ${dateAndTime(at)}${second ? ', second opinion' : ''}`,
      reason,
      undone: undone ? `Taken back by ${undone.by}, ${dateAndTime(undone.at)}: ${undone.reason}` : null,
    })),
    asks:
      open && !own
        ? {
            legend: first ? 'Your second opinion: are they one child?' : 'Are they one child?',
            hint: first
              ? 'Somebody else says that they are. What you say decides.'
              : needsSecond
                ? 'Both have a valid pupil number. If you say that they are one child, a second person has to agree.'
                : 'What you say holds at once, and can be taken back.',
            choices: (['same', 'not-same', 'unsure'] as const).map((value) => ({
              value,
              text: verdictWords[value],
              chosen: sent.text('verdict') === value,
            })),
            reason: sent.text('reason'),
            faults,
            verdictFault: fault('verdict'),
            reasonFault: fault('reason'),
          }
        : null,
    notAsked: own ? 'You gave the first opinion. Somebody else gives the second.' : null,
  }
}

/** Two identities side by side, and the decision on them. */
export function pairRoutes(house: MatchHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const show = async (c: RequestContext, id: string, sent: Sent, faults: Faults) => {
    const told = await showPair(await house.matching(), nationalSignedIn(c).person, id)
    return page(
      c,
      { title: 'Are they one child?', section: 'match', status: faults.length > 0 ? 422 : 200 },
      await pairView(house, c, told, sent, faults),
    )
  }
  app.get('/match/pairs/:id', nationalGuard, (c) => show(c, c.req.param('id'), nothingSent, []))
  app.post('/match/pairs/:id', nationalGuard, async (c) => {
    const id = c.req.param('id')
    const sent = await sentBy(c)
    const verdict = (['same', 'not-same', 'unsure'] as const).find((each) => each === sent.text('verdict'))
    const reason = sent.text('reason')
    const faults = [
      ...(verdict === undefined ? [{ field: 'verdict', text: 'Say whether they are one child' }] : []),
      ...(reason.length < 3 ? [{ field: 'reason', text: 'Say why, in a sentence' }] : []),
    ]
    if (faults.length > 0) return show(c, id, sent, faults)
    const decided = await decidePair(
      await house.matching(),
      nationalSignedIn(c).person,
      id,
      { verdict: verdict as Verdict, reason },
      house.clock.now(),
    )
    return c.redirect(decided.waits ? `/match?done=pair-waits` : `/match?done=pair-decided`, 303)
  })
  return app
}
