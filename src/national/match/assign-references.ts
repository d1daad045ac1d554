/** A child as it was put together, with who its identities were before. */
export interface Reckoned {
  readonly members: readonly {
    readonly node: string
    /** Null: new. */
    readonly pmr: string | null
    /** The run that minted `pmr`. */
    readonly since: number
    /** References that it had before, no longer in use unless another has one. */
    readonly earlier: readonly string[]
  }[]
}

export interface Reference {
  readonly pmr: string
  readonly since: number
}

export interface Change {
  readonly kind: 'merge' | 'split'
  readonly kept: string
  readonly other: string
  readonly nodes: readonly string[]
}

/**
 * Gives each child its reference. What it had stays: of several the oldest, to which the others lead (a merge); of several children with
 * one reference the largest keeps it, and the others get one that they had before, or a new one (a split).
 * @param mint makes a reference for a child, named by its least identity
 */
export function assignReferences(
  children: readonly Reckoned[],
  run: number,
  mint: (node: string) => string,
): { readonly references: readonly Reference[]; readonly changes: readonly Change[] } {
  const holders = new Map<string, { child: number; many: number; least: string; since: number }>()
  const counts = children.map(({ members }) => {
    const own = new Map<string, { many: number; least: string; since: number }>()
    for (const { node, pmr, since } of members) {
      if (pmr === null) continue
      const known = own.get(pmr)
      own.set(pmr, {
        many: (known?.many ?? 0) + 1,
        least: known && known.least < node ? known.least : node,
        since,
      })
    }
    return own
  })
  counts.forEach((own, child) => {
    for (const [pmr, { many, least, since }] of own) {
      const known = holders.get(pmr)
      if (!known || many > known.many || (many === known.many && least < known.least))
        holders.set(pmr, { child, many, least, since })
    }
  })
  const used = new Set(holders.keys())
  const references = children.map(({ members }, child): Reference => {
    const won = [...holders]
      .filter(([, holder]) => holder.child === child)
      .map(([pmr, { since }]) => ({ pmr, since }))
      .sort((x, y) => x.since - y.since || (x.pmr < y.pmr ? -1 : 1))
    if (won[0]) return won[0]
    const earlier = [...new Set(members.flatMap((each) => each.earlier))]
      .filter((pmr) => !used.has(pmr))
      .sort()
    const least = members.map(({ node }) => node).sort()[0] ?? ''
    const pmr = earlier[0] ?? mint(least)
    used.add(pmr)
    return { pmr, since: run }
  })
  const changes: Change[] = []
  counts.forEach((own, child) => {
    const kept = references[child]?.pmr ?? ''
    const nodesOf = (pmr: string): readonly string[] =>
      (children[child]?.members ?? []).filter((each) => each.pmr === pmr).map(({ node }) => node)
    for (const pmr of [...own.keys()].sort()) {
      if (pmr === kept) continue
      if (holders.get(pmr)?.child === child)
        changes.push({ kind: 'merge', kept, other: pmr, nodes: nodesOf(pmr) })
      else changes.push({ kind: 'split', kept: pmr, other: kept, nodes: nodesOf(pmr) })
    }
  })
  return { references, changes }
}
