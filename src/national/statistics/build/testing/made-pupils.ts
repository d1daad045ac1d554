/** A row of `school_census`, as far as tables read it. */
export interface MadePupil {
  readonly academic_year: number
  readonly term: string
  readonly record_status: number
  readonly pmr: string
  readonly urn: string
  readonly la_code: string
  readonly on_roll: number
  readonly ncyear: string
  readonly age_at_start: number
  readonly sex: string | null
  readonly ethnic_group: string | null
  readonly language_group: string
  readonly sen_group: string
  readonly fsm_eligible: number
}

/** Pupils of two authorities in two years, in proportions that leave small cells; the same for the same seed. */
export function madePupils(many: number, seed: number): readonly MadePupil[] {
  const random = randomBy(seed)
  const pick = <T>(items: readonly (readonly [T, number])[]): T => {
    let left = random() * items.reduce((sum, [, share]) => sum + share, 0)
    for (const [item, share] of items) if ((left -= share) < 0) return item
    const [last] = items
    if (!last) throw new Error('nothing to pick from')
    return last[0]
  }
  return Array.from({ length: many }, (_, i): MadePupil => {
    const age = 4 + Math.floor(random() * 7)
    const authority = pick([
      ['894', 6],
      ['893', 3],
      ['202', 1],
    ] as const)
    return {
      academic_year: 2024 + Math.floor(random() * 2),
      term: 'SPR',
      record_status: random() < 0.98 ? 0 : 103,
      pmr: `P${String(i)}`,
      urn: `${authority === '202' ? '2' : '1'}0${authority.slice(-1)}0${String(10 + Math.floor(random() * 5))}`,
      la_code: authority,
      on_roll: random() < 0.97 ? 1 : 0,
      ncyear: age === 4 ? 'R' : String(age - 4),
      age_at_start: age,
      sex: pick([
        ['F', 49],
        ['M', 51],
      ] as const),
      ethnic_group: pick([
        ['WHIT', 80],
        ['MIXD', 6],
        ['ASIA', 8],
        ['BLAC', 4],
        ['AOEG', 1.5],
        [null, 0.5],
      ] as const),
      language_group: pick([
        ['1', 85],
        ['2', 14],
        ['3', 1],
      ] as const),
      sen_group: pick([
        ['none', 82],
        ['support', 14],
        ['plan', 4],
      ] as const),
      fsm_eligible: random() < 0.25 ? 1 : 0,
    }
  })
}

/** Mulberry32: enough for made data. */
function randomBy(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
