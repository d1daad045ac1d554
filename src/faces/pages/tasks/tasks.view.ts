import type { TagView } from '../frame/tag.ts'

export interface TasksView {
  readonly groups: readonly {
    readonly heading: string
    readonly tasks: readonly {
      readonly id: string
      readonly title: string
      readonly opened: string
      readonly due: string | null
      readonly overdue: TagView | null
      /** Whom or what it is about, without a pupil's name. */
      readonly about: string | null
      /** Pages on which the matter can be seen to. */
      readonly links: readonly { readonly href: string; readonly text: string }[]
      readonly mayClose: boolean
    }[]
  }[]
}
