import { Hono } from 'hono'
import { asCollector, requireDuty } from '../../../national/collect/index.ts'
import { lastChanges, matchReport, waitingPairs } from '../../../national/match/index.ts'
import { nationalSignedIn, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime } from '../words/dates.ts'
import { count, number } from '../words/numbers.ts'
import type { OverviewView } from './overview.view.ts'
import type { MatchHouse } from './routes.ts'
import { groupWords, percent, stateTags, whyWords } from './words.ts'

const page = render<OverviewView>('match/overview.njk')
const pageSize = 25

export const historyHref = (pmr: string): string => `/match/references/${pmr}`

async function overviewView(house: MatchHouse, c: RequestContext): Promise<OverviewView> {
  requireDuty(nationalSignedIn(c).person, 'match-review')
  const asked = Math.max(1, Math.min(100_000, Number.parseInt(c.req.query('page') ?? '', 10) || 1))
  const { collector } = house
  const report = await matchReport({ collector })
  const { waiting, changes } = await asCollector(collector).read(async (tx) => ({
    waiting: await waitingPairs(tx, { from: (asked - 1) * pageSize, most: pageSize }),
    changes: await lastChanges(tx, 10),
  }))
  const pages = Math.ceil(waiting.total / pageSize)
  const { all, largestGap, clerical, stability } = report
  return {
    figures: [
      { label: 'Wait for a person', number: number(clerical.waiting), note: 'pairs' },
      {
        label: 'Estimated precision',
        number: percent(all?.precision ?? null),
        note: 'of what is joined',
      },
      {
        label: 'Estimated recall',
        number: percent(all?.recall ?? null),
        note: 'of what is one child',
      },
      {
        label: 'Looked at and right',
        number:
          clerical.sampled === 0 ? '–' : `${number(clerical.sampledRight)} of ${number(clerical.sampled)}`,
        note: 'joined pairs, by people',
      },
      { label: 'Merges and splits', number: String(stability.per100000), note: 'per 100,000' },
    ],
    gap: largestGap
      ? `The largest gap of recall between two groups is ${percent(largestGap.gap)}: ${groupWords(largestGap.kind, largestGap.worst)} is matched worst, ${largestGap.best} best.`
      : null,
    groups: report.groups.map((each) => ({
      name: groupWords(each.kind, each.group),
      records: number(each.records),
      joined: number(each.joined),
      precision: percent(each.precision),
      recall: percent(each.recall),
      load: number(each.reviewLoad),
    })),
    waiting: {
      summary:
        waiting.total === 0
          ? 'No pair waits for anybody.'
          : `${count(waiting.total, 'pair')} ${waiting.total === 1 ? 'waits' : 'wait'}.${pages > 1 ? ` Page ${number(asked)} of ${number(pages)}.` : ''}`,
      pairs: waiting.pairs.map(({ id, why, weight, state }, i) => ({
        href: `/match/pairs/${id}`,
        name: `Pair ${number((asked - 1) * pageSize + i + 1)}`,
        why: whyWords[why],
        weight: weight === null ? '–' : weight.toFixed(1),
        state: stateTags[state],
      })),
      earlier: asked > 1 ? `/match?page=${String(asked - 1)}` : null,
      later: asked < pages ? `/match?page=${String(asked + 1)}` : null,
    },
    runs: report.runs
      .slice(-10)
      .reverse()
      .map((run) => ({
        number: number(run.number),
        when: dateAndTime(run.at),
        by: run.by,
        returns: number(run.returns),
        records: number(run.records),
        pupils: number(run.newPeople),
        changes: `${number(run.merges)} and ${number(run.splits)}`,
      })),
    changes: changes.map(({ at, kind, kept, other }) => ({
      when: dateAndTime(at),
      what: kind === 'merge' ? 'Merged' : 'Split',
      kept: { text: kept, href: historyHref(kept) },
      other: { text: other, href: historyHref(other) },
    })),
  }
}

/** How well matching does, and what waits for a person. */
export function overviewRoutes(house: MatchHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/match', nationalGuard, async (c) =>
    page(c, { title: 'Matching', section: 'match' }, await overviewView(house, c)),
  )
  return app
}
