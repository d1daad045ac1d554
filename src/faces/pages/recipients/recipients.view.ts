import type { TagView } from '../frame/tag.ts'

export interface RecipientRow {
  readonly name: string
  readonly title: string
  readonly href: string
  readonly state: TagView
  readonly last: string
  readonly pupils: string
  readonly withheld: string
}

export interface RecipientsView {
  readonly summary: string
  readonly feeds: readonly RecipientRow[]
  readonly procedures: readonly Pick<RecipientRow, 'name' | 'title' | 'href' | 'state'>[]
}
