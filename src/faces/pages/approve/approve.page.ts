import { Hono } from 'hono'
import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError, type AgreementVersion } from '../../../core/vocabulary/index.ts'
import {
  approveAgreement,
  currentPolicy,
  impactOf,
  proposedAgreements,
  type CurrentPolicy,
  type Impact,
} from '../../../school/agreements/index.ts'
import { approveAndPublish } from '../../../school/notice/index.ts'
import { pupilSummary } from '../../../school/register/index.ts'
import { actorOf, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { classWords, isSpecial, transformationWords } from '../words/codes.ts'
import { longDate } from '../words/dates.ts'
import { noticeNames } from '../words/names.ts'
import { count, list, number } from '../words/numbers.ts'
import type { ApproveView } from './approve.view.ts'

const page = render<ApproveView>('approve/approve.njk')
const mostExamples = 5

async function waitingVersion(tx: Tx, id: string): Promise<AgreementVersion> {
  const proposed = (await proposedAgreements(tx)).find(({ agreement }) => agreement.id === id)
  if (!proposed) throw new GatehouseError('not-found', 'No version of this agreement waits for approval.')
  return proposed
}

/** What approving would mean, in sentences. */
export function impactSentences(impact: Impact): readonly string[] {
  const { comparedWith, population, pupils, gaining, losing, changing } = impact
  const sentences = [
    comparedWith === null
      ? `No version is in force, so nothing leaves now. With this one the file would hold data of ${count(pupils.after, 'pupil')}, of the ${number(population.after)} the agreement is about.`
      : `Compared with version ${comparedWith}, which is in force: data of ${count(pupils.after, 'pupil')} instead of ${number(pupils.before)}.`,
  ]
  if (comparedWith !== null) {
    sentences.push(
      gaining + losing + changing === 0
        ? 'For no pupil would more, less or anything in another form leave.'
        : `More would leave of ${count(gaining, 'pupil')}, less of ${number(losing)}, something in another form of ${number(changing)}.`,
    )
  }
  sentences.push(`Worked out for ${longDate(impact.at)}, as if the recipient had shown all it must.`)
  return sentences
}

const figure = (n: number): string => (n === 0 ? '–' : number(n))

function itemRows(impact: Impact, { items }: Pick<CurrentPolicy, 'items'>): ApproveView['items'] {
  return impact.items.map((one) => {
    const item = items.get(one.item)
    return {
      item: item?.label ?? one.item,
      special: item && isSpecial(item) ? classWords[item.class] : null,
      gains: figure(one.gains),
      loses: figure(one.loses),
      changes: figure(one.changes),
      forms: list((one.after.length > 0 ? one.after : one.before).map((as) => transformationWords[as])),
    }
  })
}

async function examplesOf(tx: Tx, impact: Impact): Promise<ApproveView['examples']> {
  const ids = new Set(
    impact.items.flatMap(({ examples }) => [...examples.gains, ...examples.loses, ...examples.changes]),
  )
  const examples: { href: string; text: string }[] = []
  for (const id of [...ids].slice(0, mostExamples)) {
    const pupil = await pupilSummary(tx, id)
    if (pupil) {
      examples.push({
        href: `/pupils/${id}`,
        text: `${pupil.preferredForename ?? pupil.forename} ${pupil.surname}`,
      })
    }
  }
  return examples
}

export function approveRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  app.get('/agreements/:id/approve', guard('approve-agreement'), async (c) => {
    const at = gatehouse.clock.now()
    const view = await schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx): Promise<ApproveView> => {
      const current = await currentPolicy(tx)
      const { agreement, version, hash } = await waitingVersion(tx, c.req.param('id'))
      const impact = await impactOf(tx, current, agreement, at)
      return {
        id: agreement.id,
        recipient: noticeNames(current).get(agreement.id) ?? agreement.recipient,
        title: agreement.title,
        version,
        hash,
        summary: impactSentences(impact),
        items: itemRows(impact, current),
        examples: await examplesOf(tx, impact),
        stillNeeded: impact.stillNeeded.map(({ text }) => text),
        broken: impact.broken.map(({ text }) => text),
        unconfirmed: agreement.basis.confidence === 'unverified',
      }
    })
    return page(c, { title: `Approve ${view.title}`, section: 'recipients' }, view)
  })

  app.post('/agreements/:id/approve', guard('approve-agreement'), async (c) => {
    const school = schoolFor(gatehouse, actorOf(signedIn(c)))
    const id = c.req.param('id')
    const form = await c.req.parseBody()
    const at = gatehouse.clock.now()
    const waiting = await school.read((tx) => waitingVersion(tx, id))
    // What is approved is what was looked at: the form carries the fingerprint that was on the page.
    if (form['hash'] !== waiting.hash || form['version'] !== String(waiting.version)) {
      throw new GatehouseError('conflict', 'The agreement changed while you were looking at it.', {
        todo: 'Look at the new version, then approve that.',
      })
    }
    const publish = form['publish'] === 'yes'
    if (publish) await approveAndPublish(school, id, waiting.version, at)
    else await approveAgreement(school, id, waiting.version, at)
    await gatehouse.ledger.publish(at)
    return c.redirect(`/agreements/${id}?done=${publish ? 'approved-published' : 'approved'}`, 303)
  })

  return app
}
