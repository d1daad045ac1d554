import type { Random } from './random.ts'

/**
 * What an MIS does to values on their way out: pads texts with spaces at the end and gives some rows twice. Both on purpose
 * and in step with the seed; a reader has to trim and to take equal rows once.
 */
export type Habits = (cells: readonly string[], out: (cells: readonly string[]) => void) => void

export function misHabits(random: Random, rates: { padded: number; repeated: number }): Habits {
  const pad = (cells: readonly string[]) =>
    cells.map((cell) =>
      cell !== '' && random.chance(rates.padded) ? cell + ' '.repeat(random.int(1, 12)) : cell,
    )
  return (cells, out) => {
    out(pad(cells))
    if (random.chance(rates.repeated)) out(pad(cells))
  }
}
