/** Sixty-four bits a row, in a table that grows: tells rows that may have been there before, so few that they can be compared. */
export class RowHashes {
  #size = 1 << 16
  #table = new Uint32Array(2 * (1 << 16))
  #count = 0

  /** True where the same two words were put in before. */
  add(high: number, low: number): boolean {
    // Two zeros mark an empty place.
    const first = high >>> 0
    const second = low === 0 && first === 0 ? 1 : low >>> 0
    if (this.#put(this.#table, this.#size, first, second)) return true
    if (++this.#count * 2 > this.#size) this.#grow()
    return false
  }

  #put(table: Uint32Array, size: number, high: number, low: number): boolean {
    for (let at = (low ^ (high << 7)) & (size - 1); ; at = (at + 1) & (size - 1)) {
      const [one, other] = [table[2 * at], table[2 * at + 1]]
      if (one === 0 && other === 0) {
        table[2 * at] = high
        table[2 * at + 1] = low
        return false
      }
      if (one === high && other === low) return true
    }
  }

  #grow(): void {
    const size = this.#size * 2
    const table = new Uint32Array(2 * size)
    for (let at = 0; at < this.#size; at++) {
      const [one = 0, other = 0] = [this.#table[2 * at], this.#table[2 * at + 1]]
      if (one !== 0 || other !== 0) this.#put(table, size, one, other)
    }
    this.#size = size
    this.#table = table
  }
}
