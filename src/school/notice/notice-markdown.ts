import type { NoticeEntry, NoticeModel } from './notice.ts'

/**
 * Text as CommonMark that reads as that text: every character that could begin markup is escaped, and line breaks, which
 * could begin a block, become spaces.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

const heading = (level: number, text: string): string => `${'#'.repeat(level)} ${escapeMarkdown(text)}`

const facts = (entry: NoticeEntry): string =>
  entry.facts.map(({ term, text }) => `- **${escapeMarkdown(term)}:** ${escapeMarkdown(text)}`).join('\n')

const link = (label: string, url: string): string =>
  `- [${escapeMarkdown(label)}](<${url.replaceAll(/[<>\\\s]/g, (c) => encodeURIComponent(c))}>)`

/** The notice as Markdown: the text whose SHA-256 a version is known by. The same model gives the same bytes. */
export function noticeMarkdown(model: NoticeModel): string {
  const { school, national } = model
  const blocks = [
    heading(1, model.title),
    escapeMarkdown(model.introduction),
    `${escapeMarkdown(school.name)}. Responsible for the data: ${escapeMarkdown(school.controller)}. Data protection officer: ${escapeMarkdown(school.dpoContact)}.`,
    ...model.sections.flatMap((section) => [
      heading(2, section.heading),
      ...(section.introduction ? [escapeMarkdown(section.introduction)] : []),
      ...section.entries.flatMap((entry) => [
        heading(3, entry.label),
        facts(entry),
        ...(entry.also ?? []).flatMap((further) => [heading(4, further.label), facts(further)]),
      ]),
    ]),
    heading(2, national.heading),
    ...national.paragraphs.map(escapeMarkdown),
    facts(national.entry),
    ...(national.links.length > 0
      ? [national.links.map(({ label, url }) => link(label, url)).join('\n')]
      : []),
    escapeMarkdown(model.closing),
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}
