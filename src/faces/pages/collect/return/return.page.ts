import { Hono } from 'hono'
import {
  acceptNotes,
  asPerson,
  eventsOf,
  findingsOf,
  findReturn,
  mayAcceptTogether,
  moveReturn,
  moves,
  notesOf,
  unresolvedIn,
  writeNote,
  type Move,
  type NoteKind,
  type Person,
  type StoredReturn,
} from '../../../../national/collect/index.ts'
import { movesFor, noteKindsFor, versionsOf } from '../../../../national/collect/show/index.ts'
import { GatehouseError } from '../../../../core/vocabulary/index.ts'
import {
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { sentBy } from '../../form/form.ts'
import { render } from '../../frame/render.ts'
import { dateAndTime, longDate } from '../../words/dates.ts'
import { count, list, number } from '../../words/numbers.ts'
import { namesOfAll } from '../authorities.ts'
import { nationalGuard } from '../guard.ts'
import { roundTitle } from '../round.ts'
import {
  authorityLabel,
  foundWords,
  moveWords,
  noteKindWords,
  pastMove,
  roleWords,
  stateMeaning,
  stateTag,
  whoWords,
} from '../words.ts'
import { nextSteps } from './next-steps.ts'
import { noteView } from './note-view.ts'
import { groupsOf } from './rule-lines.ts'
import type { MoveView, ReturnView } from './return.view.ts'

const page = render<ReturnView>('collect/return/return.njk')

/** What somebody sent that was not accepted, and why: shown again where it was typed. */
interface Refused {
  readonly at: Move | 'note' | 'accept-all'
  readonly text: string
  readonly typed: string
}

async function returnView(
  { collector }: CollectorHouse,
  person: Person,
  id: string,
  refused: Refused | null,
): Promise<ReturnView> {
  const known = await asPerson(collector, person).read(async (tx) => {
    const of = await findReturn(tx, id)
    return {
      of,
      findings: await findingsOf(tx, of),
      notes: await notesOf(tx, of),
      unresolved: await unresolvedIn(tx, of),
      events: await eventsOf(tx, of.id),
      versions: await versionsOf(tx, of),
    }
  })
  const { of, findings, notes, events, versions } = known
  const offers = movesFor(person, of, known.unresolved)
  const standing = versions.find(({ stands }) => stands)
  const noteKinds =
    of.stands && of.state !== 'authorised' && of.state !== 'waiting-for-validation'
      ? noteKindsFor(person.actor.role, [], collector.workflow)
      : []
  return {
    id: of.id,
    caption: await roundTitle(collector, of),
    heading: of.sourceName,
    state: stateTag(collector, of.state),
    meaning: stateMeaning[of.state],
    past: of.stands ? null : pastWords(of, standing),
    error: refused && {
      text: refused.text,
      href: refused.at === 'note' ? '#note-text' : `#reason-${refused.at}`,
    },
    facts: [
      ...factsOf(of, await namesOfAll(collector)),
      { key: 'Records in it', value: await recordWords(collector, of), code: false },
      { key: 'Fingerprint of the file', value: of.messageSha256, code: true },
    ],
    next: nextSteps(of, known.unresolved, offers),
    moves: offers.filter(({ refusal }) => refusal === null).map((offer) => moveView(offer, refused)),
    replace:
      of.stands && of.state !== 'authorised' && person.scope.kind !== 'collector'
        ? `/collect/send?replaces=${of.id}`
        : null,
    found: foundWords(of.errors, of.queries),
    leftOut:
      of.leftOut > 0
        ? `${count(of.leftOut, 'more finding')} were counted and not kept: correct the others first, and send the file again.`
        : null,
    groups: groupsOf(of.id, findings),
    acceptAll:
      of.stands &&
      of.state !== 'authorised' &&
      known.unresolved.undecided > 0 &&
      mayAcceptTogether(collector, person, of)
        ? {
            waiting:
              known.unresolved.undecided === 1
                ? 'the note that waits for a decision'
                : `the ${count(known.unresolved.undecided, 'note')} that wait for a decision`,
            error: refused?.at === 'accept-all' ? refused.text : null,
            reason: refused?.at === 'accept-all' ? refused.typed : '',
          }
        : null,
    notes: notes.filter(({ rule }) => rule === null).map((note) => noteView(note, of, person)),
    noteKinds: noteKinds.map((value) => ({ value, text: noteKindWords[value] })),
    noteError: refused?.at === 'note' ? refused.text : null,
    noteText: refused?.at === 'note' ? refused.typed : '',
    longest: collector.workflow.notes.longest,
    history: events.map((event) => ({
      when: dateAndTime(event.at),
      what: pastMove(event.move),
      by: whoWords(event.by, event.role),
      state: stateTag(collector, event.to as StoredReturn['state']),
      reason: event.reason,
    })),
    versions: versions.map((version) => ({
      version: `Version ${number(version.version)}`,
      href: version.id === of.id ? null : `/collect/returns/${version.id}`,
      received: dateAndTime(version.receivedAt),
      by: `${version.receivedBy}, ${roleWords(version.receivedAs)}`,
      state: stateTag(collector, version.state),
      found: foundWords(version.errors, version.queries),
      reason: version.replaceReason,
    })),
  }
}

const pastWords = (of: StoredReturn, standing: StoredReturn | undefined): ReturnView['past'] =>
  standing
    ? {
        text: `This is version ${number(of.version)}. Version ${number(standing.version)} took its place.`,
        href: `/collect/returns/${standing.id}`,
      }
    : { text: 'This version was withdrawn, and nothing stands in its place.', href: null }

const factsOf = (of: StoredReturn, names: ReadonlyMap<string, string>): ReturnView['facts'] =>
  [
    ['Number', of.source],
    ['Authority', authorityLabel(names, of.laNumber)],
    [
      'Version',
      `${number(of.version)}, received on ${dateAndTime(of.receivedAt)} from ${of.receivedBy} (${roleWords(of.receivedAs)})`,
    ],
    ...(of.replaceReason === null ? [] : [['Why it replaced the one before', of.replaceReason]]),
    ['In this state since', longDate(of.stateSince)],
    [
      'Who sees to it',
      of.approver === 'authority'
        ? 'The local authority approves it, then the collector authorises it'
        : 'The collector authorises it; no local authority has to approve it',
    ],
    ['Size of the file', `${number(Math.ceil(of.bytes / 1024))} KB`],
  ].map(([key = '', value = '']) => ({ key, value, code: false }))

/** “420 of pupil on roll and 12 of class”, in the order and words of the collection. */
async function recordWords({ definitions }: CollectorHouse['collector'], of: StoredReturn): Promise<string> {
  const tables = (await definitions.year(of.collection, of.year))?.tables
  const named = Object.entries(of.records).flatMap(([name, many]) =>
    many > 0 && tables?.get(name)?.once !== true
      ? [`${tables?.get(name)?.label ?? name}: ${number(many)}`]
      : [],
  )
  return named.length === 0 ? 'None' : list(named)
}

function moveView(
  { move, asksReason }: { readonly move: Move; readonly asksReason: boolean },
  refused: Refused | null,
): MoveView {
  return {
    move,
    ...moveWords[move],
    asksReason,
    warning: move === 'reject' || move === 'withdraw',
    error: refused?.at === move ? refused.text : null,
    reason: refused?.at === move ? refused.typed : '',
  }
}

const doneWords = {
  submit: 'submitted',
  approve: 'return-approved',
  authorise: 'authorised',
  reject: 'return-rejected',
  withdraw: 'withdrawn',
} as const satisfies Readonly<Record<Move, string>>

/** One version of a return: what it is, what was found, what is said, and what may be done with it. */
export function returnRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const { collector, clock } = house
  const app = new Hono<RequestEnv>()
  const show = async (c: RequestContext, refused: Refused | null): Promise<Response> => {
    const view = await returnView(house, nationalSignedIn(c).person, c.req.param('id') ?? '', refused)
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

  app.get('/collect/returns/:id', nationalGuard, (c) => show(c, null))

  app.post('/collect/returns/:id/move', nationalGuard, async (c) => {
    const sent = await sentBy(c)
    const move = (Object.keys(moves) as Move[]).find((one) => one === sent.text('move'))
    if (!move) throw new GatehouseError('bad-input', 'The form names nothing that can be done with a return.')
    const { person } = nationalSignedIn(c)
    const id = c.req.param('id')
    const typed = sent.text('reason')
    const moved = await moveReturn(collector, person, id, move, typed || null, clock.now())
    if (!moved.ok) return show(c, { at: move, text: `${moved.error.detail} ${moved.error.todo}`, typed })
    return c.redirect(`/collect/returns/${id}?done=${doneWords[move]}`, 303)
  })

  app.post('/collect/returns/:id/accept', nationalGuard, async (c) => {
    const typed = (await sentBy(c)).text('reason')
    const id = c.req.param('id')
    try {
      await acceptNotes(collector, nationalSignedIn(c).person, id, { rule: null, reason: typed }, clock.now())
    } catch (error) {
      if (!(error instanceof GatehouseError && error.code === 'bad-input')) throw error
      return show(c, {
        at: 'accept-all',
        text: [error.message, error.todo].filter(Boolean).join(' '),
        typed,
      })
    }
    return c.redirect(`/collect/returns/${id}?done=notes-accepted`, 303)
  })

  app.post('/collect/returns/:id/note', nationalGuard, async (c) => {
    const sent = await sentBy(c)
    const { person } = nationalSignedIn(c)
    const id = c.req.param('id')
    const note = {
      kind: sent.text('kind') as NoteKind,
      rule: null,
      findings: null,
      text: sent.text('text'),
      supersedes: null,
    }
    const written = await writeNote(collector, person, id, note, clock.now())
    if (!written.ok)
      return show(c, { at: 'note', text: `${written.error.detail} ${written.error.todo}`, typed: note.text })
    return c.redirect(`/collect/returns/${id}?done=note-written`, 303)
  })

  return app
}
