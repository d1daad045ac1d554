import { Hono } from 'hono'
import { dateInEngland, GatehouseError, isIsoDate, type MarkKind } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  contactsOf,
  liftProtection,
  pupilSummary,
  recordProtection,
  type Protection,
} from '../../../school/register/index.ts'
import {
  actorOf,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { asking, nothingSent, sentBy, showForm, type Faults, type Sent } from '../form/form.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { markWords } from '../words/codes.ts'
import { longDate } from '../words/dates.ts'
import { noticeNames, recipientNames } from '../words/names.ts'
import { list } from '../words/numbers.ts'
import { kindOf, kinds } from './kinds.ts'
import type { ProtectionsView, ProtectionView } from './protections.view.ts'

const page = render<ProtectionsView>('protections/protections.njk')
// The browser's title and history hold no name.
const frame = { title: 'Protections of one pupil', section: 'pupils' } as const

async function facts(gatehouse: Gatehouse, c: RequestContext, id: string) {
  return schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
    const pupil = await pupilSummary(tx, id)
    if (!pupil) throw new GatehouseError('not-found', 'There is no such pupil.')
    const current = await currentPolicy(tx)
    const contacts = await contactsOf(tx, id)
    return {
      pupil,
      name: `${pupil.preferredForename ?? pupil.forename} ${pupil.preferredSurname ?? pupil.surname}`,
      agreements: new Map(
        [...noticeNames(current)].filter(([each]) => current.agreements.get(each)?.agreement.kind === 'feed'),
      ),
      recipients: recipientNames(current),
      contacts: new Map(contacts.map((contact) => [contact.id, `${contact.forename} ${contact.surname}`])),
    }
  })
}
type Facts = Awaited<ReturnType<typeof facts>>

function protectionView(one: Protection, { agreements, recipients, contacts }: Facts): ProtectionView {
  const fact = (label: string, text: string) => ({ label, text })
  return {
    id: one.id,
    tag: { text: markWords[one.kind], colour: 'purple' },
    mayLift: one.liftedAt === null && one.kind !== 'adoption',
    facts: [
      fact('What it does', kinds[one.kind].does),
      fact('Why', one.ground),
      ...(one.agreementId ? [fact('About', agreements.get(one.agreementId) ?? one.agreementId)] : []),
      ...(one.contactId
        ? [fact('Binds', contacts.get(one.contactId) ?? 'somebody who is no longer a contact')]
        : []),
      ...(one.allowedRecipients.length > 0
        ? [fact('May still have it', list(one.allowedRecipients.map((id) => recipients.get(id) ?? id)))]
        : []),
      fact('From', `${longDate(one.fromDate)}${one.toDate ? ` to ${longDate(one.toDate)}` : ''}`),
      fact('Recorded', `${longDate(one.recordedAt)} by ${one.recordedBy}`),
      ...(one.liftedAt ? [fact('Lifted', `${longDate(one.liftedAt)} by ${one.liftedBy ?? 'somebody'}`)] : []),
    ],
  }
}

function protectionForm(
  c: RequestContext,
  here: Facts,
  kind: MarkKind,
  sent: Sent,
  faults: Faults,
  today: string,
) {
  const ask = asking(sent, faults)
  const { text, does, asksFor, agreementNeeded } = kinds[kind]
  const asks = (what: (typeof asksFor)[number]): boolean => asksFor.includes(what)
  const recipients = Object.fromEntries([...here.recipients].sort(([, a], [, b]) => a.localeCompare(b)))
  return showForm(c, frame, faults, {
    back: { href: `/pupils/${here.pupil.id}/protections`, text: 'Protections' },
    caption: here.name,
    heading: text,
    intro: [does],
    warning:
      kind === 'adoption'
        ? 'Former names, the former pupil number and the history of schools are removed for good.'
        : null,
    fields: [
      ...(asks('agreement')
        ? [
            ask.select(
              'agreement',
              agreementNeeded ? 'Which agreement was objected to?' : 'Which agreement?',
              {
                '': agreementNeeded ? 'Choose one' : 'All of them',
                ...Object.fromEntries(here.agreements),
              },
            ),
          ]
        : []),
      ...(asks('contact')
        ? [
            ask.select('contact', 'Whom does the order bind?', {
              '': 'Nobody in particular',
              ...Object.fromEntries(here.contacts),
            }),
          ]
        : []),
      ask.text('ground', 'Reference of the order, decision or request', {
        hint: 'Where it is kept, such as “court file TF26C00123”. Don’t write what happened',
      }),
      ask.date('from', 'From', { hint: 'For example, 24 11 2026', start: today }),
      ...(asks('end')
        ? [ask.date('to', 'Last day (optional)', { hint: 'Leave empty if no end is known' })]
        : []),
      ...(asks('recipients')
        ? [ask.checkboxes('recipients', 'Who may still have what it holds back? (optional)', recipients)]
        : []),
    ],
    hidden: { kind },
    action: `/pupils/${here.pupil.id}/protections`,
    button: 'Record this protection',
  })
}

