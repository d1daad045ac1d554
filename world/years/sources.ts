import type { PlannedSchool } from '../returns/plan-schools.ts'

/** The awarding organisations that send results, and what share of the subjects each has; ours. */
export const boards = ['AQA', 'OCR', 'PEARSON', 'WJEC'] as const
export const agency = 'STA'

/** Who sends the returns, in the form that `gatehouse collect sources` reads. */
export function sourceRows(
  authority: string,
  schools: readonly PlannedSchool[],
): readonly (readonly string[])[] {
  return [
    [
      'la_number',
      'source',
      'kind',
      'name',
      'establishment_number',
      'phase',
      'school_type',
      'governance',
      'sixth_form',
    ],
    ...schools.map(({ urn, establishment, name, kind }) => [
      authority,
      urn,
      'school',
      name,
      establishment,
      kind.phase,
      kind.type,
      kind.governance,
      String(kind.sixthForm),
    ]),
    [authority, authority, 'authority', `Local authority ${authority}`, '', '', '', '', ''],
    // Of no authority: 000 is nobody's number.
    ['000', agency, 'agency', 'Standards and testing agency', '', '', '', '', ''],
    ...boards.map((board) => ['000', board, 'board', board, '', '', '', '', '']),
  ]
}
