import { z } from 'zod'
import { issuerPattern } from './submission.ts'

// Notes that a source sends after its return: why what a rule found is right. The same line as the return's: a body that is
// encrypted to the collector, and a token by the source that covers its bytes.

/** `typ` of the token that accompanies notes. */
export const notesTokenType = 'gatehouse-notes+jwt'

/** Where notes on a return are posted, below the collector's origin. */
export const notesPath = (returnId: string): string => `/api/v1/returns/${returnId}/notes`

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const notesClaimsShape = z.strictObject({
  iss: z.string().regex(issuerPattern),
  /** The collector's origin. */
  aud: z.string().min(1).max(300),
  /** Of the body's bytes as they are sent, hex. */
  sha256,
  /** What the collector calls the return. */
  return: z.uuid(),
  iat: z.int(),
  /** Never used twice by one source. */
  jti: z.string().min(8).max(100),
})
export type NotesClaims = z.infer<typeof notesClaimsShape>

/** One note: of everything that a rule found, or of the records at these places. It names no pupil. */
export const sentNoteShape = z.strictObject({
  rule: z.string().min(1).max(20),
  text: z.string().max(2000),
  /** A record’s table and its place among the file’s records of that table, from 1; null: everything that the rule found. */
  places: z
    .array(z.strictObject({ table: z.string().max(60), ordinal: z.int().min(1) }))
    .min(1)
    .max(20_000)
    .nullable(),
})
export type SentNote = z.infer<typeof sentNoteShape>

/** What is in the body once it is opened. */
export const sentNotesShape = z.strictObject({ notes: z.array(sentNoteShape).min(1).max(5000) })

/** 200 `application/json`. Notes that stood there already count as taken: the same body may be sent again, under a new token. */
export const notesAnswerShape = z.strictObject({
  return: z.uuid(),
  sha256,
  taken: z.int().min(0),
  refused: z.array(z.strictObject({ rule: z.string(), detail: z.string().max(500) })),
})
export type NotesAnswer = z.infer<typeof notesAnswerShape>

/** Why notes are not taken at all. */
export const notesProblems = {
  'not-signed': 401,
  'unknown-source': 403,
  'no-return': 404,
  /** The return waits for its check, or does not stand any more. */
  'not-open': 409,
  /** Notes came with this token before. */
  'token-used': 409,
  'too-large': 413,
  'other-bytes': 422,
  'not-encrypted': 422,
  unreadable: 422,
} as const satisfies Readonly<Record<string, number>>
export type NotesProblem = keyof typeof notesProblems
