import type { SetRow } from '../../../core/decide/index.ts'
import type {
  AgreementId,
  AgreementVersion,
  Dictionary,
  Recipient,
  Subject,
} from '../../../core/vocabulary/index.ts'
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
  'freeMeals',
  'senNeed',
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

/**
 * Who may have what, over the whole school: one column an agreement, one row an item that any of them lists. `names` gives
 * the columns their names and order.
 */
export function matrixView(
  decided: readonly DecidedAgreement[],
  names: ReadonlyMap<AgreementId, string>,
  items: Dictionary,
  asOf: string,
): MatrixView {
  const places = [...names.keys()]
  const place = (one: DecidedAgreement): number => places.indexOf(one.version.agreement.id)
  const inOrder = decided.toSorted((a, b) => place(a) - place(b))
  const columns = inOrder.map((one) => ({ ...one, tally: tally(one.version.agreement, one.rows) }))
  const listed = new Set(decided.flatMap((one) => one.version.agreement.items.map((grant) => grant.item)))
  const known = [...items.values()].filter((item) => listed.has(item.id))
  const groups = subjects.flatMap((subject) => {
    const rows = known
      .filter((item) => item.subject === subject)
      .map((item) => ({
        label: item.label,
        special: isSpecial(item) ? classWords[item.class] : null,
        cells: columns.map(({ tally: counted }) => cellFor(counted.items.get(item.id), counted.population)),
      }))
    return rows.length === 0 ? [] : [{ label: subjectWords[subject], rows }]
  })
  return {
    columns: columns.map(({ version, recipient }) => ({
      label: names.get(version.agreement.id) ?? recipient.name,
      href: `/agreements/${version.agreement.id}`,
    })),
    groups,
    width: columns.length + 1,
    key,
    asOf,
  }
}
