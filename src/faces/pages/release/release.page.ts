import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { GatehouseError, type RefusalCode } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { pupilSummary } from '../../../school/register/index.ts'
import {
  againReasons,
  releaseFeed,
  type AgainReason,
  type ReleaseOutcome,
} from '../../../school/release/index.ts'
import {
  actorOf,
  doorFor,
  may,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { noticeNames } from '../words/names.ts'
import { leftOutWords } from '../words/left-out.ts'
import { count } from '../words/numbers.ts'
import { faultWords, unwritableWords } from '../words/holds.ts'
import { withheldWords } from '../words/withheld.ts'
import type { OutcomeView, PreviewView } from './release.view.ts'

const previewPage = render<PreviewView>('release/preview.njk')
const outcomePage = render<OutcomeView>('release/outcome.njk')
const previewRows = 20

interface About {
  readonly agreementId: string
  readonly recipient: string
  readonly title: string
}

async function about(gatehouse: Gatehouse, c: RequestContext, agreementId: string): Promise<About> {
  const current = await schoolFor(gatehouse, actorOf(signedIn(c))).read(currentPolicy)
  const version = current.agreements.get(agreementId)
  if (!version) throw new GatehouseError('not-found', 'There is no such agreement.')
  return {
    agreementId,
    recipient: noticeNames(current).get(agreementId) ?? agreementId,
    title: version.agreement.title,
  }
}

/** Names of the first pupils of a list, for somebody who may see them. */
const pupilNames = (
  gatehouse: Gatehouse,
  c: RequestContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> =>
  schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
    const names = new Map<string, string>()
    for (const id of ids.slice(0, 20)) {
      const pupil = await pupilSummary(tx, id)
      if (pupil) names.set(id, `${pupil.surname}, ${pupil.preferredForename ?? pupil.forename}`)
    }
    return names
  })

type Unsent = Exclude<ReleaseOutcome, { kind: 'released' } | { kind: 'dry-run' }>

const nothingWords = {
  procedure: 'Requests under it are answered one by one; there is no file.',
  'no-file': 'The agreement has no file.',
  return: 'A statutory return is built, signed off by the head and submitted; it is not sent from here.',
  nobody: 'There is nobody in it whose data may be shared at present.',
  'sent-before': 'The transfer file of everybody in it was made before. It is made again only for a reason.',
} as const

/** What holds a file that somebody who may approve can let pass. */
const passable = ['missing-pupils', 'short-read'] as const
type Passable = (typeof passable)[number]
const isPassable = (hold: string): hold is Passable => passable.some((one) => one === hold)

const isAgainReason = (word: string): word is AgainReason => Object.hasOwn(againReasons, word)
const reasonsToRepeat = Object.entries(againReasons).map(([value, text]) => ({
  value,
  text: `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
}))

const reasonCounts = (
  counts: Readonly<Partial<Record<RefusalCode, number>>>,
): ReadonlyMap<RefusalCode, number> => new Map(Object.entries(counts) as [RefusalCode, number][])

function outcomeView(
  about: About,
  outcome: Unsent,
  key: string,
  mayOverride: boolean,
  mayRelease: boolean,
  names: ReadonlyMap<string, string>,
): OutcomeView {
  const base = { ...about, pupils: [], override: null, again: null }
  switch (outcome.kind) {
    case 'refused':
      return { ...base, heading: 'Nothing may leave', reasons: outcome.reasons.map(({ text }) => text) }
    case 'nothing-to-send':
      return {
        ...base,
        heading: 'There is nothing to send',
        reasons: [nothingWords[outcome.why]],
        again: mayRelease && outcome.why === 'sent-before' ? { key, reasons: reasonsToRepeat } : null,
      }
    case 'held':
      return {
        ...base,
        heading: 'The file is held for somebody to look at',
        reasons: [
          outcome.text,
          ...(outcome.faults ?? []).map(faultWords),
          ...unwritableWords(outcome.unwritable ?? []),
        ],
        pupils: [...names].map(([id, name]) => ({ href: `/pupils/${id}`, text: name })),
        override:
          mayOverride && isPassable(outcome.reason)
            ? { key, hold: outcome.reason, text: 'I have looked at this: send it all the same' }
            : null,
      }
  }
}

export function releaseRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  const showUnsent = async (
    c: RequestContext,
    about: About,
    outcome: Unsent,
    key: string,
  ): Promise<Response> => {
    const { role } = signedIn(c)
    const held = outcome.kind === 'held' && may(role, 'see-pupils') ? outcome.pupilIds : []
    const names = await pupilNames(gatehouse, c, held)
    const view = outcomeView(about, outcome, key, may(role, 'approve-agreement'), may(role, 'release'), names)
    return outcomePage(c, { title: view.heading, section: 'recipients' }, view)
  }

  app.get('/agreements/:id/preview', guard('preview-release'), async (c) => {
    const staff = signedIn(c)
    const of = await about(gatehouse, c, c.req.param('id'))
    const outcome = await releaseFeed(doorFor(gatehouse, actorOf(staff)), {
      agreementId: of.agreementId,
      requestKey: `preview/${randomUUID()}`,
      at: gatehouse.clock.now(),
      dryRun: true,
      previewRows,
    })
    if (outcome.kind === 'released') throw new Error('a dry run released')
    if (outcome.kind !== 'dry-run') return showUnsent(c, of, outcome, randomUUID())
    const { preview } = outcome
    const reasons = withheldWords(reasonCounts(outcome.withheldReasons))
    return previewPage(
      c,
      { title: 'Preview', section: 'recipients', wide: true },
      {
        ...of,
        summary: `The file would hold data of ${count(outcome.permittedPupils, 'pupil')}.`,
        fileName: outcome.fileName,
        columns: preview.columns,
        rows: preview.rows,
        extent:
          preview.rows.length < preview.of
            ? `These are the first ${preview.rows.length} of ${count(preview.of, 'line')}.`
            : `These are all of its ${count(preview.of, 'line')}.`,
        withheld: reasons === '' ? null : reasons,
        leftOut: outcome.leftOut ? leftOutWords(outcome.leftOut) : null,
        release: may(staff.role, 'release') ? { key: randomUUID() } : null,
      },
    )
  })

  app.post('/agreements/:id/release', guard('release'), async (c) => {
    const staff = signedIn(c)
    const form = await c.req.parseBody()
    const key = form['key']
    const despite = form['despite']
    const again = form['again']
    // The key comes with the form, so that a form sent twice makes one release.
    if (typeof key !== 'string' || !/^[0-9a-f-]{36}$/.test(key)) {
      throw new GatehouseError('bad-input', 'This form can’t be read.', { todo: 'Load the page again.' })
    }
    const of = await about(gatehouse, c, c.req.param('id'))
    const at = gatehouse.clock.now()
    const outcome = await releaseFeed(doorFor(gatehouse, actorOf(staff)), {
      agreementId: of.agreementId,
      requestKey: `page/${key}`,
      at,
      ...(typeof despite === 'string' && isPassable(despite) ? { despite: [despite] } : {}),
      ...(typeof again === 'string' && isAgainReason(again) ? { again } : {}),
    })
    if (outcome.kind === 'dry-run') throw new Error('a release was a dry run')
    if (outcome.kind !== 'released') return showUnsent(c, of, outcome, key)
    await gatehouse.ledger.publish(at)
    return c.redirect(`/agreements/${of.agreementId}?done=released`, 303)
  })

  return app
}
