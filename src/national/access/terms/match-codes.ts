import type { Codes, Comparison, Parameter, Term } from './access-policy.ts'

/** One thing that was checked by the software, and how it came out. */
export interface Check {
  /** Names it among the application's checks: `code/NO-COMM/exclusion`. */
  readonly id: string
  readonly outcome: 'met' | 'not-met' | 'needs-a-person'
  readonly says: string
}

/**
 * Holds an application's terms against those of every data set that it asks for. A data set without codes refuses: absence is
 * no freedom. Each needs one of its permissions claimed, or something narrower; and each of its limits, prohibitions and
 * duties accepted at least as tightly. What several data sets demand adds up.
 */
export function matchCodes(
  codes: Codes,
  dataSets: Readonly<Record<string, readonly Term[]>>,
  asked: readonly string[],
  applicant: { readonly claims: readonly Term[]; readonly accepts: readonly Term[] },
): readonly Check[] {
  return asked.flatMap((dataSet) => {
    const offered = dataSets[dataSet] ?? []
    if (offered.length === 0)
      return [
        check(`codes/${dataSet}`, 'not-met', `${dataSet} has no data-use codes: it is offered to nobody.`),
      ]
    const permits = offered.filter(({ code }) => codes.codes[code]?.kind === 'P')
    const demands = offered.filter(({ code }) => codes.codes[code]?.kind !== 'P')
    return [
      permitted(codes, dataSet, permits, applicant.claims),
      ...demands.map((demand) => accepted(codes, dataSet, demand, applicant.accepts)),
    ]
  })
}

const check = (id: string, outcome: Check['outcome'], says: string): Check => ({ id, outcome, says })

/** Whether one code is another, or includes it. */
export function includes(codes: Codes, broad: string, narrow: string): boolean {
  return broad === narrow || (codes.broader[broad] ?? []).some((each) => includes(codes, each, narrow))
}

function permitted(codes: Codes, dataSet: string, permits: readonly Term[], claims: readonly Term[]): Check {
  const found = claims.map((claim) => {
    const permit = permits.find(({ code }) => includes(codes, code, claim.code))
    return permit ? (permit.code === claim.code ? compare(codes, permit, claim) : 'met') : 'not-met'
  })
  const offers = permits.map(({ code }) => code).join(', ') || 'nothing'
  // Every purpose of a project must be permitted: one that is does not carry another through.
  const outcome = worst(found.length === 0 ? ['not-met'] : found)
  const claimed = claims.map(({ code }) => code).join(', ') || 'no purpose'
  return check(
    `purpose/${dataSet}`,
    outcome,
    outcome === 'met'
      ? `${dataSet} is offered for ${claimed}.`
      : outcome === 'not-met'
        ? `${dataSet} is offered for ${offers}; the application claims ${claimed}.`
        : `${dataSet} is offered for ${offers}; whether ${claimed} falls under it needs a person.`,
  )
}

function accepted(codes: Codes, dataSet: string, demand: Term, accepts: readonly Term[]): Check {
  const id = `code/${demand.code}/${dataSet}`
  const says = codes.codes[demand.code]?.says ?? demand.code
  const own = accepts.filter(({ code }) => code === demand.code)
  if (own.length === 0)
    return check(
      id,
      'not-met',
      `${dataSet} demands ${demand.code} (${says}) and the application does not accept it.`,
    )
  const outcome = worst(own.map((each) => compare(codes, demand, each)))
  return check(
    id,
    outcome,
    outcome === 'met'
      ? `${demand.code} is accepted.`
      : outcome === 'not-met'
        ? `${demand.code} (${says}) is accepted less tightly than ${dataSet} demands.`
        : `Whether ${demand.code} is accepted tightly enough needs a person.`,
  )
}

const order: readonly Check['outcome'][] = ['met', 'needs-a-person', 'not-met']
const worst = (all: readonly Check['outcome'][]): Check['outcome'] =>
  all.reduce((a, b) => (order.indexOf(a) >= order.indexOf(b) ? a : b), 'met')

/** Whether a term is at least as tight as the one demanded, parameter by parameter. */
function compare(codes: Codes, demand: Term, own: Term): Check['outcome'] {
  const comparisons = codes.codes[demand.code]?.parameters ?? {}
  return worst(
    Object.entries(demand.parameters).map(([name, wanted]) => {
      const given = own.parameters[name]
      return given === undefined ? 'not-met' : compareOne(comparisons[name] ?? 'text', wanted, given)
    }),
  )
}

function compareOne(how: Comparison, wanted: Parameter, given: Parameter): Check['outcome'] {
  const yes = (is: boolean): Check['outcome'] => (is ? 'met' : 'not-met')
  const texts = typeof wanted === 'string' && typeof given === 'string'
  const numbers = typeof wanted === 'number' && typeof given === 'number'
  const [wantedSet, givenSet] = [[wanted].flat().map(String), [given].flat().map(String)]
  switch (how) {
    case 'no-later':
      return texts ? yes(given <= wanted) : 'needs-a-person'
    case 'no-earlier':
      return texts ? yes(given >= wanted) : 'needs-a-person'
    case 'at-most':
      return numbers ? yes(given <= wanted) : 'needs-a-person'
    case 'at-least':
      return numbers ? yes(given >= wanted) : 'needs-a-person'
    case 'subset':
      return yes(givenSet.length > 0 && givenSet.every((each) => wantedSet.includes(each)))
    case 'superset':
      return yes(wantedSet.every((each) => givenSet.includes(each)))
    case 'equal':
      return yes(JSON.stringify(wantedSet) === JSON.stringify(givenSet))
    case 'text':
      return wanted === given ? 'met' : 'needs-a-person'
  }
}
