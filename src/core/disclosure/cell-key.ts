import { createHmac } from 'node:crypto'

// The cell key method (Thompson, Broadfoot and Elazar 2013; Handbook on Statistical Disclosure Control, 5.4): noise that
// belongs to the people in a cell, so that the same people get the same noise in every table of a series.

/** Keys are whole numbers below this; a cell's key is the sum of its people's, modulo this. As a share of it: 0 to 1. */
export const keySpace = 2 ** 32

/** The record key of a person in a series of statistics. It is derived whenever it is needed and never stored. */
export const recordKey = (secret: Uint8Array, person: string): number =>
  createHmac('sha256', secret).update(person).digest().readUInt32BE(0)

/** The key of a cell from the sum of its people's keys: whole numbers, so the order of adding changes nothing. */
export const cellKey = (sum: bigint): number => Number(sum % BigInt(keySpace))

/** What a count becomes: shares of the key space, in order. */
export interface PRow {
  readonly count: number
  /** Noise and its probability; the probabilities add up to 1. */
  readonly noise: readonly (readonly [noise: number, probability: number])[]
}

/** A row for each count from 0; counts past the last row share it. Neither it nor any key is ever published. */
export type PTable = readonly PRow[]

/** The count with its noise. */
export function perturb(table: PTable, count: number, key: number): number {
  const row = table[Math.min(count, table.length - 1)]
  if (!row) throw new Error('a p-table without rows')
  const share = key / keySpace
  let from = 0
  for (const [noise, probability] of row.noise) {
    from += probability
    if (share < from) return count + noise
  }
  // What rounding of the probabilities leaves at the end belongs to the last of them.
  return count + (row.noise.at(-1)?.[0] ?? 0)
}

/** The table of the handbook's example: for learning and tests, since its row for 2 is biased. */
export const exampleTable: PTable = [
  { count: 0, noise: [[0, 1]] },
  {
    count: 1,
    noise: [
      [-1, 0.5],
      [1, 0.5],
    ],
  },
  {
    count: 2,
    noise: [
      [0, 0.8],
      [1, 0.2],
    ],
  },
  {
    count: 3,
    noise: [
      [-1, 0.3],
      [0, 0.4],
      [1, 0.3],
    ],
  },
]
