import { z } from '@hono/zod-openapi'
import { returnStates } from '../../../core/collections/index.ts'
import { noteKinds } from '../../../national/collect/index.ts'

// What the API of the collection takes and gives. Strict, out as well as in, as `schemas.ts` is.

const count = z.int().nonnegative()
const at = z.iso.datetime()
const state = z.enum(returnStates)
const laNumber = z
  .string()
  .regex(/^\d{3}$/)
  .openapi({ example: '894' })
const returnId = z.uuid()

const roundParts = {
  collection: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/)
    .openapi({ example: 'school-census' }),
  year: z.coerce.number().int().min(2000).max(2999).openapi({ type: 'integer', example: 2026 }),
  term: z
    .string()
    .regex(/^[A-Z0-9]{1,8}$/)
    .openapi({ example: 'AUT' }),
} as const

export const roundParams = z.strictObject(roundParts)
export const returnParams = z.strictObject({ id: returnId })
export const noteParams = z.strictObject({ id: returnId, note: z.uuid() })

const page = z
  .string()
  .regex(/^[1-9]\d{0,5}$/)
  .transform(Number)
  .optional()
  .openapi({ type: 'integer', description: 'Counted from 1.' })

export const pageQuery = z.strictObject({ page })
export const listQuery = z.strictObject({
  state: state.optional(),
  authority: laNumber.optional(),
  find: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'Part of a source’s name, or the beginning of its number.' }),
  page,
})

const round = {
  collection: z.string(),
  year: z.int(),
  term: z.string(),
} as const

export const rounds = z
  .array(
    z.strictObject({
      ...round,
      census: z.iso.date(),
      due: z.iso.date().nullable(),
      openedAt: at,
      closedAt: at.nullable(),
    }),
  )
  .openapi('Rounds')

export const returnsPage = z
  .strictObject({
    total: count,
    page: z.int().positive(),
    size: z.int().positive(),
    returns: z.array(
      z.strictObject({
        authority: laNumber,
        source: z.string(),
        name: z.string(),
        return: returnId.nullable().openapi({ description: 'Null: nothing stands.' }),
        version: z.int().positive().nullable(),
        state,
        since: at.nullable(),
        errors: count,
        queries: count,
      }),
    ),
  })
  .openapi('ReturnsPage')

const moveName = z.enum(['submit', 'approve', 'authorise', 'reject', 'withdraw'])

export const oneReturn = z
  .strictObject({
    id: returnId,
    ...round,
    authority: laNumber,
    source: z.string(),
    name: z.string(),
    version: z.int().positive(),
    stands: z.boolean(),
    state,
    since: at,
    receivedAt: at,
    receivedBy: z.string(),
    receivedAs: z.string(),
    replaces: returnId.nullable(),
    replaceReason: z.string().nullable(),
    bodySha256: z.string(),
    messageSha256: z.string(),
    bytes: count,
    records: z.record(z.string(), count),
    errors: count,
    queries: count,
    findingsLeftOut: count,
    unresolved: z.strictObject({
      errors: count,
      unexplained: count,
      undecided: count,
      rejected: count,
    }),
    moves: z.array(moveName).openapi({ description: 'What this session may do with it now.' }),
    history: z.array(
      z.strictObject({
        number: z.int().positive(),
        move: z.string(),
        from: state,
        to: state,
        by: z.string(),
        role: z.string(),
        reason: z.string().nullable(),
        at,
      }),
    ),
    versions: z.array(z.strictObject({ id: returnId, version: z.int().positive(), state, receivedAt: at })),
  })
  .openapi('Return')

export const findingsPage = z
  .strictObject({
    total: count,
    page: z.int().positive(),
    size: z.int().positive(),
    findings: z.array(
      z
        .strictObject({
          number: z.int().positive(),
          rule: z.string(),
          severity: z.enum(['error', 'query', 'term-on-term']),
          level: z.string(),
          location: z.string(),
          message: z.string(),
          table: z.string().nullable(),
          ordinal: z.int().nullable(),
          line: z.int().nullable(),
          items: z.array(z.string()),
          note: z.strictObject({ accepts: z.enum(['none', 'confirmation', 'reason']), says: z.string() }),
          status: z.enum(['open', 'explained', 'accepted', 'rejected']),
        })
        .openapi('Finding'),
    ),
  })
  .openapi('FindingsPage')

const noteKind = z.enum(noteKinds)

export const notes = z
  .array(
    z
      .strictObject({
        id: z.uuid(),
        kind: noteKind,
        rule: z.string().nullable(),
        findings: z.array(z.int().positive()).nullable(),
        text: z.string(),
        author: z.string(),
        role: z.string(),
        at,
        outcome: z.enum(['accepted', 'rejected']).nullable(),
        reason: z.string().nullable(),
        decidedBy: z.string().nullable(),
        decidedAt: at.nullable(),
        supersedes: z.uuid().nullable(),
        superseded: z.boolean(),
        carriedFrom: z
          .uuid()
          .nullable()
          .openapi({ description: 'The same note on the version before; null: it was written on this one.' }),
      })
      .openapi('Note'),
  )
  .openapi('Notes')

const noNul = (text: string): boolean => !text.includes('\0')

export const noteRequest = z
  .strictObject({
    kind: noteKind,
    rule: z.string().min(1).max(60).refine(noNul).nullable().default(null),
    findings: z
      .array(z.int().positive())
      .min(1)
      .max(20_000)
      .nullable()
      .default(null)
      .openapi({ description: 'Numbers of findings; null: every one of the rule.' }),
    text: z.string().max(20_000).refine(noNul).default(''),
    supersedes: z.uuid().nullable().default(null),
  })
  .openapi('NoteRequest')

const reason = z.string().max(2000).refine(noNul).nullable().default(null)

export const noteWritten = z.strictObject({ note: z.uuid() }).openapi('NoteWritten')

export const decisionRequest = z
  .strictObject({ outcome: z.enum(['accepted', 'rejected']), reason })
  .openapi('NoteDecision')

export const acceptRequest = z
  .strictObject({
    rule: z
      .string()
      .min(1)
      .max(60)
      .refine(noNul)
      .nullable()
      .default(null)
      .openapi({ description: 'Notes on this rule only; null: every note that waits.' }),
    reason: z.string().min(1).max(2000).refine(noNul),
  })
  .openapi('NotesAcceptance')

export const accepted = z.strictObject({ accepted: z.array(z.uuid()) }).openapi('NotesAccepted')

export const moveRequest = z.strictObject({ move: moveName, reason }).openapi('MoveRequest')

export const moved = z.strictObject({ return: returnId, from: state, state }).openapi('Moved')
