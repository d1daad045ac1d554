import type { Explained } from '../../core/linkage/index.ts'
import type { identityColumns } from './identity-sql.ts'
import type { MatchKeys } from './match-keys.ts'
import { unseal } from './seal.ts'

export type ShownIdentity = Readonly<Partial<Record<(typeof identityColumns)[number], string>>>

/** What a person sees of a pair. It is kept sealed, and opened for the page alone. */
export interface PairSides {
  readonly a: ShownIdentity
  readonly b: ShownIdentity
  readonly pass: string | null
  readonly model: number
  /** Null: a pass alone found the pair. */
  readonly explained: Explained | null
  readonly probability: number | null
  /** Third identities that speak for both. */
  readonly between: readonly ShownIdentity[]
}

export const openSides = ({ sealing }: MatchKeys, a: string, b: string, sides: Uint8Array): PairSides =>
  JSON.parse(unseal(sealing, sides, Buffer.from(`${a} ${b}`)).toString('utf8')) as PairSides
