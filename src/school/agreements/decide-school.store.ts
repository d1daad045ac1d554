import { CompiledQuery } from 'kysely'
import { compileSchool, type PolicyContext, type SetRow } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type {
  AgreementId,
  AgreementVersion,
  ItemId,
  Recipient,
  RecipientId,
  RefusalCode,
  Standing,
} from '../../core/vocabulary/index.ts'

/** What `decideSchool` needs of the policy: the current one has it all. */
export interface DecidablePolicy extends PolicyContext {
  readonly recipients: ReadonlyMap<RecipientId, Recipient>
  readonly standings: ReadonlyMap<RecipientId, Standing>
  readonly agreements: ReadonlyMap<AgreementId, AgreementVersion>
}

/** One agreement decided for every pupil of the school. */
export interface DecidedAgreement {
  readonly version: AgreementVersion
  readonly recipient: Recipient
  readonly rows: readonly SetRow[]
  readonly summary: DecisionSummary
}

export interface DecisionSummary {
  readonly pupils: number
  readonly inPopulation: number
  /** Pupils of whom at least one item is permitted. */
  readonly permittedPupils: number
  /** Pupils of the population of whom nothing is. */
  readonly withheldPupils: number
  /** Decisions by outcome: pupils times items of the dictionary. */
  readonly permitted: number
  readonly refused: number
  /** For each item permitted to somebody: to how many pupils. */
  readonly permittedByItem: ReadonlyMap<ItemId, number>
  /** Pupils of the population with a listed item refused, by reason. */
  readonly withheldByReason: ReadonlyMap<RefusalCode, number>
}

/**
 * Decides every agreement for every pupil and item of the school, in one pass over the facts. An agreement that can't be
 * compiled, or whose recipient is not known, is refused as a whole and stays in the result.
 */
export async function decideSchool(
  tx: Tx,
  current: DecidablePolicy,
  at: Date,
): Promise<readonly DecidedAgreement[]> {
  const versions = [...current.agreements.values()]
  const school = compileSchool(
    current,
    at,
    versions.map((version) => ({
      version,
      recipient: recipientOf(version, current),
      standing:
        current.standings.get(version.agreement.recipient) ?? nothingShown(version.agreement.recipient),
    })),
  )
  const { rows } = await tx.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(school.verdicts.text, [...school.verdicts.parameters]),
  )
  return versions.map((version, i) => {
    const decided = school.readRows(rows, i)
    return {
      version,
      recipient: recipientOf(version, current),
      rows: decided,
      summary: summarise(version, decided),
    }
  })
}

/** A recipient about whom nothing is known; condition 2 refuses it. */
const recipientOf = ({ agreement }: AgreementVersion, current: DecidablePolicy): Recipient =>
  current.recipients.get(agreement.recipient) ?? {
    id: agreement.recipient,
    name: agreement.recipient,
    kind: 'supplier',
    role: 'unknown',
    commercial: true,
    publishes: true,
    country: 'unknown',
    contact: '',
    confidence: 'unverified',
    source: '',
  }

const nothingShown = (recipientId: RecipientId): Standing => ({
  recipientId,
  identityVerifiedOn: null,
  identityChangedOn: null,
  contractOn: null,
  transferSafeguard: null,
  transferSafeguardOn: null,
  ageRecipient: null,
  ageRecipientExpiresOn: null,
})

function summarise({ agreement }: AgreementVersion, rows: readonly SetRow[]): DecisionSummary {
  const listed = new Set(agreement.items.map(({ item }) => item))
  const byVerdict = new Map<SetRow['verdict'], { all: number; inPopulation: number }>()
  for (const { verdict, inPopulation } of rows) {
    const count = byVerdict.get(verdict) ?? { all: 0, inPopulation: 0 }
    count.all++
    if (inPopulation) count.inPopulation++
    byVerdict.set(verdict, count)
  }
  let [inPopulation, permittedPupils, withheldPupils, permitted, refused] = [0, 0, 0, 0, 0]
  const permittedByItem = new Map<ItemId, number>()
  const withheldByReason = new Map<RefusalCode, number>()
  const add = <K>(counts: Map<K, number>, key: K, n: number): unknown =>
    counts.set(key, (counts.get(key) ?? 0) + n)
  for (const [verdict, count] of byVerdict) {
    inPopulation += count.inPopulation
    permitted += verdict.permitted.length * count.all
    refused += verdict.refused.size * count.all
    for (const { item } of verdict.permitted) add(permittedByItem, item, count.all)
    if (verdict.permitted.length > 0) permittedPupils += count.all
    else withheldPupils += count.inPopulation
    if (count.inPopulation === 0) continue
    const codes = new Set([...listed].flatMap((item) => verdict.refused.get(item) ?? []))
    for (const code of codes) add(withheldByReason, code, count.inPopulation)
  }
  return {
    pupils: rows.length,
    inPopulation,
    permittedPupils,
    withheldPupils,
    permitted,
    refused,
    permittedByItem,
    withheldByReason,
  }
}
