import { createHash } from 'node:crypto'
import { noticeHtml } from './notice-html.ts'
import { noticeMarkdown } from './notice-markdown.ts'
import { noticeModel } from './notice-model.ts'
import {
  entriesOf,
  type NoticeEntry,
  type NoticeModel,
  type NoticePolicy,
  type NoticeSchool,
} from './notice.ts'

export interface RenderedNotice {
  readonly model: NoticeModel
  readonly markdown: string
  readonly html: string
  readonly entries: readonly NoticeEntry[]
  /** Of the Markdown, hex: what the ledger holds of a published version. */
  readonly sha256: string
}

/** Both renderings of one model. */
export function renderModel(model: NoticeModel, top: 1 | 2 | 3 = 1): RenderedNotice {
  const markdown = noticeMarkdown(model)
  return {
    model,
    markdown,
    html: noticeHtml(model, top),
    entries: entriesOf(model),
    sha256: createHash('sha256').update(markdown).digest('hex'),
  }
}

/** The notice as it would read if it were published at this instant. */
export const renderNotice = (policy: NoticePolicy, school: NoticeSchool, at: Date): RenderedNotice =>
  renderModel(noticeModel(policy, school, at))
