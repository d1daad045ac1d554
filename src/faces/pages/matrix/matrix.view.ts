import type { SetRow } from '../../../core/decide/index.ts'
import type { AgreementVersion, Dictionary, Recipient, Subject } from '../../../core/vocabulary/index.ts'
import { classWords, isSpecial, subjectWords } from '../words/codes.ts'
import { cellFor, signs, type Cell, type CellKind } from './cell.ts'
import { tally } from './tally.ts'

export interface MatrixView {
  readonly columns: readonly { readonly label: string; readonly href: string }[]
  readonly groups: readonly {
    readonly label: string
    readonly rows: readonly {
      readonly label: string
      /** "health", "ethnicity" …; null for ordinary data. */
      readonly special: string | null
      readonly cells: readonly Cell[]
    }[]
  }[]
  readonly width: number
  readonly key: readonly { readonly kind: CellKind; readonly sign: string; readonly words: string }[]
  readonly asOf: string
}

export interface DecidedAgreement {
  readonly version: AgreementVersion
  readonly recipient: Recipient
  readonly rows: readonly SetRow[]
}

const subjects: readonly Subject[] = [
  'pupil',
  'contact',
  'attendance',
  'result',
  'suspension',
  'schoolHistory',
  'school',
]

const key: MatrixView['key'] = [
  { kind: 'all', sign: signs.all, words: 'shared for every pupil the agreement covers' },
  { kind: 'some', sign: signs.some, words: 'shared for some; the number says how many' },
  { kind: 'none', sign: signs.none, words: 'listed, but shared for nobody at present' },
  { kind: 'off', sign: signs.off, words: 'the agreement is shut, or covers nobody now' },
  { kind: 'unlisted', sign: signs.unlisted, words: 'never shared: not in the agreement' },
]

/** Who may have what, over the whole school: one column an agreement with a feed, one row an item that any of them lists. */
export function matrixView(
  decided: readonly DecidedAgreement[],
  items: Dictionary,
  asOf: string,
): MatrixView {
  const columns = decided.map((one) => ({ ...one, tally: tally(one.rows) }))
  const listed = new Set(decided.flatMap((one) => one.version.agreement.items.map((grant) => grant.item)))
  const known = [...items.values()].filter((item) => listed.has(item.id))
  const groups = subjects.flatMap((subject) => {
    const rows = known
      .filter((item) => item.subject === subject)
      .map((item) => ({
        label: item.label,
        special: isSpecial(item) ? classWords[item.class] : null,
        cells: columns.map(({ version, tally: counted }) =>
          version.agreement.items.some((grant) => grant.item === item.id)
            ? cellFor(
                counted.items.get(item.id) ?? { as: null, permitted: 0, refused: new Map() },
                counted.population,
              )
            : cellFor(undefined, counted.population),
        ),
      }))
    return rows.length === 0 ? [] : [{ label: subjectWords[subject], rows }]
  })
  return {
    columns: columns.map(({ version, recipient }) => ({
      label: recipient.name,
      href: `/agreements/${version.agreement.id}`,
    })),
    groups,
    width: columns.length + 1,
    key,
    asOf,
  }
}
