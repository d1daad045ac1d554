import type { AgreementId } from '../core/vocabulary/index.ts'
import type { ReleaseOutcome } from '../school/release/index.ts'

export interface DayFile {
  readonly file: string
  readonly sha256: string
  readonly ledgerIndex: number
}

/** What the day did for one agreement. */
export interface DayLine {
  readonly id: AgreementId
  readonly outcome: ReleaseOutcome['kind']
  readonly why: string
  /** Over all of the agreement's files. */
  readonly permittedPupils: number
  readonly withheldPupils: number
  readonly items: readonly string[]
  /** Of the first file; null where none left. */
  readonly file: string | null
  readonly sha256: string | null
  readonly ledgerIndex: number | null
  /** Every file that left: transfer files are one for each destination. */
  readonly files: readonly DayFile[]
}

/** An outcome with those of its further files, one after the other. */
export const eachOutcome = (outcome: ReleaseOutcome): readonly ReleaseOutcome[] => [
  outcome,
  ...(outcome.further ?? []),
]

/** The line of an agreement's outcomes, of which there is at least one: released when any file left. */
export function lineOf(id: AgreementId, outcomes: readonly ReleaseOutcome[]): DayLine {
  const released = outcomes.filter((outcome) => outcome.kind === 'released')
  const counts = outcomes.filter((outcome) => 'items' in outcome)
  const sum = (of: 'permittedPupils' | 'withheldPupils'): number =>
    counts.reduce((pupils, outcome) => pupils + outcome[of], 0)
  const files = released.map(({ fileName, sha256, ledgerIndex }) => ({
    file: `outbox/${id}/${fileName}`,
    sha256,
    ledgerIndex,
  }))
  const others = outcomes.filter((outcome) => outcome.kind !== 'released')
  const more = released.reduce((contacts, { leftOut }) => contacts + (leftOut?.contacts ?? 0), 0)
  const left = `${sum('permittedPupils')} pupils, ${sum('withheldPupils')} withheld${more === 0 ? '' : `, ${more} contacts without a column`}`
  const whys = [
    ...(files.length === 0 ? [] : [files.length === 1 ? left : `${left}, ${files.length} files`]),
    ...others.map(whyNot),
  ]
  return {
    id,
    outcome: released[0]?.kind ?? outcomes[0]?.kind ?? 'nothing-to-send',
    why: [...new Set(whys)].join(' '),
    permittedPupils: sum('permittedPupils'),
    withheldPupils: sum('withheldPupils'),
    items: [...new Set(counts.flatMap(({ items }) => items))],
    file: files[0]?.file ?? null,
    sha256: files[0]?.sha256 ?? null,
    ledgerIndex: files[0]?.ledgerIndex ?? null,
    files,
  }
}

function whyNot(outcome: ReleaseOutcome): string {
  switch (outcome.kind) {
    case 'released':
      return ''
    case 'refused':
      return outcome.reasons.map(({ text }) => text).join(' ')
    case 'nothing-to-send':
      return {
        procedure: 'on request only',
        'no-file': 'no file of ours',
        nobody: 'nobody to send',
        'sent-before': 'sent before',
        return: 'a return, submitted each term',
      }[outcome.why]
    case 'held':
      return outcome.text
    case 'dry-run':
      return 'It did not leave that day; nothing would hold it now.'
  }
}
