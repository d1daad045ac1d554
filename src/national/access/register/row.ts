import type { Happened } from '../applications/event.ts'
import { askable, beyondDefault, highest } from '../applications/items-asked.ts'
import type { ApplicationState } from '../applications/state.ts'
import type { Declarations } from '../../holdings/index.ts'
import type { Organisation } from '../organisations.ts'
import type { AccessPolicy } from '../terms/access-policy.ts'

/** What the public register says of one application: the ledger commits to it, event by event. Nothing of any pupil or user. */
export interface RegisterRow {
  readonly reference: string
  readonly organisation: string
  readonly organisationKind: string
  readonly title: string
  readonly summary: string
  readonly purposes: readonly string[]
  readonly gateway: string
  readonly route: string
  readonly dataSets: readonly string[]
  readonly years: string
  readonly highestRisk: number | null
  readonly highestSensitivity: string | null
  readonly itemsBeyondDefault: readonly string[]
  readonly outcome: string
  readonly refusedFor: readonly string[]
  readonly conditions: readonly string[]
  readonly decidedOn: string | null
  readonly decidedBy: string
  readonly start: string | null
  readonly end: string | null
  /** pending · held · overdue · destroyed · none */
  readonly data: string
  readonly state: string
  readonly destroyBy: string | null
  readonly outputs: number
  readonly parent: string | null
  readonly suspensions: readonly { readonly on: string; readonly why: string }[]
}

/** Events that the public register tells of, refusals among them. */
const told: ReadonlySet<Happened['kind']> = new Set<Happened['kind']>([
  'decided',
  'activated',
  'suspended',
  'restored',
  'ended',
  'overdue',
  'destruction-certified',
  'closed',
  'breach-reported',
  'revoked',
  'output-released',
  'output-refused',
])
export const isTold = ({ kind }: Happened): boolean => told.has(kind)

/** The word in the ledger for what happened: a decision goes by its outcome. */
export const wordOf = (event: Happened): string => (event.kind === 'decided' ? event.outcome : event.kind)

export function registerRow(
  { policy, declarations }: { readonly policy: AccessPolicy; readonly declarations: Declarations },
  reference: string,
  organisation: Organisation,
  state: ApplicationState,
): RegisterRow {
  const { answers } = state
  const items = answers.items ?? []
  const { risk, sensitivity } = highest(declarations, items)
  const years = items.flatMap(({ from, to }) => [from, to])
  const rejected = state.outcome === 'rejected'
  return {
    reference,
    organisation: organisation.identity.name,
    organisationKind: organisation.sort,
    title: answers.title ?? '',
    summary: answers.summary ?? '',
    purposes: (answers.purposes ?? []).map(({ code }) => code),
    gateway: state.gateway?.name ?? '',
    route: answers.route ?? '',
    dataSets: [...new Set(items.map(({ dataSet }) => dataSet))],
    years: years.length === 0 ? '' : `${String(Math.min(...years))} to ${String(Math.max(...years))}`,
    highestRisk: risk,
    highestSensitivity: sensitivity,
    itemsBeyondDefault: items
      .filter((item) => {
        const column = askable(declarations, item)
        return column !== undefined && beyondDefault(column, policy)
      })
      .map(({ dataSet, column }) => `${dataSet}.${column}`),
    outcome: state.outcome ?? '',
    refusedFor: rejected
      ? Object.values(state.reviews)
          .filter(({ outcome }) => outcome === 'rejected')
          .map(({ reason }) => reason)
      : [],
    conditions: state.conditions.map(({ says }) => says),
    decidedOn: state.decidedAt?.toISOString().slice(0, 10) ?? null,
    decidedBy: state.outcome === null ? '' : 'access panel',
    start: answers.start ?? null,
    end: answers.end ?? null,
    data: dataState(state),
    state: state.stage,
    destroyBy: state.destroyBy,
    outputs: state.outputs.filter(({ standing }) => standing === 'released').length,
    parent: state.parent,
    suspensions: state.suspensions.map(({ at, reasons }) => ({
      on: at.toISOString().slice(0, 10),
      why: reasons.join(' '),
    })),
  }
}

function dataState({ stage, extracts, answers, certified }: ApplicationState): string {
  if (stage === 'overdue') return 'overdue'
  if (stage === 'closed' || certified) return 'destroyed'
  if (answers.route === 'workspace') return 'none'
  return extracts.length > 0 ? 'held' : stage === 'rejected' ? 'none' : 'pending'
}
