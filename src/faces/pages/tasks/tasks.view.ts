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
      /** Where the matter can be seen to; null when there is no page for it. */
      readonly link: { readonly href: string; readonly text: string } | null
      readonly mayClose: boolean
    }[]
  }[]
}
