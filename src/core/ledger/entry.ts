import { z } from 'zod'

// No field here is free text: codes, counts, hashes and times only, so that a leaf can't carry a pupil's data by mistake.
const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/)
const legalCode = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .,()/-]{0,59}$/)
const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()
const version = z.int().positive()
const instant = z.iso.datetime({ precision: 3 })
const role = z.enum(['office', 'dpo', 'head', 'safeguarding-lead', 'auditor', 'system'])
const item = z.string().regex(/^[a-z][A-Za-z]*\.[a-z][A-Za-z0-9]*$/)
const as = z.enum(['as-is', 'initial', 'year', 'age-band', 'district', 'flag', 'pseudonym'])

const agreement = z.strictObject({ id: code, version, hash: hex32 })
const basis = z.strictObject({
  article6: z.enum(['a', 'b', 'c', 'd', 'e', 'ea', 'f']),
  instrument: code,
  article9: z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']).exactOptional(),
  schedule1: legalCode.exactOptional(),
  article10: legalCode.exactOptional(),
})

/** One disclosure: what an IHE BALP disclosure record and the ICO's decision record ask for, without personal data. */
const release = z.strictObject({
  type: z.literal('release/v1'),
  release: z.guid(),
  at: instant,
  kind: z.enum(['feed', 'request']),
  recipient: code,
  agreement,
  purpose: code,
  basis,
  items: z.array(z.strictObject({ item, as })),
  permitted: count,
  withheld: count,
  /** Pupils by the code of the reason for which something was withheld; one pupil may count under several. */
  withheldReasons: z.record(code, count),
  /** Root and number of the salted per-pupil commitments. */
  pupils: z.strictObject({ count, root: hex32 }),
  /** Commitment to the bytes that leave, and their format. */
  payload: z.strictObject({ commitment: hex32, format: code }),
  noticeVersion: version.nullable(),
  releasedBy: role,
})

/** How a release travelled. `release` is the index of its entry. */
const delivery = z.strictObject({
  type: z.literal('delivery/v1'),
  release: count,
  at: instant,
  outcome: z.enum(['sent', 'acknowledged', 'dead', 'cancelled']),
  transport: code,
  attempts: count,
})

/** Openings erased. Which ones is itself committed to: indexes in clear would narrow down the pupil. */
const erasure = z.strictObject({
  type: z.literal('erasure/v1'),
  at: instant,
  openings: count,
  ground: code,
  decidedBy: role,
  commitment: hex32,
})

const notice = z.strictObject({
  type: z.literal('notice/v1'),
  at: instant,
  version,
  sha256: hex32,
  entries: count,
  publishedBy: role,
})

/** A policy document that came into force or ceased to. */
const policy = z.strictObject({
  type: z.literal('policy/v1'),
  at: instant,
  kind: code,
  id: code,
  version,
  hash: hex32,
  event: z.enum(['loaded', 'approved', 'superseded', 'ended']),
  by: role,
})

/** A deletion demand and what became of it. `release`: the index of the entry it is about, where it is about one. */
const recall = z.strictObject({
  type: z.literal('recall/v1'),
  at: instant,
  recall: z.guid(),
  recipient: code,
  release: count.nullable(),
  event: z.enum(['demanded', 'reminded', 'attested', 'overdue', 'closed']),
  ground: code,
  pupils: z.strictObject({ count, root: hex32 }),
})

/** The root of the map of pupils' histories over all entries before this one: reserved until the map is built. */
const mapRoot = z.strictObject({ type: z.literal('map-root/v1'), covered: count, root: hex32 })

/**
 * A step of an application for access to national data. `document`: hash of what the register says of it in words.
 * `people`: to how many it gave data, where it did.
 */
const access = z.strictObject({
  type: z.literal('access/v1'),
  at: instant,
  application: code,
  organisation: code,
  event: code,
  codes: z.array(code),
  people: count,
  document: hex32,
})

export const ledgerEntry = z.discriminatedUnion('type', [
  release,
  delivery,
  erasure,
  notice,
  policy,
  recall,
  mapRoot,
  access,
])

export type ReleaseEntry = z.infer<typeof release>
export type DeliveryEntry = z.infer<typeof delivery>
export type ErasureEntry = z.infer<typeof erasure>
export type NoticeEntry = z.infer<typeof notice>
export type PolicyEntry = z.infer<typeof policy>
export type RecallEntry = z.infer<typeof recall>
export type AccessEntry = z.infer<typeof access>
export type MapRootEntry = z.infer<typeof mapRoot>

/** What is written into the ledger: a closed union by `type`. */
export type LedgerEntry = z.infer<typeof ledgerEntry>

const sealed = z.strictObject({ type: z.literal('sealed/v1'), commitment: hex32 })

/** What stands in the log in place of a restricted entry: a commitment, the same length whatever it hides. */
export type SealedEntry = z.infer<typeof sealed>

export const leaf = z.discriminatedUnion('type', [...ledgerEntry.options, sealed])

/** What a leaf of the log can be. */
export type Leaf = z.infer<typeof leaf>

/** Who may see an entry: everybody, everybody in outline, or nobody before it is revealed. */
export type Visibility = 'open' | 'summary' | 'restricted'
