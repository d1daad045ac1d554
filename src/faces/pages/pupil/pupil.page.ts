import { Hono } from 'hono'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy, takeFacts } from '../../../school/agreements/index.ts'
import { contactsOf, pupilSummary, type PupilSummary } from '../../../school/register/index.ts'
import { choicesOf, purposesWith, relationsOf, type ChoiceRecorded } from '../../../school/consent/index.ts'
import {
  actorOf,
  may,
  schoolFor,
  signedIn,
  takeChoice,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { openCase } from '../agreement/open-case.ts'
import type { Done } from '../frame/done.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { entryIndex, receiptHeaders } from '../ledger/receipt.ts'
import { filesOf } from '../picture/releases.store.ts'
import { markWords } from '../words/codes.ts'
import { longDate } from '../words/dates.ts'
import { noticeNames, recipientNames } from '../words/names.ts'
import { choiceErrors, choiceForm, choiceOf, consents, type Filled } from './choices.ts'
import { disclosures, leftOut, stopped } from './disclosures.ts'
import type { ChoiceFormView, PupilView } from './pupil.view.ts'
import { wouldShare } from './would-share.ts'

const page = render<PupilView>('pupil/pupil.njk')
const pupilIdForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const summary = (pupil: PupilSummary): string =>
  [
    pupil.registrationGroup && `Class ${pupil.registrationGroup}`,
    `born ${longDate(pupil.dateOfBirth)}`,
    pupil.leavingDate && `left on ${longDate(pupil.leavingDate)}`,
  ]
    .filter(Boolean)
    .join(', ')

const present = <T>(value: T | null): value is T => value !== null

async function pupilView(
  gatehouse: Gatehouse,
  c: RequestContext,
  id: string,
  filled: Filled = {},
  errors: ChoiceFormView['errors'] = [],
): Promise<PupilView> {
  const at = gatehouse.clock.now()
  const staff = signedIn(c)
  const read = await schoolFor(gatehouse, actorOf(staff)).read(async (tx) => {
    const pupil = await pupilSummary(tx, id)
    const facts = pupil && (await takeFacts(tx, id, at))
    const relations = pupil && (await relationsOf(tx, id, at))
    if (!pupil || !facts || !relations) throw new GatehouseError('not-found', 'There is no such pupil.')
    const contacts = await contactsOf(tx, id)
    return {
      pupil,
      facts,
      relations,
      current: await currentPolicy(tx),
      choices: await choicesOf(tx, id),
      names: new Map(contacts.map((contact) => [contact.id, `${contact.forename} ${contact.surname}`])),
    }
  })
  const { pupil, facts, relations, current, choices, names } = read
  const entries = await gatehouse.ledger.entriesOf(id, { at, restricted: may(staff.role, 'see-restricted') })
  const files = await schoolFor(gatehouse, actorOf(staff)).read((tx) =>
    filesOf(
      tx,
      entries.map(({ index }) => index),
    ),
  )
  const labels = new Map([...purposesWith(current, choices)].map(([purpose, { label }]) => [purpose, label]))
  const shared = [...noticeNames(current)]
    .map(([agreementId, name]) => {
      const version = current.agreements.get(agreementId)
      return version?.agreement.kind === 'feed'
        ? wouldShare(version, name, openCase(current, version, at), facts, labels)
        : null
    })
    .filter(present)
  return {
    id,
    name: `${pupil.preferredForename ?? pupil.forename} ${pupil.preferredSurname ?? pupil.surname}`,
    summary: summary(pupil),
    marks: pupil.marks.map((kind) => ({ text: markWords[kind], colour: 'purple' })),
    mayProtect: may(staff.role, 'protect-pupil'),
    disclosures: disclosures(entries, current, recipientNames(current), files),
    stopped: stopped(entries, recipientNames(current), files),
    leftOut: leftOut(entries, current.items, recipientNames(current)),
    recipients: shared.filter((one) => one.covered),
    notCovered: shared.filter((one) => !one.covered),
    consents: consents(current, noticeNames(current), choices, relations, names, at),
    form: may(staff.role, 'record-choice')
      ? choiceForm(current, choices, relations, names, filled, errors)
      : null,
  }
}

const doneWord = ({ agreements, standing, holders }: ChoiceRecorded): Done => {
  if (holders.some(({ where }) => where === 'stopped')) return 'stopped'
  return agreements.length === 0 && standing !== 'given' ? 'unused' : 'recorded'
}

export function pupilRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  // The browser's title and history hold no name either.
  const frame = { title: 'One pupil', section: 'pupils' } as const

  app.get('/pupils/:id', guard('see-pupils'), async (c) =>
    page(c, frame, await pupilView(gatehouse, c, c.req.param('id'))),
  )

  app.post('/pupils/:id/choices', guard('record-choice'), async (c) => {
    const id = c.req.param('id')
    const form = await c.req.parseBody()
    const filled: Filled = Object.fromEntries(
      Object.entries(form).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value.trim().slice(0, 300)]] : [],
      ),
    )
    const choice = choiceOf(id, filled)
    const recorded = choice && (await takeChoice(gatehouse, actorOf(signedIn(c)), choice))
    if (recorded?.ok) return c.redirect(`/pupils/${id}?done=${doneWord(recorded.value)}#consent`, 303)
    const errors = choiceErrors(filled, recorded ? recorded.error : null)
    return page(
      c,
      { ...frame, title: 'Error: One pupil', status: 422 },
      await pupilView(gatehouse, c, id, filled, errors),
    )
  })

  app.get('/pupils/:id/receipts/:index', guard('see-pupils'), async (c) => {
    const pupilId = c.req.param('id')
    const index = entryIndex(c.req.param('index'))
    if (!pupilIdForm.test(pupilId)) throw new GatehouseError('not-found', 'There is no such pupil.')
    const receipt = await gatehouse.ledger.receipt(index, {
      at: gatehouse.clock.now(),
      restricted: may(signedIn(c).role, 'see-restricted'),
      pupilId,
    })
    return c.body(receipt, 200, receiptHeaders(index))
  })

  return app
}
