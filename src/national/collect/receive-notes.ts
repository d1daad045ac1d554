import { hash } from 'node:crypto'
import {
  notesClaimsShape,
  notesTokenType,
  sentNotesShape,
  type NotesAnswer,
  type NotesProblem,
  type SentNote,
} from '../../core/collections/index.ts'
import { decryptWith, looksEncrypted } from '../../core/standards/age/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../core/vocabulary/index.ts'
import { asPerson, type Collector } from './collector.ts'
import { findingsOf, type StoredFinding } from './findings.store.ts'
import { spendToken } from './note-tokens.store.ts'
import { notesOf, type NewNote, type StoredNote } from './notes.store.ts'
import { personOf } from './person-of-source.ts'
import { findReturn } from './returns.store.ts'
import { notSigned, whoSigned } from './who-signed.ts'
import { writeNote } from './work.store.ts'

/** Why notes are not taken. Words are shown as they are. */
export interface NotesRefusal {
  readonly problem: NotesProblem
  readonly detail: string
  readonly todo: string
}

const refused = (problem: NotesProblem, detail: string, todo: string): Result<never, NotesRefusal> =>
  fail({ problem, detail, todo })

/**
 * Takes notes on a return that its source signed and encrypted to this collector. Each is judged as one that a person writes;
 * one that stands there already is not written again, so the same body may be sent twice, each time with a new token: one
 * under which notes were taken is not taken again.
 */
export async function receiveNotes(
  collector: Collector,
  { returnId, token, body }: { readonly returnId: string; readonly token: string; readonly body: Uint8Array },
  at: Date,
): Promise<Result<NotesAnswer, NotesRefusal>> {
  const kind = { type: notesTokenType, shape: notesClaimsShape, signs: 'these notes' }
  const signed = await whoSigned(collector, token, kind, at)
  if (!signed.ok) return signed
  const { claims, source } = signed.value
  if (claims.return !== returnId)
    return notSigned(kind.signs, 'The token is for another return than the address.')
  if (hash('sha256', body) !== claims.sha256)
    return refused('other-bytes', 'These are not the bytes that were signed.', 'Send the notes again.')
  if (!looksEncrypted(body))
    return refused(
      'not-encrypted',
      'The body is not encrypted with age.',
      'Encrypt it to the collector’s key.',
    )
  const opened = await decryptWith(collector.keys.identity, body)
  if (!opened.ok)
    return refused('not-encrypted', 'The body can’t be opened.', 'Encrypt it to the collector’s key.')
  const read = sentNotesShape.safeParse(parsed(opened.value))
  if (!read.success)
    return refused('unreadable', 'The notes can’t be read.', 'Send them as they are described.')
  const person = personOf(source)
  const known = await asPerson(collector, person)
    .read(async (tx) => {
      const of = await findReturn(tx, returnId)
      return { of, findings: await findingsOf(tx, of), notes: await notesOf(tx, of) }
    })
    .catch((error: unknown) => {
      if (error instanceof GatehouseError && error.code === 'not-found') return null
      throw error
    })
  if (!known)
    return refused('no-return', 'This source has no such return here.', 'Send the return before its notes.')
  if (!known.of.stands || known.of.state === 'waiting-for-validation' || known.of.state === 'authorised')
    return refused('not-open', 'The return takes no notes now.', 'Wait until it is checked.')
  const spent = await collector.turn
    .pass(() => asPerson(collector, person).write((tx) => spendToken(tx, source, claims.jti, at)))
    .catch((error: unknown) => {
      // Another process had the same token at the same time.
      if (error instanceof GatehouseError && (error.code === 'conflict' || error.why === 'SQLSTATE 40001'))
        return false
      throw error
    })
  if (!spent)
    return refused('token-used', 'This token was used before.', 'Sign a new one and send the notes again.')
  let taken = 0
  const notTaken: { rule: string; detail: string }[] = []
  for (const sent of read.data.notes) {
    const note = noteOf(sent, known.findings)
    if (note.findings?.length === 0) {
      notTaken.push({ rule: sent.rule, detail: 'This rule found nothing at these places.' })
      continue
    }
    const written = stands(note, known.notes)
      ? ok('')
      : await writeNote(collector, person, returnId, note, at)
    if (written.ok) taken++
    else notTaken.push({ rule: sent.rule, detail: `${written.error.detail} ${written.error.todo}` })
  }
  return ok({ return: returnId, sha256: claims.sha256, taken, refused: notTaken })
}

/** The note as it is kept here: its places as the numbers of the findings that stand there. */
function noteOf({ rule, text, places }: SentNote, findings: readonly StoredFinding[]): NewNote {
  const at = places && new Set(places.map(({ table, ordinal }) => `${table} ${String(ordinal)}`))
  return {
    kind: 'explanation',
    rule,
    text,
    supersedes: null,
    findings:
      at &&
      findings
        .filter((one) => one.rule === rule && at.has(`${one.table ?? ''} ${String(one.ordinal)}`))
        .map(({ number }) => number),
  }
}

const stands = (note: NewNote, notes: readonly StoredNote[]): boolean =>
  notes.some(
    (one) =>
      !one.superseded &&
      one.role === 'source' &&
      one.rule === note.rule &&
      one.text === note.text.trim() &&
      JSON.stringify(one.findings) === JSON.stringify(note.findings),
  )

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
}
