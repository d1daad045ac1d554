import type { Cube, Dimension } from '../../src/core/disclosure/index.ts'

/** The same numbers from the same seed, from 0 up to 1. */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

export const flat = (name: string, parts: number): Dimension => grouped(name, 1, parts)

/** A dimension of `groups` groups over `parts` parts; with one group, of parts alone. */
export function grouped(name: string, groups: number, parts: number): Dimension {
  const above = groups > 1 ? groups : 0
  return {
    name,
    items: Array.from({ length: 1 + above + parts }, (_, i) => (i === 0 ? 'Total' : `${name} ${String(i)}`)),
    within: Array.from({ length: 1 + above + parts }, (_, i) =>
      i === 0 ? -1 : i <= above || above === 0 ? 0 : 1 + Math.floor(((i - 1 - above) * groups) / parts),
    ),
  }
}

/** Items from each up to the total, for each item. */
const paths = ({ within }: Dimension): readonly (readonly number[])[] =>
  within.map((_, item) => {
    const path: number[] = []
    for (let at = item; at >= 0; at = within[at] ?? -1) path.push(at)
    return path
  })

const leavesOf = ({ within }: Dimension): readonly number[] => {
  const wholes = new Set(within)
  return within.flatMap((_, item) => (item > 0 && !wholes.has(item) ? [item] : []))
}

/** Adds an amount to every cell of a cube that these leaves are part of. */
export function adder({ dimensions, values }: Cube & { values: Float64Array }) {
  const up = dimensions.map(paths)
  return (leaves: readonly number[], amount: number, seen?: (at: number) => void): void => {
    const add = (d: number, at: number): void => {
      const own = up[d]?.[leaves[d] ?? 0]
      if (!own) {
        values[at] = (values[at] ?? 0) + amount
        seen?.(at)
      } else for (const item of own) add(d + 1, at * (dimensions[d]?.items.length ?? 1) + item)
    }
    add(0, 0)
  }
}

const emptyCube = (dimensions: readonly Dimension[]): Cube & { values: Float64Array } => ({
  dimensions,
  values: new Float64Array(dimensions.reduce((product, { items }) => product * items.length, 1)),
})

/** Shares that fall off as those of ethnic groups or kinds of need do. */
function falling(parts: number): readonly number[] {
  const weights = Array.from({ length: parts }, (_, i) => (1 + i) ** -1.3)
  const total = weights.reduce((sum, each) => sum + each, 0)
  let upTo = 0
  return weights.map((each) => (upTo += each / total))
}

/**
 * Three tables of the same pupils in three ways each: areas (9 regions, 153 authorities) by sex and ethnic group, by ethnic group
 * and need, by age and need. About 110,000 cells.
 */
export function linkedCubes(pupils: number): readonly Cube[] {
  const random = numbersFrom(7)
  const area = grouped('area', 9, 153)
  const [sex, ethnic] = [flat('sex', 2), grouped('ethnic', 5, 20)]
  const [need, age] = [flat('need', 13), flat('age', 19)]
  const all = [area, sex, ethnic, need, age]
  const leaves = all.map(leavesOf)
  const even = (parts: number): readonly number[] => Array.from({ length: parts }, (_, i) => (i + 1) / parts)
  const shares = [even(153), even(2), falling(20), falling(13), even(19)]
  const cubes = [
    [0, 1, 2],
    [0, 2, 3],
    [0, 4, 3],
  ].map((own) => {
    const cube = emptyCube(own.flatMap((d) => all[d] ?? []))
    return { own, cube, add: adder(cube) }
  })
  for (let n = 0; n < pupils; n++) {
    const drawn = shares.map((upTo, d) => {
      const share = random()
      const found = upTo.findIndex((each) => share < each)
      return leaves[d]?.[found < 0 ? upTo.length - 1 : found] ?? 0
    })
    for (const { own, add } of cubes)
      add(
        own.map((d) => drawn[d] ?? 0),
        1,
      )
  }
  return cubes.map(({ cube }) => cube)
}

/** A table of turnover: sums of contributions that few make and that are very unequal, and each cell's two greatest. */
export function turnover(dimensions: readonly Dimension[], seed: number) {
  const random = numbersFrom(seed)
  const cube = emptyCube(dimensions)
  const [first, second] = [new Float64Array(cube.values.length), new Float64Array(cube.values.length)]
  const add = adder(cube)
  const leaves = dimensions.map(leavesOf)
  const visit = (d: number, at: readonly number[]): void => {
    const own = leaves[d]
    if (own) {
      for (const leaf of own) visit(d + 1, [...at, leaf])
      return
    }
    // One cell in five is empty; the others have from one contributor to eighty, of log-normal size.
    if (random() < 0.2) return
    for (let left = 1 + Math.floor(80 * random() ** 1.5); left > 0; left--) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      const amount = Math.max(1, Math.round(Math.exp(5 + 1.4 * normal)))
      add(at, amount, (cell) => {
        if (amount > (first[cell] ?? 0)) {
          second[cell] = first[cell] ?? 0
          first[cell] = amount
        } else if (amount > (second[cell] ?? 0)) second[cell] = amount
      })
    }
  }
  visit(0, [])
  return { cube, first, second }
}
