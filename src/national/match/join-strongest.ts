/** An identity among those that may be one child. */
export interface Member {
  /** A valid permanent number; null: none. */
  readonly number: string | null
  readonly former: string | null
  /** Returns in whose table a child stands once. */
  readonly returns: readonly string[]
}

/** That two members (by position) are one child. `rank`: −1 a person’s word, then the passes in their order, then weights alone. */
export interface Tie {
  readonly a: number
  readonly b: number
  readonly rank: number
  readonly weight: number
}

/** Why two that speak for each other were not joined. */
export type Blocked = 'apart' | 'numbers' | 'tie'

export interface Joined {
  /** For each member the lowest member of its child. */
  readonly child: readonly number[]
  readonly blocked: readonly { readonly a: number; readonly b: number; readonly why: Blocked }[]
}

/**
 * Joins members along ties, the strongest first, so that no child stands twice in one return, has two valid numbers that no former
 * number joins, or is two of which a person said that they are not the same. Ties of one strength that can’t all hold are dropped and
 * told: none of them is better. The order of members and ties changes nothing.
 */
export function joinStrongest(
  members: readonly Member[],
  ties: readonly Tie[],
  apart: readonly (readonly [number, number])[],
): Joined {
  const groups = numbersThatAreOne(members, ties)
  const parent = members.map((_, i) => i)
  const root = (i: number): number => {
    let at = i
    while (parent[at] !== at) at = parent[at] ?? at
    return at
  }
  const within = new Map<number, Child>(
    members.map(({ number, returns }, i) => [
      i,
      { members: [i], returns: new Set(returns), numbers: new Set(number === null ? [] : [groups(number)]) },
    ]),
  )
  const foes = new Map<number, Set<number>>()
  for (const [a, b] of apart) {
    foes.set(a, (foes.get(a) ?? new Set()).add(b))
    foes.set(b, (foes.get(b) ?? new Set()).add(a))
  }
  const blocked: { a: number; b: number; why: Blocked }[] = []
  const strength = ({ rank, weight }: Tie): string => `${String(rank)} ${weight.toFixed(6)}`
  const sorted = [...ties].sort((x, y) => x.rank - y.rank || y.weight - x.weight || x.a - y.a || x.b - y.b)
  for (let from = 0; from < sorted.length;) {
    const first = sorted[from]
    if (!first) break
    let to = from
    while (to < sorted.length && strength(sorted[to] ?? first) === strength(first)) to++
    for (const together of connected(sorted.slice(from, to), root)) {
      const roots = [...new Set(together.flatMap(({ a, b }) => [root(a), root(b)]))]
      const children = roots.flatMap((each) => within.get(each) ?? [])
      const why = faultOf(children, foes, first.rank < 0)
      if (why === null) {
        const kept = Math.min(...roots)
        for (const each of roots) {
          parent[each] = kept
          if (each !== kept) within.delete(each)
        }
        within.set(kept, {
          members: children.flatMap((each) => each.members),
          returns: new Set(children.flatMap((each) => [...each.returns])),
          numbers: new Set(children.flatMap((each) => [...each.numbers])),
        })
      } else
        for (const { a, b } of together)
          blocked.push({ a, b, why: together.length > 1 && why === 'apart' ? 'tie' : why })
    }
    from = to
  }
  return { child: members.map((_, i) => root(i)), blocked }
}

interface Child {
  readonly members: readonly number[]
  readonly returns: ReadonlySet<string>
  readonly numbers: ReadonlySet<string>
}

function faultOf(
  children: readonly Child[],
  foes: ReadonlyMap<number, ReadonlySet<number>>,
  said: boolean,
): Blocked | null {
  const all = new Set(children.flatMap(({ members }) => members))
  if (foes.size > 0 && [...all].some((each) => [...(foes.get(each) ?? [])].some((foe) => all.has(foe))))
    return 'apart'
  if (said) return null
  const returns = children.flatMap((each) => [...each.returns])
  if (new Set(returns).size < returns.length) return 'apart'
  return new Set(children.flatMap((each) => [...each.numbers])).size > 1 ? 'numbers' : null
}

/** Ties in sets that touch each other, through what is joined already. */
function connected(ties: readonly Tie[], root: (i: number) => number): readonly (readonly Tie[])[] {
  const open = ties.filter(({ a, b }) => root(a) !== root(b))
  if (open.length < 2) return open.map((each) => [each])
  const label = new Map<number, number>()
  const of = (i: number): number => {
    let at = i
    for (let next = label.get(at) ?? at; next !== at; next = label.get(at) ?? at) at = next
    return at
  }
  for (const { a, b } of open) {
    const [x, y] = [of(root(a)), of(root(b))]
    if (x !== y) label.set(Math.max(x, y), Math.min(x, y))
  }
  return [...Map.groupBy(open, ({ a }) => of(root(a))).values()]
}

/** Numbers that a former number, or a person’s word, makes one child’s: for each the least of them. */
function numbersThatAreOne(members: readonly Member[], ties: readonly Tie[]): (number: string) => string {
  const least = new Map<string, string>()
  const of = (number: string): string => {
    let at = number
    for (let next = least.get(at) ?? at; next !== at; next = least.get(at) ?? at) at = next
    return at
  }
  const join = (one: string | null | undefined, other: string | null | undefined): void => {
    if (one === null || one === undefined || other === null || other === undefined) return
    const [x, y] = [of(one), of(other)]
    if (x !== y) least.set(x < y ? y : x, x < y ? x : y)
  }
  for (const { number, former } of members) join(number, former)
  for (const { a, b, rank } of ties) if (rank < 0) join(members[a]?.number, members[b]?.number)
  return of
}
