import type { Random } from '../random.ts'
import type { Draws } from './draws.ts'

const kept = new WeakMap<Draws, Random>()

/** The same draws for the parts of the world that ask for a `Random`. */
export function asRandom(by: Draws): Random {
  let random = kept.get(by)
  if (!random) {
    random = {
      next: by.next,
      int: by.int,
      chance: by.chance,
      pick: by.pick,
      weighted(from) {
        let left = by.next() * from.reduce((sum, one) => sum + one.weight, 0)
        return (from.find((one) => (left -= one.weight) < 0) ?? { value: by.pick(from).value }).value
      },
      fork() {
        throw new Error('draws have no forks')
      },
    }
    kept.set(by, random)
  }
  return random
}
