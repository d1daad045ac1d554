import { Hono } from 'hono'
import type { TermDefinition } from '../../../core/collections/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { deliverNow } from '../../../school/deliver/index.ts'
import {
  dropReturnFile,
  keptReturnFile,
  makeReturn,
  submitReturn,
  type StoredBuild,
} from '../../../school/returns/index.ts'
import {
  actorOf,
  doorFor,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { asking, nothingSent, sentBy, type Faults, type Sent } from '../form/form.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { censusView, pupilLinks } from './census-view.ts'
import type { CensusView } from './census.view.ts'
import { namedPupils } from './pupil-names.ts'
import { currentTerm, termPath, termsOf, termTitle, type Terms } from './terms.ts'
import { stateTags } from './words.ts'
import { workOf } from './work.ts'

const page = render<CensusView>('census/census.njk')
const section = 'census' as const

/** @throws GatehouseError `not-found` when the file of a build is not on this machine any more. */
export async function fileOfBuild({ home }: Gatehouse, build: StoredBuild): Promise<Uint8Array> {
  const bytes = await keptReturnFile(home, build.sha256)
  if (bytes) return bytes
  throw new GatehouseError('not-found', 'The file of this return is not on this server any more.', {
    todo: 'Build the return again; the head teacher then signs it off anew.',
  })
}

interface Shown {
  readonly sent?: Sent
  readonly faults?: Faults
  readonly stopped?: {
    readonly heading: string
    readonly reasons: readonly string[]
    readonly pupilIds: readonly string[]
  }
}

async function show(
  gatehouse: Gatehouse,
  terms: Terms,
  c: RequestContext,
  chosen: TermDefinition | null,
  { sent = nothingSent, faults = [], stopped }: Shown = {},
): Promise<Response> {
  const staff = signedIn(c)
  const at = gatehouse.clock.now()
  const all = await terms.all()
  const view = await schoolFor(gatehouse, actorOf(staff)).read(async (tx) => {
    const works = new Map<TermDefinition, Awaited<ReturnType<typeof workOf>>>()
    for (const one of all) works.set(one, await workOf(tx, one))
    const definition =
      chosen ??
      currentTerm(
        all,
        at,
        (one) => works.get(one)?.state === 'received',
        (one) => works.get(one)?.build != null,
      )
    if (!definition)
      throw new GatehouseError('not-found', 'The policy has no school census.', {
        todo: 'A year is a folder under policy/collections/school-census.',
      })
    const work = works.get(definition) ?? (await workOf(tx, definition))
    const names = await namedPupils(tx, [
      ...(work.build?.omitted.missing ?? []),
      ...(stopped?.pupilIds ?? []),
    ])
    const replaces = work.sent.some(({ delivery }) => delivery === 'acknowledged')
    const mustSay = replaces || work.sent.some(({ why }) => why.includes('stands at the collector'))
    const ask = asking(sent, faults)
    return censusView(
      {
        definition,
        work,
        current: await currentPolicy(tx),
        names,
        others: all
          .filter((one) => one !== definition)
          .map((one) => ({
            href: termPath({ year: one.year, term: one.term.name }),
            text: termTitle({ year: one.year, term: one.term.name }),
            state: stateTags[works.get(one)?.state ?? 'not-built'],
          })),
        role: staff.role,
        collector: gatehouse.settings.collectorUrl,
        reason: mustSay
          ? ask.lines('reason', 'Why it takes the place of the one that the department has', {
              hint: 'The collector’s staff read it. Give no pupil’s name or number.',
            })
          : null,
        at,
      },
      {
        error: faults[0] ? { text: faults[0].text, href: `#${faults[0].field}` } : null,
        stopped: stopped
          ? {
              heading: stopped.heading,
              reasons: stopped.reasons,
              pupils: pupilLinks(stopped.pupilIds, names),
            }
          : null,
      },
    )
  })
  const wrong = faults.length > 0 || stopped !== undefined
  return page(
    c,
    { title: `${faults.length > 0 ? 'Error: ' : ''}${view.heading}`, section, status: wrong ? 422 : 200 },
    view,
  )
}

export function censusRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const terms = termsOf(gatehouse.settings.policyFolder)
  const path = '/census/:year/:term'

  app.get('/census', guard('preview-release'), (c) => show(gatehouse, terms, c, null))

  app.get(path, guard('preview-release'), async (c) =>
    show(gatehouse, terms, c, await terms.named(c.req.param('year'), c.req.param('term'))),
  )

  app.post(`${path}/build`, guard('preview-release'), async (c) => {
    const definition = await terms.named(c.req.param('year'), c.req.param('term'))
    const school = schoolFor(gatehouse, actorOf(signedIn(c)))
    const made = await makeReturn({ school, home: gatehouse.home }, definition, gatehouse.clock.now())
    if (made.kind === 'refused')
      return show(gatehouse, terms, c, definition, {
        stopped: {
          heading: 'Nothing was built: nothing may leave for the department at present',
          reasons: made.reasons.map(({ text }) => text),
          pupilIds: [],
        },
      })
    return c.redirect(
      `${termPath({ year: definition.year, term: definition.term.name })}?done=built#found`,
      303,
    )
  })

  app.post(`${path}/send`, guard('release'), async (c) => {
    const definition = await terms.named(c.req.param('year'), c.req.param('term'))
    const at = gatehouse.clock.now()
    const door = doorFor(gatehouse, actorOf(signedIn(c)))
    const collector = gatehouse.settings.collectorUrl
    if (collector === undefined)
      throw new GatehouseError('misconfigured', 'No collector’s address is set on this server.', {
        todo: 'Whoever runs it sets COLLECTOR_URL.',
      })
    const sent = await sentBy(c)
    const reason = sent.text('reason').slice(0, 500)
    const work = await door.school.read((tx) => workOf(tx, definition))
    if (!work.build) throw new GatehouseError('conflict', 'Nothing is built of this term.')
    if (reason === '' && work.sent.some(({ delivery }) => delivery === 'acknowledged'))
      return show(gatehouse, terms, c, definition, {
        sent,
        faults: [{ field: 'reason', text: 'Say why this return takes the place of the one before' }],
      })
    const bytes = await fileOfBuild(gatehouse, work.build)
    const outcome = await submitReturn(
      door,
      definition,
      { bytes, collector, replaces: reason === '' ? null : reason },
      at,
    )
    if (outcome.kind !== 'released') {
      const why =
        outcome.kind === 'refused'
          ? outcome.reasons.map(({ text }) => text)
          : outcome.kind === 'held'
            ? [outcome.text]
            : []
      return show(gatehouse, terms, c, definition, {
        stopped: {
          heading: 'Nothing was sent',
          reasons: why,
          pupilIds: outcome.kind === 'held' ? outcome.pupilIds.slice(0, 50) : [],
        },
      })
    }
    const delivery = await deliverNow(door, outcome.releaseId, { clock: gatehouse.clock })
    await gatehouse.ledger.publish(at)
    if (delivery.kind === 'acknowledged') await dropReturnFile(gatehouse.home, work.build.sha256)
    const word = delivery.kind === 'acknowledged' ? 'census-received' : 'census-sent'
    return c.redirect(
      `${termPath({ year: definition.year, term: definition.term.name })}?done=${word}#send`,
      303,
    )
  })

  return app
}
