/** The names of the elements that are open, as bytes. */
export interface NameStack {
  readonly depth: number
  push(bytes: Uint8Array, from: number, to: number): void
  pop(): void
  /**
   * Compares the innermost name with the bytes from `at` on. Gives the place after it, -1 where `end` comes first, and -2
   * where they differ.
   */
  match(bytes: Uint8Array, at: number, end: number): number
}

export function nameStack(deepest: number): NameStack {
  const ends = new Int32Array(deepest + 1)
  let names = new Uint8Array(1024)
  let depth = 0
  return {
    get depth() {
      return depth
    },
    push(bytes, from, to) {
      let used = ends[depth] ?? 0
      if (used + to - from > names.length) {
        const wider = new Uint8Array(Math.max(names.length * 2, used + to - from))
        wider.set(names)
        names = wider
      }
      for (let at = from; at < to; at++) names[used++] = bytes[at] ?? 0
      ends[++depth] = used
    },
    pop() {
      depth--
    },
    match(bytes, at, end) {
      const to = ends[depth] ?? 0
      let place = at
      for (let each = ends[depth - 1] ?? 0; each < to; each++, place++) {
        if (place >= end) return -1
        if (names[each] !== bytes[place]) return -2
      }
      return place
    },
  }
}
