import { hash, randomUUID } from 'node:crypto'
import type { Lane } from '../../../core/analytics/index.ts'
import { commitPupils, type PupilRecord } from '../../../core/ledger/index.ts'
import { encryptTo, parseAgeRecipient } from '../../../core/standards/age/index.ts'
import { fail, ok, type ItemId, type Result } from '../../../core/vocabulary/index.ts'
import { asCollector } from '../../collect/index.ts'
import { actsFor } from '../applications/acts-for.ts'
import type { Doer } from '../applications/event.ts'
import type { Refused } from '../applications/handle.ts'
import { unmet } from '../applications/unmet.ts'
import type { Access } from '../open-access.ts'
import { doOn, findApplication, readApplication, type Found } from '../work.store.ts'
import { buildFiles, type Built } from './build-files.ts'
import { compileParts, type CompiledPart } from './compile-agreement.ts'
import { keepExtract, keepRelease } from './extracts.store.ts'
import { tarOf } from './tar.ts'

export interface Manifest {
  readonly project: string
  readonly extract: string
  readonly made: string
  readonly until: string
  readonly people: number
  readonly files: readonly {
    readonly name: string
    readonly dataSet: string
    readonly year: number
    readonly items: readonly string[]
    readonly rows: number
    readonly sha256: string
  }[]
  readonly terms: string
}

export interface Extract {
  readonly id: string
  readonly manifest: Manifest
  readonly entry: number
  readonly sha256: string
  readonly bytes: number
}

/**
 * Makes an extract: decided by the core, built from the permits, encrypted to the organisation, and in the department's ledger
 * in the transaction that keeps it. What changes meanwhile (a suspension, an end) is seen in that transaction and stops it.
 */
export async function makeExtract(
  access: Access,
  by: Doer,
  reference: string,
  holdings: Lane,
  at: Date,
): Promise<Result<Extract, Refused>> {
  const found = await readApplication(access, reference)
  const { organisation, state } = found
  if (!actsFor(by, organisation.id))
    return fail({ code: 'duty', says: 'This is for the organisation itself, or the access office.' })
  if (state.answers.route !== 'extract')
    return fail({
      code: 'route',
      says: 'This agreement is for the secure workspace: nothing leaves it but checked outputs.',
    })
  if (state.stage !== 'active') return fail({ code: 'stage', says: `The agreement is ${state.stage}.` })
  const standing = unmet(access.policy, organisation, state, at)
  if (standing.length > 0) return fail({ code: 'unmet', says: standing.join(' ') })
  const key = parseAgeRecipient(organisation.ageRecipient ?? '')
  if (!key.ok) return fail({ code: 'key', says: 'The organisation has given no key to encrypt to.' })
  const parts = compileParts(access, reference, organisation, state, at)
  const refused = parts.flatMap((part) => [...(part.compiled.gate.get(part.person) ?? [])])
  if (refused.length > 0)
    return fail({
      code: refused[0]?.code ?? 'refused',
      says: [...new Set(refused.map(({ text }) => text))].join(' '),
    })
  const built = await buildFiles(parts, holdings, access.projectKey(reference))
  if (built.people.size === 0)
    return fail({ code: 'nobody', says: 'Nobody in the holdings is permitted by this agreement.' })
  const id = randomUUID()
  const manifest = manifestOf(found, id, built, at)
  const plain = tarOf(
    [{ name: 'manifest.json', bytes: Buffer.from(JSON.stringify(manifest, null, 2)) }, ...built.files],
    at,
  )
  const payload = await encryptTo([key.value], plain)
  const made = await keep(
    access,
    by,
    found,
    { id, manifest, built, parts, payload, sha256: hash('sha256', plain) },
    at,
  )
  return made.ok
    ? ok({ id, manifest, entry: made.value, sha256: hash('sha256', payload), bytes: payload.length })
    : made
}

const manifestOf = (
  { reference, state }: Found,
  id: string,
  { files, people }: Built,
  at: Date,
): Manifest => ({
  project: reference,
  extract: id,
  made: at.toISOString(),
  until: state.answers.end ?? '',
  people: people.size,
  files: files.map(({ name, dataSet, year, items, rows, sha256 }) => ({
    name,
    dataSet,
    year,
    items,
    rows,
    sha256,
  })),
  terms: state.terms?.hash ?? '',
})

interface Making {
  readonly id: string
  readonly manifest: Manifest
  readonly built: Built
  readonly parts: readonly CompiledPart[]
  readonly payload: Uint8Array
  readonly sha256: string
}

async function keep(
  access: Access,
  by: Doer,
  before: Found,
  making: Making,
  at: Date,
): Promise<Result<number, Refused>> {
  const { id, manifest, built, payload } = making
  const { reference, organisation, state } = before
  const agreement = { id: reference, version: 1, hash: state.terms?.hash ?? '' }
  const basis = basisOf(access, before)
  const persons = new Set<ItemId>(making.parts.map(({ person }) => person))
  const as = (item: ItemId) => (persons.has(item) ? ('pseudonym' as const) : ('as-is' as const))
  const { root, openings } = commitPupils(
    [...built.people].map(([pmr, items]) => ({
      pupilId: access.pupilId(pmr),
      record: {
        release: id,
        agreement,
        items: [...items].map(([item, present]) => ({ item, as: as(item), present })),
        withheld: [],
        basis,
      } satisfies PupilRecord,
    })),
  )
  const items = [...new Set([...built.people.values()].flatMap((each) => [...each.keys()]))].sort()
  return asCollector(access.collector)
    .write(async (tx) => {
      const found = await findApplication(tx, reference)
      if (found.organisation.ageRecipient !== organisation.ageRecipient)
        return fail({ code: 'key', says: 'The organisation’s key changed meanwhile; nothing left.' })
      const entry = await keepRelease(
        tx,
        {
          type: 'release/v1',
          release: id,
          at: at.toISOString(),
          kind: 'feed',
          recipient: organisation.id,
          agreement,
          purpose: (state.answers.purposes?.[0]?.code ?? 'none').toLowerCase(),
          basis,
          items: items.map((item) => ({ item, as: as(item) })),
          permitted: built.people.size,
          withheld: 0,
          withheldReasons: built.withheld,
          pupils: { count: built.people.size, root },
          noticeVersion: null,
          releasedBy: 'system',
          format: 'gatehouse-extract-v1',
        },
        payload,
        openings,
        at,
      )
      const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0)
      const done = await doOn(
        access,
        tx,
        found,
        { kind: 'record-extract', extract: id, people: built.people.size, rows, entry },
        by,
        at,
      )
      if (!done.ok) throw new Stopped(done.error)
      await keepExtract(
        tx,
        { id, organisation: organisation.id, application: reference, entry, manifest, payload },
        at,
      )
      return ok(entry)
    })
    .catch((error: unknown) => {
      if (error instanceof Stopped) return fail(error.refused)
      throw error
    })
}

/** Rolls the transaction back: no ledger entry for what did not leave. */
class Stopped extends Error {
  readonly refused: Refused
  constructor(refused: Refused) {
    super(refused.says)
    this.refused = refused
  }
}

export function basisOf({ policy }: Access, { state }: Found): PupilRecord['basis'] {
  const gateway = policy.rules.gateways[state.gateway?.name ?? '']
  return {
    article6: gateway?.article6 ?? 'e',
    instrument: gateway?.instrument ?? 'none',
    article9: gateway?.article9 ?? 'g',
    ...(gateway?.schedule1 === undefined ? {} : { schedule1: gateway.schedule1 }),
  }
}
