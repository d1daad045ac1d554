/** Wrong tries from one address before it has to wait, and for how long they count. */
export const triesPerAddress = 30
export const windowMinutes = 15

const windowMs = windowMinutes * 60_000
const mostAddresses = 10_000

export interface Throttle {
  /** Counts a try before the password is looked at, so that many at once gain nothing; false when there were too many. */
  begin(address: string, at: Date): boolean
  /** The try that was begun last was a good one: it doesn't count. */
  forgive(address: string): void
}

/**
 * Slows down whoever tries one password on many accounts; the lock of an account alone would not see it. It lives in memory:
 * a restart forgets it, and each process counts for itself.
 */
export function newThrottle(): Throttle {
  const counted = new Map<string, { tries: number; since: number }>()
  const forgetOld = (now: number): void => {
    for (const [address, { since }] of counted) if (now - since >= windowMs) counted.delete(address)
    // Whoever has so many addresses is not stopped by counting; the oldest go, so that memory stays bounded.
    for (const address of counted.keys()) {
      if (counted.size < mostAddresses) break
      counted.delete(address)
    }
  }
  return {
    begin(address, at) {
      const now = at.getTime()
      const known = counted.get(address)
      if (known && now - known.since < windowMs) return ++known.tries <= triesPerAddress
      if (counted.size >= mostAddresses) forgetOld(now)
      counted.delete(address)
      counted.set(address, { tries: 1, since: now })
      return true
    },
    forgive(address) {
      const known = counted.get(address)
      if (known) known.tries = Math.max(0, known.tries - 1)
    },
  }
}
