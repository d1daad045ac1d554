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
      /** What to do about it. */
      readonly advice: string | null
      /** Why it failed, in the transport's words; null when nothing failed. */
      readonly failure: string | null
      /** What can be done at once, by a form of its own. */
      readonly actions: readonly { readonly action: string; readonly text: string }[]
      /** Pages on which the matter can be seen to. */
      readonly links: readonly { readonly href: string; readonly text: string }[]
      readonly mayClose: boolean
    }[]
  }[]
  /** A close that was not accepted: which task, and what was missing. */
  readonly error: { readonly taskId: string; readonly text: string } | null
}
