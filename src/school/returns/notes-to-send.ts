import type { SentNote } from '../../core/collections/index.ts'
import type { Explanation } from './explanation.ts'
import type { PupilFinding } from './pupil-findings.ts'

/**
 * The explanations of what was found in a file, as its collector takes them: by place in the file, never by pupil. One of what
 * is not found any more stays at home.
 */
export function notesToSend(
  findings: readonly Pick<PupilFinding, 'rule' | 'pupilId' | 'table' | 'ordinal' | 'explain'>[],
  explanations: readonly Explanation[],
): readonly SentNote[] {
  const notes: SentNote[] = []
  for (const [rule, found] of Map.groupBy(findings, (finding) => finding.rule)) {
    if (!found.some(({ explain }) => explain)) continue
    const own = explanations.filter((one) => one.rule === rule)
    const all = own.find(({ pupilId }) => pupilId === null)
    if (all) notes.push({ rule, text: all.text, places: null })
    const ofPupils = own.filter(({ pupilId }) => pupilId !== null)
    for (const [text, written] of Map.groupBy(ofPupils, (one) => one.text)) {
      const pupils = new Set(written.map(({ pupilId }) => pupilId))
      const places = found.flatMap(({ pupilId, table, ordinal }) =>
        pupilId !== null && pupils.has(pupilId) && table !== null && ordinal !== null
          ? [{ table, ordinal }]
          : [],
      )
      if (places.length > 0) notes.push({ rule, text, places })
    }
  }
  return notes
}
