import type { VerifyReport } from '../core/ledger/index.ts'

/** What verifying the ledger found, for somebody who has to rely on it: what was looked at, and what it can't tell. */
export interface VerifiedWords {
  readonly heading: string
  readonly lines: readonly string[]
}

const shown = 20

export function verifiedWords(report: VerifyReport): VerifiedWords {
  const { checked, faults } = report
  if (!report.ok) {
    const more = faults.length - shown
    return {
      heading: 'The ledger does not verify. Tell the data protection officer at once and change nothing.',
      lines: [
        ...faults.slice(0, shown).map(({ place, why }) => `${place}: ${why}`),
        ...(more > 0 ? [`And ${more} more. “gatehouse ledger verify --json” lists them.`] : []),
        'Stop sharing until it is clear what happened. Keep the store, the log’s folder and your backups as they are.',
      ],
    }
  }
  const erased =
    checked.erased > 0 ? ` ${number(checked.erased)} more were erased, and an entry accounts for each.` : ''
  return {
    heading: `All ${entries(report.size)} verify.`,
    lines: [
      'Entries: each one’s hash was worked out again. None is missing, changed, added or out of its place.',
      `Signatures: ${count(checked.checkpoints, 'checkpoint')}, each signed by both of the log’s keys; the entries still give every root that was signed.`,
      `Public files: ${count(checked.files, 'file')}, byte for byte what the entries give.`,
      `What the log commits to about pupils: ${count(checked.openings, 'record')}, each the one that was committed to.${erased}`,
      coverage(report),
      'What this can’t tell: that nothing left by another door, and that everybody is shown this same log. Keep copies of the checkpoint outside the school, and have the log checked from there with verify/verify.mjs, which shares nothing with this program.',
    ],
  }
}

function coverage({ size, published, signedAt }: VerifyReport): string {
  if (signedAt === null) return 'Nothing has been published yet: nobody outside can check this ledger.'
  if (published >= size) return 'The newest signed checkpoint covers all of them.'
  return `The newest signed checkpoint covers the first ${number(published)}; ${entries(size - published)} will be in the next one.`
}

const number = (n: number): string => n.toLocaleString('en-GB')
const count = (n: number, one: string): string => `${number(n)} ${n === 1 ? one : `${one}s`}`
const entries = (n: number): string => `${number(n)} ${n === 1 ? 'entry' : 'entries'}`
