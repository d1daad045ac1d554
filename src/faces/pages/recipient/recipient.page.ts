import { Hono } from 'hono'
import { Readable } from 'node:stream'
import { readCsv } from '../../../core/standards/csv/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import {
  dateInEngland,
  GatehouseError,
  type Agreement,
  type Recipient,
} from '../../../core/vocabulary/index.ts'
import {
  changeStanding,
  currentPolicy,
  recipientRecord,
  recordTemplate,
  standingChanges,
  type CurrentPolicy,
  type RecipientRecord,
} from '../../../school/agreements/index.ts'
import { recordEndpoint, schoolsPublicKey } from '../../../school/deliver/index.ts'
import {
  actorOf,
  may,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { openCase } from '../agreement/open-case.ts'
import { shutReasons, stateTag } from '../agreement/state.ts'
import { asking, nothingSent, sentBy, showForm, type Faults, type Sent } from '../form/form.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { recipientKindWords } from '../words/codes.ts'
import { recipientNames } from '../words/names.ts'
import { addressFields, addressOf } from './address-form.ts'
import { historyOf, recordRows } from './record-rows.ts'
import type { RecipientView } from './recipient.view.ts'
import { standingForms } from './standing-forms.ts'

const page = render<RecipientView>('recipient/recipient.njk')

interface Known {
  readonly recipient: Recipient
  readonly name: string
  readonly agreements: readonly Agreement[]
  readonly current: CurrentPolicy
}

async function known(tx: Tx, id: string): Promise<Known> {
  const current = await currentPolicy(tx)
  const recipient = current.recipients.get(id)
  if (!recipient) throw new GatehouseError('not-found', 'There is no such recipient.')
  const agreements = [...current.agreements.values()]
    .map(({ agreement }) => agreement)
    .filter((agreement) => agreement.recipient === id)
  return { recipient, name: recipientNames(current).get(id) ?? recipient.name, agreements, current }
}

async function recipientView(gatehouse: Gatehouse, c: RequestContext, id: string): Promise<RecipientView> {
  const at = gatehouse.clock.now()
  const { role } = signedIn(c)
  const { here, record, history } = await schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => ({
    here: await known(tx, id),
    record: await recipientRecord(tx, id),
    history: await standingChanges(tx, id),
  }))
  const { recipient, name, agreements, current } = here
  const opened = agreements.map((agreement) => {
    const version = current.agreements.get(agreement.id)
    if (!version) throw new GatehouseError('not-found', 'There is no such agreement.')
    return { agreement, version, compiled: openCase(current, version, at) }
  })
  const missing = new Set(
    opened.flatMap(({ compiled }) =>
      [...compiled.gate.values()]
        .flat()
        .filter(({ condition }) => condition === 2)
        .map(({ text }) => text),
    ),
  )
  for (const text of notReady(agreements, record)) missing.add(text)
  const publicKey = record.secretReference && (await schoolsPublicKey(gatehouse.home, record.secretReference))
  return {
    id,
    name,
    summary: `${recipientKindWords[recipient.kind]}. ${recipient.name}`,
    state:
      missing.size === 0
        ? { text: 'In good standing', colour: 'green' }
        : { text: 'Something is missing', colour: 'orange' },
    missing: [...missing],
    rows: recordRows(id, agreements, record, publicKey, {
      standing: may(role, 'record-standing'),
      template: may(role, 'check-template'),
    }),
    agreements: opened.map(({ agreement, version, compiled }) => ({
      href: `/agreements/${agreement.id}`,
      title: agreement.title,
      state: stateTag(version, shutReasons(agreement, compiled)),
    })),
    history: historyOf(history),
  }
}

/** What lets files wait although the recipient is who it should be. */
function notReady(
  agreements: readonly Agreement[],
  { endpoint, template }: RecipientRecord,
): readonly string[] {
  const on = agreements.filter(({ enabled, kind }) => enabled && kind === 'feed')
  const texts: string[] = []
  if (on.some(({ format }) => format.kind === 'csv' && format.templateRequired) && !template)
    texts.push('The columns have not been checked against its blank template, so files are held.')
  if (kindOf(on) !== null && Object.keys(endpoint).length === 0)
    texts.push('It is not on record where files go, so they can’t be delivered.')
  return texts
}

const kindOf = (agreements: readonly Agreement[]): 'sftp' | 'https' | null => {
  const kinds = agreements.map(({ transport }) => transport.kind)
  return kinds.includes('sftp') ? 'sftp' : kinds.includes('https') ? 'https' : null
}

async function headerOf(file: Uint8Array): Promise<readonly string[]> {
  for await (const row of readCsv(Readable.from([Buffer.from(file)]))) return row.cells
  return []
}

