/** A question: how many people are in these atoms. An atom is one combination of everything that may be asked about. */
export type Question = readonly number[]

export interface QueryAudit {
  /** Whether the question may be answered; if so it counts as answered from now on. */
  ask(question: Question): boolean
  readonly answered: number
}

/** A prime whose square is below 2^53: arithmetic with its remainders is exact. */
const prime = 67_108_859

/**
 * Rank audit of count queries (Chin and Ozsoyoglu 1982): what has been answered is kept as rows in reduced form, and a question
 * is refused if with its answer a single atom's count, or a combination of two atoms', could be worked out by adding and
 * subtracting. It is decided from questions alone, never from a count: so a refusal says nothing, and is the same for every
 * database (simulatable auditing: Kenthapadi, Mishra and Nissim 2005). It is kept for a population, not for a user: users talk.
 *
 * @param atoms how many there are
 * @param smallest atoms that a question and what it leaves out must hold, at least
 */
export function auditQueries(atoms: number, smallest = 3): QueryAudit {
  let rows: Row[] = []
  let answered = 0
  return {
    get answered() {
      return answered
    },
    ask(question) {
      const asked = new Set(question)
      for (const atom of asked) if (!(atom >= 0 && atom < atoms)) throw new RangeError('no such atom')
      if (asked.size < smallest || (asked.size < atoms && atoms - asked.size < smallest)) return false
      const vector = new Float64Array(atoms)
      for (const atom of asked) vector[atom] = 1
      const next = withRow(rows, vector)
      // Nothing new: what it says was known, and known to be harmless.
      if (next !== null && isolates(next)) return false
      rows = next ?? rows
      answered++
      return true
    },
  }
}

interface Row {
  readonly pivot: number
  readonly at: Float64Array
}

/** The rows with one more, reduced; null if it is a combination of them. */
function withRow(rows: readonly Row[], vector: Float64Array): Row[] | null {
  const rest = Float64Array.from(vector)
  for (const { pivot, at } of rows) {
    const factor = rest[pivot] ?? 0
    if (factor !== 0) subtract(rest, at, factor)
  }
  const pivot = rest.findIndex((each) => each !== 0)
  if (pivot < 0) return null
  const inverse = power(rest[pivot] ?? 1, prime - 2)
  const row = rest.map((each) => (each * inverse) % prime)
  return [
    ...rows.map(({ pivot: own, at }) => {
      const factor = at[pivot] ?? 0
      if (factor === 0) return { pivot: own, at }
      const less = Float64Array.from(at)
      subtract(less, row, factor)
      return { pivot: own, at: less }
    }),
    { pivot, at: row },
  ]
}

function subtract(from: Float64Array, row: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) {
    const each = row[i] ?? 0
    if (each !== 0) from[i] = ((from[i] ?? 0) + (prime - factor) * each) % prime
  }
}

function power(base: number, exponent: number): number {
  let [result, square] = [1, base]
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * square) % prime
    square = (square * square) % prime
  }
  return result
}

/**
 * Whether a vector of one or two atoms is a combination of the rows. In reduced form it is one row, or two whose parts besides
 * their pivots are multiples of each other.
 */
function isolates(rows: readonly Row[]): boolean {
  const seen = new Set<string>()
  for (const { pivot, at } of rows) {
    const others: string[] = []
    let scale = 0
    at.forEach((each, i) => {
      if (each === 0 || i === pivot) return
      if (scale === 0) scale = power(each, prime - 2)
      others.push(`${String(i)}:${String((each * scale) % prime)}`)
    })
    const key = others.join()
    if (others.length < 2 || seen.has(key)) return true
    seen.add(key)
  }
  return false
}
