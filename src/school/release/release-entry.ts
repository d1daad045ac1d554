import {
  commitPayload,
  commitPupils,
  type Opening,
  type PayloadOpening,
  type ReleaseEntry,
} from '../../core/ledger/index.ts'
import type { Verdict } from '../../core/decide/index.ts'
import type { AgreementVersion, Basis, ItemId, StaffRole } from '../../core/vocabulary/index.ts'
import { oncePer } from './once-per.ts'
import type { Counts } from './outcome.ts'
import type { DecidedPupil, PermittedRow } from './permit-rows.ts'

/**
 * The entry of the ledger for a release, and what opens its commitments. Each pupil of the population has a commitment of its
 * own, also those of whom everything was withheld: a refusal is recorded as fully as a release.
 */
export function releaseEntry(release: {
  readonly releaseId: string
  readonly at: Date
  readonly version: AgreementVersion
  readonly counts: Counts
  readonly pupils: readonly DecidedPupil[]
  readonly rows: readonly PermittedRow[]
  readonly carried: ReadonlySet<ItemId>
  readonly payload: Uint8Array
  readonly noticeVersion: number | null
  readonly releasedBy: StaffRole | 'system'
}): { entry: ReleaseEntry; openings: readonly Opening[]; payloadOpening: PayloadOpening } {
  const { agreement, version, hash } = release.version
  const basis = codesOf(agreement.basis)
  const withheldBy = oncePer(({ refused }: Verdict) =>
    [...release.carried].flatMap((item) => {
      const codes = refused.get(item)
      return codes ? [{ item, codes }] : []
    }),
  )
  const rowOf = new Map(release.rows.map((row) => [row.pupilId, row]))
  const { root, openings } = commitPupils(
    release.pupils
      .filter(({ row }) => row.inPopulation)
      .map(({ row }) => ({
        pupilId: row.pupilId,
        record: {
          release: release.releaseId,
          agreement: { id: agreement.id, version, hash },
          items: itemsSent(rowOf.get(row.pupilId)),
          withheld: withheldBy(row.verdict),
          basis,
        },
      })),
  )
  const { commitment, opening } = commitPayload(release.payload)
  const forms = new Map(
    [...new Set(release.rows.map(({ permits }) => permits))]
      .flat()
      .map(({ item, as }) => [`${item} ${as}`, { item, as }] as const),
  )
  return {
    entry: {
      type: 'release/v1',
      release: release.releaseId,
      at: release.at.toISOString(),
      kind: 'feed',
      recipient: agreement.recipient,
      agreement: { id: agreement.id, version, hash },
      purpose: agreement.purpose.id,
      basis,
      items: [...forms.values()],
      permitted: release.counts.permittedPupils,
      withheld: release.counts.withheldPupils,
      withheldReasons: { ...release.counts.withheldReasons },
      pupils: { count: openings.length, root },
      payload: { commitment, format: agreement.format.kind },
      noticeVersion: release.noticeVersion,
      releasedBy: release.releasedBy,
    },
    openings,
    payloadOpening: opening,
  }
}

function itemsSent(row: PermittedRow | undefined) {
  return (row?.permits ?? []).map(({ item, as }) => {
    const own = row?.values.get(item)
    const held =
      own !== undefined ? [own] : [...(row?.children.values() ?? [])].flat().map((child) => child.get(item))
    return { item, as, present: held.some((value) => value !== undefined && value !== null && value !== '') }
  })
}

/** The codes of a basis; its confidence and notes stay with the policy. */
const codesOf = ({ article6, instrument, article9, schedule1, article10 }: Basis): ReleaseEntry['basis'] => ({
  article6,
  instrument,
  ...(article9 === undefined ? {} : { article9 }),
  ...(schedule1 === undefined ? {} : { schedule1 }),
  ...(article10 === undefined ? {} : { article10 }),
})
