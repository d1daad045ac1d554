import type { FieldView } from '../form/form.view.ts'
import type { TagView } from '../frame/tag.ts'
import type { LinkView } from './census.view.ts'

export interface RuleView {
  readonly back: LinkView
  readonly path: string
  readonly caption: string
  readonly heading: string
  readonly severity: TagView
  readonly total: string
  readonly errors: readonly { readonly text: string; readonly href: string }[]
  readonly places: readonly {
    readonly pupil: LinkView | null
    readonly group: string
    readonly where: string
    readonly standing: TagView
    /** The pupil’s id, where a note can be about this one alone; on a pupil’s first line. */
    readonly choose: string | null
    readonly chosen: boolean
  }[]
  /** Whether a note can be about some of the pupils. */
  readonly choosing: boolean
  /** Says that there are more than the page shows; null: all are there. */
  readonly more: string | null
  readonly mends: readonly {
    readonly field: string
    readonly path: string
    readonly how: string
  }[]
  readonly inMis: boolean
  readonly accepts: string
  readonly says: string | null
  readonly notes: readonly { readonly about: string; readonly text: string; readonly by: string }[]
  readonly fields: readonly FieldView[]
  /** Why no note can be written now; null: it can. */
  readonly closed: string | null
  readonly takeBack: boolean
}
