import type { DuplicateRules } from './duplicates-file.ts'

/** A record of a child whom another record may be, as far as it decides which comes first. */
export interface Candidate {
  readonly lineage: string
  readonly source: string
  readonly schoolType: string
  readonly dob: string | null
  readonly onRoll: boolean
  readonly enrolment: string | null
  readonly entry: string | null
  readonly leaving: string | null
  readonly year: string | null
}

export interface Resolved {
  readonly lineage: string
  /** Of the record in the national file: 1 to 8 the main one, by which question; 100 more for the others; 9, 109 by hand; 10; 20. */
  readonly status: number
  readonly why: string
}

const questions = [
  'on roll',
  'the latest leaving date',
  'the enrolment status',
  'the school’s type or the latest entry',
]

/**
 * Whether a child’s two records are a dual registration as it should be: one main, one subsidiary, of different sources, the
 * same date of birth.
 */
export function isDualRegistration(
  records: readonly Candidate[],
  { dualRegistration: { main, subsidiary } }: DuplicateRules,
): boolean {
  const [a, b, more] = records
  if (!a || !b || more || a.source === b.source || a.dob === null || a.dob !== b.dob) return false
  if (!a.onRoll || !b.onRoll) return false
  const both = [a.enrolment, b.enrolment]
  return both.includes(main) && both.includes(subsidiary)
}

/** Whether a child’s records are those of a move: of different sources, the same date of birth, on roll at one at most. */
export function isMove(records: readonly Candidate[], { movesConflict }: DuplicateRules): boolean {
  const [first] = records
  if (movesConflict || !first || first.dob === null) return false
  return (
    records.every(({ dob }) => dob === first.dob) &&
    new Set(records.map(({ source }) => source)).size === records.length &&
    records.filter(({ onRoll }) => onRoll).length <= 1
  )
}

/**
 * Which record of a group is the main one: on roll before off roll; all off roll, the latest leaving date; all on roll, by
 * enrolment status; otherwise by the school’s type, then the latest entry. Where nothing parts them none is.
 */
export function resolveGroup(records: readonly Candidate[], rules: DuplicateRules): readonly Resolved[] {
  const isNursery = ({ year }: Candidate): boolean => year !== null && rules.nurseryYears.includes(year)
  const nursery = records
    .filter(isNursery)
    .map(({ lineage }) => ({ lineage, status: 20, why: 'a nursery year' }))
  const asked = records.filter((each) => !isNursery(each))
  const alone = asked.length === 1 ? asked[0] : undefined
  if (alone) return [{ lineage: alone.lineage, status: 1, why: 'the only one above the nursery' }, ...nursery]
  const found = mainOf(asked, rules)
  const offset = asked.length > 2 ? 4 : 0
  return [
    ...asked.map(({ lineage }) => {
      if (!found) return { lineage, status: 10, why: 'nothing parts them' }
      const status = found.question + offset + (lineage === found.lineage ? 0 : 100)
      return { lineage, status, why: `by ${questions[found.question - 1] ?? ''}` }
    }),
    ...nursery,
  ]
}

function mainOf(
  records: readonly Candidate[],
  { enrolmentHierarchy, schoolTypesLast }: DuplicateRules,
): { readonly lineage: string; readonly question: number } | null {
  const on = records.filter(({ onRoll }) => onRoll)
  let left = on.length > 0 ? on : records
  if (left.length === 1 && left[0]) return { lineage: left[0].lineage, question: 1 }
  const narrow = (value: (each: Candidate) => string | number, question: number) => {
    left = best(left, value)
    return left.length === 1 && left[0] ? { lineage: left[0].lineage, question } : null
  }
  if (on.length === 0) {
    const found = narrow(({ leaving }) => leaving ?? '', 2)
    if (found) return found
  } else {
    const found = narrow(({ enrolment }) => -place(enrolmentHierarchy, enrolment), 3)
    if (found) return found
  }
  return (
    narrow(({ schoolType }) => -schoolTypesLast.indexOf(schoolType), 4) ??
    narrow(({ entry }) => entry ?? '', 4)
  )
}

/** A code’s place; one that is not named comes after all. */
const place = (list: readonly string[], code: string | null): number => {
  const at = code === null ? -1 : list.indexOf(code)
  return at < 0 ? list.length : at
}

function best(
  records: readonly Candidate[],
  value: (each: Candidate) => string | number,
): readonly Candidate[] {
  const [first, ...others] = records.map(value)
  if (first === undefined) return []
  const most = others.reduce((a, b) => (b > a ? b : a), first)
  return records.filter((each) => value(each) === most)
}
