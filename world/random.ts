/**
 * A small seeded generator, so that one seed gives the same bytes on every machine. Not for secrets.
 * `fork` starts an independent stream from a name: what one family draws never shifts what the next one gets.
 */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  weighted<T>(from: readonly Weighted<T>[]): T
  fork(name: string): Random
}

export interface Weighted<T> {
  readonly value: T
  readonly weight: number
}

export function seededRandom(seed: string): Random {
  const next = sfc32(seed)
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(from: readonly T[]): T => {
    const value = from[int(0, from.length - 1)]
    if (value === undefined) throw new Error('cannot pick from an empty list')
    return value
  }
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    weighted: (from) => {
      let left = next() * from.reduce((sum, one) => sum + one.weight, 0)
      return (from.find((one) => (left -= one.weight) < 0) ?? { value: pick(from).value }).value
    },
    fork: (name) => seededRandom(`${seed}/${name}`),
  }
}

/** Chris Doty-Humphrey's sfc32, seeded by an FNV-1a hash of the text in four lanes; the first twelve draws are thrown away. */
function sfc32(seed: string): () => number {
  let a = lane(seed, 0x811c9dc5)
  let b = lane(seed, 0x9e3779b9)
  let c = lane(seed, 0x85ebca6b)
  let d = 1
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

function lane(text: string, basis: number): number {
  let hash = basis | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