function faultsOf(kind: MarkKind, sent: Sent): Faults {
  const [from, to] = [sent.date('from'), sent.date('to')]
  return [
    ...(kinds[kind].agreementNeeded && sent.text('agreement') === ''
      ? [{ field: 'agreement', text: 'Choose the agreement that was objected to' }]
      : []),
    ...(sent.text('ground') === '' ? [{ field: 'ground', text: 'Enter the reference' }] : []),
    ...(isIsoDate(from) ? [] : [{ field: 'from', text: 'The first day must be a real date' }]),
    ...(to === '' || isIsoDate(to) ? [] : [{ field: 'to', text: 'The last day must be a real date' }]),
    ...(isIsoDate(from) && isIsoDate(to) && to < from
      ? [{ field: 'to', text: 'The last day must be on or after the first' }]
      : []),
  ]
}

export function protectionsRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const today = (): string => dateInEngland(gatehouse.clock.now())

  const showAll = async (c: RequestContext, id: string, fault: string | null): Promise<Response> => {
    const here = await facts(gatehouse, c, id)
    const isLive = ({ liftedAt, toDate }: Protection): boolean =>
      liftedAt === null && (toDate === null || toDate >= today())
    const all = here.pupil.protections
    const title = fault === null ? frame.title : `Error: ${frame.title}`
    return page(
      c,
      { ...frame, title, status: fault === null ? 200 : 422 },
      {
        id,
        name: here.name,
        live: all.filter(isLive).map((one) => protectionView(one, here)),
        past: all
          .filter((one) => !isLive(one))
          .map((one) => ({ ...protectionView(one, here), mayLift: false })),
        errors: fault === null ? [] : [{ text: fault, href: '#kind' }],
        kinds: Object.entries(kinds).map(([value, { text, does }]) => ({ value, text, hint: does })),
      },
    )
  }

  app.get('/pupils/:id/protections', guard('protect-pupil'), (c) => showAll(c, c.req.param('id'), null))

  // The kind is sent in a form and not in an address: it says something about a child.
  app.post('/pupils/:id/protections/kind', guard('protect-pupil'), async (c) => {
    const kind = kindOf((await sentBy(c)).text('kind'))
    if (!kind) return showAll(c, c.req.param('id'), 'Choose a protection')
    const here = await facts(gatehouse, c, c.req.param('id'))
    return protectionForm(c, here, kind, nothingSent, [], today())
  })

  app.post('/pupils/:id/protections', guard('protect-pupil'), async (c) => {
    const id = c.req.param('id')
    const sent = await sentBy(c)
    const kind = kindOf(sent.text('kind'))
    if (!kind) return showAll(c, id, 'Choose a protection')
    const here = await facts(gatehouse, c, id)
    const faults = faultsOf(kind, sent)
    if (faults.length > 0) return protectionForm(c, here, kind, sent, faults, today())
    const chosen = (name: string, among: ReadonlyMap<string, string>): string | null =>
      among.has(sent.text(name)) ? sent.text(name) : null
    await recordProtection(
      schoolFor(gatehouse, actorOf(signedIn(c))),
      {
        pupilId: id,
        kind,
        agreementId: chosen('agreement', here.agreements),
        allowedRecipients: sent.all('recipients').filter((each) => here.recipients.has(each)),
        contactId: chosen('contact', here.contacts),
        fromDate: sent.date('from'),
        toDate: sent.date('to') || null,
        ground: sent.text('ground').slice(0, 300),
      },
      gatehouse.clock.now(),
    )
    return c.redirect(`/pupils/${id}/protections?done=protected`, 303)
  })

  /** The protection that this page is about, when it may be lifted. */
  const liftable = async (c: RequestContext, id: string, mark: string) => {
    const here = await facts(gatehouse, c, id)
    const one = here.pupil.protections.find((each) => each.id === mark)
    if (!one || one.liftedAt !== null || one.kind === 'adoption')
      throw new GatehouseError('not-found', 'There is no such protection that could be lifted.')
    return { name: here.name, one }
  }

  app.get('/pupils/:id/protections/:mark/lift', guard('protect-pupil'), async (c) => {
    const [id, mark] = [c.req.param('id'), c.req.param('mark')]
    const { name, one } = await liftable(c, id, mark)
    return showForm(c, frame, [], {
      back: { href: `/pupils/${id}/protections`, text: 'Protections' },
      caption: name,
      heading: `Lift the protection: ${markWords[one.kind].toLowerCase()}`,
      intro: [`It was recorded by ${one.recordedBy}: ${one.ground}.`],
      warning:
        'What it held back may leave with the very next file. Be sure that the danger or the reason is gone.',
      fields: [],
      action: `/pupils/${id}/protections/${mark}/lift`,
      button: 'Lift this protection',
    })
  })

  app.post('/pupils/:id/protections/:mark/lift', guard('protect-pupil'), async (c) => {
    const [id, mark] = [c.req.param('id'), c.req.param('mark')]
    await liftable(c, id, mark)
    await liftProtection(schoolFor(gatehouse, actorOf(signedIn(c))), mark, gatehouse.clock.now())
    return c.redirect(`/pupils/${id}/protections?done=lifted`, 303)
  })

  return app
}
