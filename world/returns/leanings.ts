/** What a pupil's needs, absence and suspensions lean on. */
export interface PupilFacts {
  readonly ethnicity: string
  readonly sex: string
  readonly meals: boolean
  readonly senProvision: string
}

/**
 * How what is drawn of a pupil leans on what else is so of the same one, as factors of the rate of the kind of school. Absent:
 * each is drawn on its own.
 */
export interface Leanings {
  readonly need: (pupil: Omit<PupilFacts, 'senProvision'>) => number
  readonly missed: (pupil: PupilFacts) => number
  readonly suspended: (pupil: PupilFacts) => number
}
