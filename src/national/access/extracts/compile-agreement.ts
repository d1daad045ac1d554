import { compileCase, type CompiledCase } from '../../../core/decide/index.ts'
import {
  dateInEngland,
  GatehouseError,
  type Condition,
  type Item,
  type ItemClass,
  type Recipient,
  type Standing,
} from '../../../core/vocabulary/index.ts'
import type { Column } from '../../holdings/index.ts'
import type { ItemAsked } from '../applications/answers.ts'
import { askable } from '../applications/items-asked.ts'
import type { ApplicationState } from '../applications/state.ts'
import type { Access } from '../open-access.ts'
import type { Organisation } from '../organisations.ts'

/** An agreement over one data set and academic year, in the core's vocabulary, ready to decide. */
export interface CompiledPart {
  readonly dataSet: string
  readonly year: number
  readonly compiled: CompiledCase
  readonly columns: readonly Column[]
  readonly idOf: (column: string) => string
  /** The person: it leaves as a code of this project alone. */
  readonly person: string
}

const digits = ['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** `school_census.fsm_eligible` as the core names an item: `schoolCensus.fsmEligible`. */
export function itemId(dataSet: string, column: string): string {
  const camel = (text: string): string =>
    text.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase())
  return `${camel(dataSet).replace(/[0-9]/g, (digit) => digits[Number(digit)] ?? '')}.${camel(column)}`
}

/** Of sensitivity D is what data protection law calls special: which kind is taken from what the column is about. */
const classOf = ({ name, sensitivity }: Column): ItemClass =>
  sensitivity !== 'D'
    ? 'ordinary'
    : /ethnic|language/.test(name)
      ? 'ethnicity'
      : /sex|gender/.test(name)
        ? 'ordinary'
        : 'health'

const itemOf = (id: string, column: Column): Item => ({
  id,
  label: column.label,
  description: column.description,
  subject: 'pupil',
  type: column.type === 'integer' ? 'integer' : 'text',
  class: classOf(column),
  identificationRisk: Math.min(5, Math.max(1, column.risk)) as Item['identificationRisk'],
  sensitivity: column.sensitivity,
  handling: [],
  transformations: column.name === 'pmr' ? ['pseudonym'] : ['as-is'],
})

/** One case for each data set and year that was asked for. @throws GatehouseError `not-allowed` where it can't be compiled. */
export function compileParts(
  access: Access,
  reference: string,
  organisation: Organisation,
  state: ApplicationState,
  at: Date,
  transport: 'download' | 'none' = 'download',
): readonly CompiledPart[] {
  const items = state.answers.items ?? []
  const spans = new Map<string, Set<number>>()
  for (const { dataSet, from, to } of items)
    for (let year = from; year <= to; year++) spans.set(dataSet, (spans.get(dataSet) ?? new Set()).add(year))
  return [...spans].flatMap(([dataSet, years]) =>
    [...years]
      .sort((a, b) => a - b)
      .map((year) =>
        compilePart(
          access,
          { reference, organisation, state, at, transport },
          dataSet,
          year,
          items.filter((each) => each.dataSet === dataSet && each.from <= year && each.to >= year),
        ),
      ),
  )
}

interface Whole {
  readonly reference: string
  readonly organisation: Organisation
  readonly state: ApplicationState
  readonly at: Date
  readonly transport: 'download' | 'none'
}

