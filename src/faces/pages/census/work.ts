import type { TermDefinition } from '../../../core/collections/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import {
  explanationsOf,
  findingsOfBuild,
  isOpen,
  newestBuild,
  submittedReturns,
  type Explanation,
  type HeldReturn,
  type NumberedFinding,
  type StoredBuild,
} from '../../../school/returns/index.ts'
import { census } from './terms.ts'
import { deliveryState, type CensusState } from './words.ts'

/** How the return of a term stands. */
export interface CensusWork {
  readonly build: StoredBuild | null
  readonly findings: readonly NumberedFinding[]
  readonly explanations: readonly Explanation[]
  /** Findings that are neither mended nor explained. */
  readonly open: readonly NumberedFinding[]
  /** What was submitted of this term, the newest first. */
  readonly sent: readonly HeldReturn[]
  readonly state: CensusState
}

export async function workOf(tx: Tx, definition: TermDefinition): Promise<CensusWork> {
  const of = { collection: census, year: definition.year, term: definition.term.name }
  const build = await newestBuild(tx, of)
  const findings = build ? await findingsOfBuild(tx, build.id) : []
  const explanations = await explanationsOf(tx, of)
  const open = findings.filter((finding) => isOpen(finding, explanations))
  const sent = (await submittedReturns(tx, census)).filter(
    ({ year, term }) => year === of.year && term === of.term,
  )
  return { build, findings, explanations, open, sent, state: stateOf(build, open.length, sent) }
}

function stateOf(build: StoredBuild | null, open: number, sent: readonly HeldReturn[]): CensusState {
  if (!build) return 'not-built'
  const own = sent.find(({ buildId }) => buildId === build.id)
  if (own) return deliveryState(own)
  if (build.signedOff) return 'signed'
  return open > 0 ? 'to-mend' : 'to-sign'
}
