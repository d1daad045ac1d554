import fc from 'fast-check'
import type { Cube, Dimension } from '../system.ts'

export const flat = (name: string, parts: number): Dimension => ({
  name,
  items: ['Total', ...Array.from({ length: parts }, (_, i) => `${name} ${String(i + 1)}`)],
  within: [-1, ...Array.from({ length: parts }, () => 0)],
})

/** A cube of these dimensions from its innermost counts, the last dimension running fastest. */
export function cubeOf(dimensions: readonly Dimension[], inner: readonly number[]): Cube {
  const sizes = dimensions.map(({ items }) => items.length)
  const values = new Float64Array(sizes.reduce((product, each) => product * each, 1))
  const leaves = dimensions.map(({ items, within }) =>
    [...items.keys()].filter((item) => item > 0 && !within.includes(item)),
  )
  inner.forEach((count, n) => {
    let rest = n
    const path = leaves
      .map((own, d) => [own, dimensions[d]] as const)
      .reverse()
      .map(([own, dimension]) => {
        const items: number[] = []
        for (let at = own[rest % own.length] ?? 0; at >= 0; at = dimension?.within[at] ?? -1) items.push(at)
        rest = Math.floor(rest / own.length)
        return items
      })
      .reverse()
    const add = (d: number, at: number): void => {
      const items = path[d]
      if (!items) values[at] = (values[at] ?? 0) + count
      else for (const item of items) add(d + 1, at * (sizes[d] ?? 1) + item)
    }
    add(0, 0)
  })
  return { dimensions, values }
}

/** Cubes of up to `parts` items in each of `dimensions` dimensions. */
export const randomCube = (dimensions: number, parts: number, count: number): fc.Arbitrary<Cube> =>
  fc
    .array(fc.integer({ min: 2, max: parts }), { minLength: dimensions, maxLength: dimensions })
    .chain((sizes) =>
      fc
        .array(fc.nat(count), {
          minLength: sizes.reduce((a, b) => a * b, 1),
          maxLength: sizes.reduce((a, b) => a * b, 1),
        })
        .map((inner) =>
          cubeOf(
            sizes.map((size, d) => flat(`d${String(d)}`, size)),
            inner,
          ),
        ),
    )
