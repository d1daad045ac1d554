import type { AgreementVersion, Recipient, RefusalCode, Standing } from '../vocabulary/index.ts'
import { verdictsByPattern, type SetRow } from './compile-case.ts'
import { planCase, type CasePlan } from './plan.ts'
import type { CompileFault, PolicyContext } from './policy-context.ts'
import { verdictsStatement } from './statements.store.ts'
import type { Statement } from './statement.ts'

/** Every agreement of a school at one instant, made ready to decide all its pupils in one pass. */
export interface CompiledSchool {
  /** One row a pupil; what is found for each agreement beside each other. */
  readonly verdicts: Statement
  /** What the rows say about the agreement at this place of the list. */
  readRows(rows: readonly Readonly<Record<string, unknown>>[], agreement: number): readonly SetRow[]
  /** What keeps an agreement from being compiled, by its place; it is refused as a whole. */
  readonly faults: ReadonlyMap<number, readonly CompileFault[]>
}

export function compileSchool(
  context: PolicyContext,
  at: Date,
  cases: readonly { version: AgreementVersion; recipient: Recipient; standing: Standing }[],
): CompiledSchool {
  const faults = new Map<number, readonly CompileFault[]>()
  const plans: CasePlan[] = []
  const places = cases.map((each, i) => {
    const planned = planCase(context, { ...each, at })
    if (planned.ok) return plans.push(planned.value) - 1
    faults.set(i, planned.error)
    return null
  })
  const { statement, readers } = verdictsStatement(plans)
  return {
    verdicts: statement,
    faults,
    readRows: (rows, agreement) => {
      const version = cases[agreement]?.version
      if (!version) throw new Error('there is no such agreement in the list')
      const place = places[agreement] ?? -1
      const [plan, reader] = [plans[place], readers[place]]
      const verdictFor = plan && reader ? verdictsByPattern(plan, reader) : refusedAsAWhole(context, version)
      return rows.map((row) => ({
        pupilId: String(row['pupil_id']),
        values: noValues,
        ...verdictFor(String(row['found'])),
      }))
    },
  }
}

const noValues: SetRow['values'] = new Map()

function refusedAsAWhole(
  { items }: PolicyContext,
  { agreement }: AgreementVersion,
): () => Pick<SetRow, 'inPopulation' | 'verdict' | 'disagreements'> {
  const ids = new Set([...agreement.items.map(({ item }) => item), ...items.keys()])
  const codes: readonly RefusalCode[] = ['unknown']
  const found = {
    inPopulation: false,
    disagreements: [],
    verdict: { permitted: [], refused: new Map([...ids].map((id) => [id, codes])) },
  }
  return () => found
}
