import type { TagView } from '../frame/tag.ts'
import type { PictureView } from '../picture/picture.view.ts'

export interface TodayView {
  readonly day: string
  readonly figures: readonly {
    readonly label: string
    readonly number: string
    readonly note: string | null
  }[]
  readonly tasks: readonly { readonly title: string; readonly about: string | null; readonly due: string }[]
  readonly moreTasks: string | null
  readonly due: readonly {
    readonly recipient: string
    readonly href: string
    readonly why: string
    /** Why it can’t leave at present; null when it can. */
    readonly obstacle: string | null
  }[]
  readonly left: readonly {
    readonly recipient: string
    readonly href: string
    readonly when: string
    readonly pupils: string
    readonly items: string
    readonly delivery: TagView
    readonly entry: string
  }[]
  readonly withheld: readonly {
    readonly recipient: string
    readonly href: string
    readonly pupils: string
    readonly reasons: string
  }[]
  readonly picture: PictureView | null
}
