import type { Tx } from '../../../core/store/index.ts'
import { allRounds, type Collector, type OpenRound, type Round } from '../../../national/collect/index.ts'

/** A round as it stands in an address: `school-census.2026.AUT`. */
export const roundKey = ({ collection, year, term }: Round): string => `${collection}.${String(year)}.${term}`

export interface Rounds {
  readonly all: readonly OpenRound[]
  /** The one that was asked for, else the newest that is open, else the newest; null: none was ever opened. */
  readonly chosen: OpenRound | null
}

export async function roundsFor(tx: Tx, key: string | undefined): Promise<Rounds> {
  const all = await allRounds(tx)
  const chosen =
    all.find((round) => roundKey(round) === key) ??
    all.find(({ closedAt }) => closedAt === null) ??
    all[0] ??
    null
  return { all, chosen }
}

/** “School census, autumn 2026”. A round that the policy does not know any more goes by its id. */
export async function roundTitle({ definitions }: Collector, round: Round): Promise<string> {
  const definition = await definitions.year(round.collection, round.year)
  const term = definition?.terms.get(round.term)
  if (!definition || !term) return `${round.collection} ${String(round.year)} ${round.term}`
  return term.title === definition.title ? definition.title : `${definition.title}: ${term.title}`
}

/** The rounds to choose from, the newest first. */
export async function roundOptions(
  collector: Collector,
  { all, chosen }: Rounds,
): Promise<readonly RoundOption[]> {
  return Promise.all(
    all.map(async (round) => ({
      value: roundKey(round),
      text: await roundTitle(collector, round),
      chosen: round === chosen,
    })),
  )
}

export interface RoundOption {
  readonly value: string
  readonly text: string
  readonly chosen: boolean
}