function compilePart(
  access: Access,
  whole: Whole,
  dataSet: string,
  year: number,
  asked: readonly ItemAsked[],
): CompiledPart {
  const { reference, organisation, state, at } = whole
  const idOf = (column: string): string => itemId(dataSet, column)
  const place = (name: string): Column => {
    const column = access.declarations.common.find((each) => each.name === name)
    if (!column) throw new GatehouseError('bad-policy', `The holdings have no column ${name}.`)
    return column
  }
  const columns = [
    ...new Map(
      asked
        .flatMap((item) => askable(access.declarations, item) ?? [])
        .map((column) => [column.name, column]),
    ).values(),
  ]
  const person = idOf('pmr')
  const dictionary = new Map(
    [...['academic_year', 'la_code', 'urn', 'pmr'].map(place), ...columns].map((column) => [
      idOf(column.name),
      itemOf(idOf(column.name), column),
    ]),
  )
  const gateway = access.policy.rules.gateways[state.gateway?.name ?? '']
  const name = state.gateway?.name ?? 'none'
  const compiled = compileCase(
    {
      items: dictionary,
      law: new Map(
        gateway
          ? [
              [
                gateway.instrument,
                {
                  id: gateway.instrument,
                  title: gateway.says,
                  provision: gateway.says,
                  kind: 'statute' as const,
                  confidence: 'official' as const,
                  source: 'policy/access/rules.yaml',
                  inForce: { from: gateway.from, enabled: true },
                },
              ],
            ]
          : [],
      ),
      prohibitions: [],
      wordings: new Map(),
      publicAuthority: true,
    },
    {
      at,
      recipient: recipientOf(organisation),
      standing: standingOf(organisation, state),
      version: {
        agreement: {
          id: reference,
          recipient: organisation.id,
          title: state.answers.title ?? reference,
          kind: 'feed',
          enabled: state.stage === 'active',
          purpose: {
            id: (state.answers.purposes?.[0]?.code ?? 'none').toLowerCase(),
            label: state.answers.summary ?? '',
            educational: true,
          },
          why: state.answers.summary ?? '',
          items: [
            { item: person, as: 'pseudonym' as const },
            ...columns.map((column) => ({ item: idOf(column.name), as: 'as-is' as const })),
          ],
          population: populationOf(state, idOf, year),
          basis: {
            article6: gateway?.article6 ?? 'e',
            instrument: gateway?.instrument ?? name,
            article9: gateway?.article9 ?? 'g',
            ...(gateway?.schedule1 === undefined ? {} : { schedule1: gateway.schedule1 }),
            ...(gateway?.policyDocument === undefined ? {} : { policyDocument: gateway.policyDocument }),
            confidence: 'official',
          },
          consent: { rule: 'none' },
          objection: 'unavailable',
          schedule: { every: 'on-demand', note: '' },
          format: { kind: 'none', specification: 'gatehouse/extract/v1' },
          transport: { kind: whole.transport, encrypt: true, note: '' },
          absenceMeans: 'ignore',
          retention: { atRecipient: 'until the end of the agreement', onEnding: 'delete' },
          transfer: { country: state.answers.country ?? 'GB', safeguard: null },
          inForce: { from: state.answers.start ?? '9999-12-31', to: state.answers.end ?? '1900-01-01' },
          review: { due: state.answers.end ?? '1900-01-01', graceDays: 0 },
          visibility: 'open',
          confidence: 'official',
          source: reference,
        },
        version: 1,
        hash: state.terms?.hash ?? '',
        approvedAt: state.decidedAt,
        approvedBy: state.terms ? 'access panel' : null,
      },
    },
  )
  if (!compiled.ok)
    throw new GatehouseError('not-allowed', 'The agreement can’t be decided on.', {
      why: compiled.error.map(({ path, message }) => `${path}: ${message}`).join(' '),
    })
  return { dataSet, year, compiled: compiled.value, columns, idOf, person }
}

function populationOf(
  { answers }: ApplicationState,
  idOf: (column: string) => string,
  year: number,
): Condition {
  const { laCodes, urns } = answers.population ?? {}
  return {
    all: [
      { item: idOf('academic_year'), equals: year },
      ...(laCodes ? [{ item: idOf('la_code'), in: laCodes }] : []),
      ...(urns ? [{ item: idOf('urn'), in: urns }] : []),
    ],
  }
}

const recipientOf = (organisation: Organisation): Recipient => ({
  id: organisation.id,
  name: organisation.identity.name,
  kind: organisation.commercial ? 'supplier' : 'professional',
  role: 'controller',
  commercial: organisation.commercial,
  publishes: false,
  country: organisation.country,
  contact: '',
  confidence: 'official',
  source: 'access',
})

const standingOf = (organisation: Organisation, state: ApplicationState): Standing => ({
  recipientId: organisation.id,
  identityVerifiedOn: organisation.verified ? dateInEngland(organisation.verified.at) : null,
  identityChangedOn:
    organisation.changed && !organisation.verified ? dateInEngland(organisation.changed.at) : null,
  contractOn: state.decidedAt ? dateInEngland(state.decidedAt) : null,
  transferSafeguard: null,
  transferSafeguardOn: null,
  ageRecipient: organisation.ageRecipient,
  ageRecipientExpiresOn: null,
})
