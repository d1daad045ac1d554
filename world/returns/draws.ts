/**
 * A small fast generator for millions of pupils: sfc32 (Chris Doty-Humphrey), seeded by three numbers, and seeded again in
 * place, so that what is drawn for one pupil depends on that pupil's number alone. Not for secrets.
 */
export interface Draws {
  /** Starts the stream of these numbers; the same numbers give the same draws on every machine. */
  readonly seed: (a: number, b: number, c: number) => void
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(from: readonly T[]) => T
}

export function draws(): Draws {
  let a = 0
  let b = 0
  let c = 0
  let d = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
  return {
    seed(first, second, third) {
      a = Math.imul(first | 0, 0x9e3779b1)
      b = Math.imul(second | 0, 0x85ebca6b)
      c = Math.imul(third | 0, 0xc2b2ae35)
      d = 1
      for (let i = 0; i < 10; i++) next()
    },
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (from) => {
      const value = from[Math.floor(next() * from.length)]
      if (value === undefined) throw new Error('cannot pick from an empty list')
      return value
    },
  }
}

/** Picks by weight. The weights are added up once. */
export function picker<T>(from: readonly { readonly value: T; readonly weight: number }[]): (by: Draws) => T {
  let sum = 0
  const bounds = from.map(({ weight }) => (sum += weight))
  return (by) => {
    const at = by.next() * sum
    let i = 0
    while (i < bounds.length - 1 && (bounds[i] ?? 0) <= at) i++
    const found = from[i]
    if (!found) throw new Error('cannot pick from an empty list')
    return found.value
  }
}

/** A number of a text, to seed with. */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