export function recipientRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const schoolOf = (c: RequestContext) => schoolFor(gatehouse, actorOf(signedIn(c)))
  const read = (c: RequestContext, id: string) =>
    schoolOf(c).read(async (tx) => ({ ...(await known(tx, id)), record: await recipientRecord(tx, id) }))
  const frame = (title: string) => ({ title, section: 'recipients' }) as const
  const backTo = (id: string, name: string) => ({ href: `/recipients/${id}`, text: name })

  app.get('/recipients/:id', guard('see-sharing'), async (c) => {
    const view = await recipientView(gatehouse, c, c.req.param('id'))
    return page(c, frame(view.name), view)
  })

  for (const [path, form] of Object.entries(standingForms)) {
    const show = async (c: RequestContext, id: string, sent: Sent, faults: Faults): Promise<Response> => {
      const { name, record } = await read(c, id)
      return showForm(c, frame(form.heading), faults, {
        back: backTo(id, name),
        caption: name,
        heading: form.heading,
        intro: form.intro,
        fields: form.fields(sent, faults, record, dateInEngland(gatehouse.clock.now())),
        action: `/recipients/${id}/${path}`,
        button: form.button,
      })
    }
    app.get(`/recipients/:id/${path}`, guard('record-standing'), (c) =>
      show(c, c.req.param('id'), nothingSent, []),
    )
    app.post(`/recipients/:id/${path}`, guard('record-standing'), async (c) => {
      const id = c.req.param('id')
      const sent = await sentBy(c)
      const change = { recipientId: id, ...form.change(sent) }
      const recorded = await changeStanding(schoolOf(c), change, gatehouse.clock.now())
      return recorded.ok
        ? c.redirect(`/recipients/${id}?done=on-record`, 303)
        : show(c, id, sent, recorded.error)
    })
  }

  const showAddress = async (
    c: RequestContext,
    id: string,
    sent: Sent,
    faults: Faults,
  ): Promise<Response> => {
    const { name, record, agreements } = await read(c, id)
    const kind = kindOf(agreements)
    if (!kind)
      throw new GatehouseError('not-found', 'No agreement with this recipient sends files to an address.')
    return showForm(c, frame('Where files go'), faults, {
      back: backTo(id, name),
      caption: name,
      heading: 'Where files go',
      intro: ['From the next file on, everything for this recipient goes to this address.'],
      warning: 'Only take an address from somebody whom you reached by a way you found yourself.',
      fields: addressFields(kind, sent, faults, record),
      action: `/recipients/${id}/address`,
      button: 'Record this address',
    })
  }
  app.get('/recipients/:id/address', guard('record-standing'), (c) =>
    showAddress(c, c.req.param('id'), nothingSent, []),
  )
  app.post('/recipients/:id/address', guard('record-standing'), async (c) => {
    const id = c.req.param('id')
    const sent = await sentBy(c)
    const kind = kindOf((await read(c, id)).agreements) ?? 'sftp'
    const door = { school: schoolOf(c), home: gatehouse.home }
    const recorded = await recordEndpoint(door, id, addressOf(kind, sent), gatehouse.clock.now())
    if (!recorded.ok) return showAddress(c, id, sent, recorded.error)
    return c.redirect(`/recipients/${id}?done=${recorded.value.publicKey ? 'key-made' : 'on-record'}`, 303)
  })

  const showTemplate = async (c: RequestContext, id: string, agreement: string, faults: Faults) => {
    const { name, agreements } = await read(c, id)
    const one = agreements.find((each) => each.id === agreement)
    if (one?.format.kind !== 'csv') throw new GatehouseError('not-found', 'This agreement has no columns.')
    return showForm(c, frame('Check the blank template'), faults, {
      back: backTo(id, name),
      caption: `${name}: ${one.title}`,
      heading: 'Check the blank template',
      intro: [
        'Download the blank template from the recipient’s own site, signed in as the school, and choose the file here. It must be CSV and hold no pupil. Only its first row is read and kept.',
      ],
      fields: [asking(nothingSent, faults).file('template', 'Blank template (CSV)')],
      action: `/recipients/${id}/template/${agreement}`,
      upload: true,
      button: 'Check the columns',
    })
  }
  app.get('/recipients/:id/template/:agreement', guard('check-template'), (c) =>
    showTemplate(c, c.req.param('id'), c.req.param('agreement'), []),
  )
  app.post('/recipients/:id/template/:agreement', guard('check-template'), async (c) => {
    const [id, agreement] = [c.req.param('id'), c.req.param('agreement')]
    const wrong = (...texts: readonly string[]): Promise<Response> =>
      showTemplate(
        c,
        id,
        agreement,
        texts.map((text) => ({ field: 'template', text })),
      )
    const file = await (await sentBy(c)).file('template')
    if (!file) return wrong('Choose the template’s file')
    const { agreements } = await read(c, id)
    if (!agreements.some((each) => each.id === agreement))
      throw new GatehouseError('not-found', 'There is no such agreement.')
    let header: readonly string[]
    try {
      header = await headerOf(file)
    } catch (error) {
      if (error instanceof GatehouseError)
        return wrong('The file can’t be read as CSV. Save it as CSV and try again')
      throw error
    }
    const match = await recordTemplate(schoolOf(c), agreement, header, gatehouse.clock.now())
    return match.ok
      ? c.redirect(`/recipients/${id}?done=template-fits`, 303)
      : wrong(...match.error.map(({ text }) => text))
  })

  return app
}
