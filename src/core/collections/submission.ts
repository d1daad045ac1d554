import { z } from 'zod'

// What a source and its collector say to each other. Neither side knows the other's code: they share these nouns.

/** `typ` of the token that accompanies a return, and of the receipt that answers it. */
export const returnTokenType = 'gatehouse-return+jwt'
export const receiptTokenType = 'gatehouse-receipt+jwt'

/** The body: the return's XML, encrypted to the collector's age recipient key. */
export const returnMediaType = 'application/age'

/** Why a return that stands already is replaced. UTF-8, percent-encoded, for a header holds no other. */
export const replaceReasonHeader = 'Gatehouse-Replace-Reason'

/** Where a return is posted, below the collector's origin. */
export const submissionPath = (collection: string, year: number, term: string): string =>
  `/api/v1/collections/${collection}/${String(year)}/${term}/returns`

/** Who sends, as the issuer of its token: a school's URN, an authority's number. */
export const sourceIssuer = (source: string): string => `urn:source:${source}`
export const issuerPattern = /^urn:source:([0-9A-Za-z]{3,12})$/

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** The token of a return, signed with the source's key. */
export const returnClaimsShape = z.strictObject({
  iss: z.string().regex(issuerPattern),
  /** The collector's origin. */
  aud: z.string().min(1).max(300),
  /** Of the body's bytes as they are sent, hex. */
  sha256,
  collection: z.string().min(1).max(60),
  year: z.int(),
  term: z.string().min(1).max(8),
  /** Seconds since 1970. */
  iat: z.int(),
  /** Never used twice by one source. */
  jti: z.string().min(8).max(100),
})
export type ReturnClaims = z.infer<typeof returnClaimsShape>

/** How long a token is taken after it was signed, and how far ahead a clock may be. Seconds. */
export const tokenLifetime = 600
export const clockAllowance = 60

/** The path of a return. What people read for each is data: `collections/workflow.yaml`. */
export const returnStates = [
  'no-data',
  'waiting-for-validation',
  'loaded-and-validated',
  'amended-by-source',
  'amended-by-agent',
  'submitted',
  'rejected',
  'approved',
  'authorised',
  'withdrawn',
] as const
export type ReturnState = (typeof returnStates)[number]

/** What the collector signs for: which bytes it has, whose, since when. */
export const receiptClaimsShape = z.strictObject({
  /** The collector's origin. */
  iss: z.string(),
  /** The source. */
  sub: z.string().regex(issuerPattern),
  return: z.uuid(),
  collection: z.string(),
  year: z.int(),
  term: z.string(),
  receivedAt: z.iso.datetime(),
  /** Of the body as it was sent, and of the message that was in it. */
  sha256,
  messageSha256: sha256,
  state: z.enum(returnStates),
  iat: z.int(),
  jti: z.string(),
})
export type ReceiptClaims = z.infer<typeof receiptClaimsShape>

/** 201 `application/json`. */
export const submissionAnswerShape = z.strictObject({
  return: z.uuid(),
  receivedAt: z.iso.datetime(),
  /** Of the body as it was sent. */
  sha256,
  state: z.enum(returnStates),
  /** A compact token of `receiptTokenType` by the collector. */
  receipt: z.string(),
})
export type SubmissionAnswer = z.infer<typeof submissionAnswerShape>

/** Why a return is not taken, with the status of the answer. Its type is `urn:gatehouse:problem:<name>`. */
export const submissionProblems = {
  'not-signed': 401,
  'unknown-source': 403,
  'token-used': 409,
  /** A return stands, and no reason was given for replacing it. */
  'return-stands': 409,
  /** The one that stands was authorised: the collector has to reject it first. */
  'return-authorised': 409,
  'not-open': 409,
  'too-large': 413,
  /** What is said of why it replaces another holds a pupil’s number. */
  'number-in-reason': 422,
  'other-bytes': 422,
  'not-encrypted': 422,
  /** The file is damaged or no message of this collection; the problem has `line`. */
  unreadable: 422,
  'wrong-collection': 422,
  'wrong-year': 422,
  'wrong-term': 422,
  'wrong-source': 422,
} as const satisfies Readonly<Record<string, number>>
export type SubmissionProblem = keyof typeof submissionProblems

/** The body of such an answer (RFC 9457). */
export const submissionProblemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  todo: z.string().optional(),
  line: z.int().optional(),
})
