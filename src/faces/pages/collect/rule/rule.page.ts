import { Hono } from 'hono'
import { GatehouseError } from '../../../../core/vocabulary/index.ts'
import {
  asPerson,
  decideNote,
  findingsOf,
  findReturn,
  notesOf,
  writeNote,
  type NoteKind,
  type Person,
  type StoredFinding,
  type StoredReturn,
} from '../../../../national/collect/index.ts'
import { noteKindsFor } from '../../../../national/collect/show/index.ts'
import {
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { sentBy } from '../../form/form.ts'
import { render } from '../../frame/render.ts'
import { count, number } from '../../words/numbers.ts'
import { nationalGuard } from '../guard.ts'
import { noteView } from '../return/note-view.ts'
import { ruleHref } from '../return/rule-lines.ts'
import { roundTitle } from '../round.ts'
import { acceptsWords, noteKindWords, severityWords, statusWords } from '../words.ts'
import type { RuleView } from './rule.view.ts'

const page = render<RuleView>('collect/rule/rule.njk')
const pageSize = 100

/** What somebody sent that was not accepted: a note, or a decision on one. */
interface Refused {
  readonly text: string
  /** The note whose rejection was not accepted; null: a new note was not. */
  readonly note: string | null
  readonly kind: string
  readonly typed: string
  readonly which: 'all' | 'some'
  readonly chosen: readonly string[]
}

async function ruleView(
  { collector }: CollectorHouse,
  person: Person,
  { id, rule, page: asked }: { readonly id: string; readonly rule: string; readonly page: number },
  refused: Refused | null,
): Promise<RuleView> {
  const { of, findings, notes } = await asPerson(collector, person).read(async (tx) => {
    const of = await findReturn(tx, id)
    return {
      of,
      findings: (await findingsOf(tx, of)).filter((finding) => finding.rule === rule),
      notes: (await notesOf(tx, of)).filter((note) => note.rule === rule),
    }
  })
  const [first] = findings
  if (!first) throw new GatehouseError('not-found', 'This rule found nothing in this return.')
  const { severity, message, note } = first
  const pages = Math.ceil(findings.length / pageSize)
  const address = ruleHref(of.id, rule)
  const from = (asked - 1) * pageSize
  const noteError = (of: string): string | null => (refused?.note === of ? refused.text : null)
  return {
    back: `/collect/returns/${of.id}`,
    caption: `${of.sourceName}, ${await roundTitle(collector, of)}`,
    heading: `Rule ${rule}`,
    severity: severityWords[severity].tag,
    message,
    todo: severityWords[severity].todo,
    accepts: acceptsWords[note.accepts],
    says: note.accepts === 'none' || note.says === '' ? null : note.says,
    items: await itemsOf(collector, of, first),
    total:
      pages > 1
        ? `${count(findings.length, 'place')}, page ${number(asked)} of ${number(pages)}`
        : count(findings.length, 'place'),
    places: findings.slice(from, from + pageSize).map((finding) => ({
      number: String(finding.number),
      location: finding.location,
      line: finding.line === null ? '–' : number(finding.line),
      status: statusWords[finding.status],
    })),
    earlier: asked > 1 ? `${address}?page=${String(asked - 1)}` : null,
    later: asked < pages ? `${address}?page=${String(asked + 1)}` : null,
    error: refused && {
      text: refused.text,
      href: refused.note === null ? '#note-text' : `#reason-${refused.note}`,
    },
    notes: notes.map((one) => noteView(one, of, person, noteError(one.id))),
    decideAction: `${address}/notes`,
    write: writeView({ collector }, person, of, findings, address, refused),
  }
}

function writeView(
  { collector }: Pick<CollectorHouse, 'collector'>,
  person: Person,
  of: StoredReturn,
  findings: readonly StoredFinding[],
  address: string,
  refused: Refused | null,
): RuleView['write'] {
  const kinds = noteKindsFor(person.actor.role, findings, collector.workflow)
  if (!of.stands || of.state === 'authorised' || of.state === 'waiting-for-validation' || kinds.length === 0)
    return null
  return {
    action: `${address}/note`,
    kinds: kinds.map((value, i) => ({
      value,
      text: noteKindWords[value],
      chosen: refused && refused.kind !== '' ? refused.kind === value : i === 0,
    })),
    text: refused?.typed ?? '',
    error: refused && refused.note === null ? refused.text : null,
    some: findings.length > 1,
    which: refused?.which ?? 'all',
    chosen: refused?.chosen ?? [],
    longest: collector.workflow.notes.longest,
  }
}

/** What the items are that the rule points at, in the words of the collection’s own description. */
async function itemsOf(
  { definitions }: CollectorHouse['collector'],
  of: StoredReturn,
  { table, items }: StoredFinding,
): Promise<RuleView['items']> {
  const definition = await definitions.year(of.collection, of.year)
  return items.flatMap((point) => {
    const [first = '', second] = point.split('.')
    const item = definition?.tables
      .get(second === undefined ? (table ?? '') : first)
      ?.items.get(second ?? first)
    return item ? [{ label: item.label, says: item.says }] : []
  })
}

/** One rule that found something in one return: what it means, every place, and what is said about it. */
export function ruleRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const { collector, clock } = house
  const app = new Hono<RequestEnv>()
  const show = async (c: RequestContext, refused: Refused | null): Promise<Response> => {
    const { id = '', rule = '' } = c.req.param() as { id?: string; rule?: string }
    const asked = Math.max(1, Math.min(1000, Number.parseInt(c.req.query('page') ?? '', 10) || 1))
    const view = await ruleView(house, nationalSignedIn(c).person, { id, rule, page: asked }, refused)
    const title = `${view.heading}: ${view.caption}`
    return page(
      c,
      {
        title: refused ? `Error: ${title}` : title,
        section: 'returns',
        wide: true,
        status: refused ? 422 : 200,
      },
      view,
    )
  }

  app.get('/collect/returns/:id/rules/:rule', nationalGuard, (c) => show(c, null))

  app.post('/collect/returns/:id/rules/:rule/note', nationalGuard, async (c) => {
    const sent = await sentBy(c)
    const { id, rule } = c.req.param()
    const which = sent.text('which') === 'some' ? 'some' : 'all'
    const chosen = sent.all('place').filter((one) => /^\d{1,7}$/.test(one))
    const note = {
      kind: sent.text('kind') as NoteKind,
      rule,
      findings: which === 'all' ? null : chosen.map(Number),
      text: sent.text('text'),
      supersedes: null,
    }
    const refuse = (text: string): Promise<Response> =>
      show(c, { text, note: null, kind: note.kind, typed: note.text, which, chosen })
    if (which === 'some' && chosen.length === 0) return refuse('Choose the places that your note is about.')
    const written = await writeNote(collector, nationalSignedIn(c).person, id, note, clock.now())
    if (!written.ok) return refuse(`${written.error.detail} ${written.error.todo}`)
    return c.redirect(`${ruleHref(id, rule)}?done=note-written`, 303)
  })

  app.post('/collect/returns/:id/rules/:rule/notes/:note', nationalGuard, async (c) => {
    const sent = await sentBy(c)
    const { id, rule, note } = c.req.param()
    const accepted = sent.text('outcome') === 'accept'
    const outcome = { accepted, reason: sent.text('reason') || null }
    try {
      await decideNote(collector, nationalSignedIn(c).person, id, note, outcome, clock.now())
    } catch (error) {
      if (!(error instanceof GatehouseError && error.code === 'bad-input')) throw error
      const text = [error.message, error.todo].filter(Boolean).join(' ')
      return show(c, { text, note, kind: '', typed: '', which: 'all', chosen: [] })
    }
    return c.redirect(`${ruleHref(id, rule)}?done=${accepted ? 'note-accepted' : 'note-rejected'}`, 303)
  })

  return app
}
