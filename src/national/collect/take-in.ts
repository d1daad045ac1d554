import { createHash, randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  readMessage,
  type ReturnReading,
  type ReturnReport,
  type TermDefinition,
} from '../../core/collections/index.ts'
import { encryptStream } from '../../core/standards/age/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector, type Person } from './collector.ts'
import { roundName, type Round } from './definitions.ts'
import { markOwner } from './incoming-owner.ts'
import { holdsPupilNumber, numberInReason } from './holds-pupil-number.ts'
import { maySend } from './may-send.ts'
import { fileNameOf, recogniseReturn } from './recognise-return.ts'
import { refusal, type Refusal } from './refusal.ts'
import { bodyFile, incomingFolder, makeFolder, rowsFolder, syncFolder, writeDurably } from './return-files.ts'
import { findRound, takesIn } from './rounds.store.ts'
import { hasRegister, findClaimed, type Source } from './sources.store.ts'

/** A file that somebody hands over as a return. */
export interface Delivery {
  /** What it is called in answers: a file’s name. */
  readonly name: string
  /** The message in plain form, from its beginning, as often as it is asked for. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** As it came, if it came encrypted to the collector: a file of ours, which is kept in place of a new one. */
  readonly sealed?: { readonly file: string; readonly sha256: string }
  /** What the sender said beside it. */
  readonly expected?: Partial<Round>
  readonly replaceReason?: string
  readonly tokenId?: string
}

/** A return whose message was read to its end; its folder lies in `.incoming`. Nothing of it stands in the store yet. */
export interface Staged {
  readonly id: string
  readonly name: string
  readonly round: Round
  readonly definition: TermDefinition
  readonly source: Source
  /** It is not in the register yet. */
  readonly unlisted: boolean
  readonly person: Person
  readonly report: ReturnReport
  readonly returnId: number
  /** Records are numbered from the next one on. */
  readonly after: number
  readonly bodySha256: string
  readonly messageSha256: string
  readonly replaceReason: string | null
  readonly tokenId: string | null
}

/** The numbers that tell a batch’s returns and records apart in the engine. */
export interface Numbering {
  readonly returnId: number
  readonly after: number
}

/**
 * Reads a message and keeps its bytes, or says why not: the wrong collection, year, term or source, a round that is not
 * open, a file that can’t be read to its end. What is refused leaves nothing behind.
 */
export async function takeIn(
  collector: Collector,
  person: Person,
  delivery: Delivery,
  at: Date,
  numbering: (round: Round) => Numbering,
): Promise<Result<Staged, Refusal>> {
  if (holdsPupilNumber(delivery.replaceReason ?? ''))
    return fail(refusal('number-in-reason', numberInReason.detail, numberInReason.todo))
  await collector.step('recognise')
  const recognised = await recogniseReturn(delivery, collector.definitions)
  if (!recognised.ok) return recognised
  const { round, source: claim } = recognised.value
  const definition = await collector.definitions.term(round)
  if (!definition) throw new Error('a term that was recognised')
  const known = await asCollector(collector).read(async (tx) => ({
    source: await findClaimed(tx, claim),
    register: await hasRegister(tx),
    round: await findRound(tx, round),
  }))
  const source = known.source === null && !known.register ? unlisted(claim, person) : known.source
  if (source === 'contradicts')
    return fail(
      refusal(
        'wrong-source',
        'The header’s numbers belong to different schools.',
        'Mend the school’s numbers and make the return again.',
        1,
      ),
    )
  if (!source)
    return fail(
      refusal(
        'unknown-source',
        'No source of this number is expected here.',
        'Ask the collector to enter it.',
        1,
      ),
    )
  const may = maySend(person, source)
  if (may !== null) return fail(may)
  if (!takesIn(known.round, definition, at))
    return fail(
      refusal(
        'not-open',
        `The round ${roundName(round)} ${known.round ? 'is closed' : 'is not open yet'}.`,
        known.round ? 'Ask the collector to open it again.' : `It opens on ${definition.term.census}.`,
      ),
    )
  return stage(collector, delivery, {
    id: randomUUID(),
    name: delivery.name,
    round,
    definition,
    source,
    unlisted: known.source === null,
    person,
    ...numbering(round),
    replaceReason: delivery.replaceReason ?? null,
    tokenId: delivery.tokenId ?? null,
  })
}

/** Before any register of sources was entered, the operator’s own files enter their sources. */
function unlisted(claim: Parameters<typeof findClaimed>[1], { actor }: Person): Source | null {
  const number = claim.kind === 'authority' ? claim.laNumber : claim.urn
  if (actor.role !== 'operator' || !/^[0-9]{3}$/.test(claim.laNumber) || !/^[0-9A-Za-z]{3,12}$/.test(number))
    return null
  return {
    laNumber: claim.laNumber,
    source: number,
    kind: claim.kind,
    name: number,
    establishment: claim.establishment,
    phase: '',
    schoolType: '',
    governance: '',
    sixthForm: null,
    publicKey: null,
  }
}

async function stage(
  collector: Collector,
  delivery: Delivery,
  known: Omit<Staged, 'report' | 'bodySha256' | 'messageSha256'>,
): Promise<Result<Staged, Refusal>> {
  const folder = incomingFolder(collector.home, known.id)
  const clear = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true })
    collector.staging.delete(known.id)
  }
  collector.staging.add(known.id)
  try {
    await makeFolder(join(folder, rowsFolder))
    await markOwner(folder, collector.owner)
    await collector.step('scan')
    const message = createHash('sha256')
    const scanned = await readMessage(
      hashing(delivery.open(), (chunk) => message.update(chunk)),
      known.definition,
      readingOf(join(folder, rowsFolder), fileNameOf(delivery.name), known),
    )
    if (!scanned.ok) {
      await clear()
      const { line, message: what, todo } = scanned.error
      return fail(refusal('unreadable', what, todo, line))
    }
    const messageSha256 = message.digest('hex')
    await collector.step('keep')
    const bodySha256 = await keepBody(collector, delivery, folder, messageSha256)
    await syncFolder(folder)
    return ok({ ...known, report: scanned.value, bodySha256, messageSha256 })
  } catch (error) {
    await clear()
    throw error
  }
}

/** Keeps the bytes as they came, encrypted. @returns the digest of what was sent. */
async function keepBody(
  { keys }: Collector,
  { open, sealed }: Delivery,
  folder: string,
  messageSha256: string,
): Promise<string> {
  const file = join(folder, bodyFile)
  if (sealed) {
    await rename(sealed.file, file)
    return sealed.sha256
  }
  const again = createHash('sha256')
  await writeDurably(
    file,
    encryptStream(
      [keys.recipient],
      hashing(open(), (chunk) => again.update(chunk)),
    ),
  )
  if (again.digest('hex') !== messageSha256)
    throw new GatehouseError('conflict', 'The file was changed while it was read.', {
      todo: 'Hand it over once it is finished.',
    })
  return messageSha256
}

export const readingOf = (
  folder: string,
  fileName: string | null,
  { returnId, after }: Numbering,
): ReturnReading => ({ folder, returnId, after, fileName })

export async function* hashing(
  bytes: AsyncIterable<Uint8Array>,
  update: (chunk: Uint8Array) => unknown,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    update(chunk)
    yield chunk
  }
}
