import type { NoticeEntry, NoticeModel } from './notice.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => escapes[c] ?? c)

const sizes = ['l', 'm', 's', 's', 's', 's'] as const

const paragraph = (text: string): string => `<p class="govuk-body">${escapeHtml(text)}</p>`

const facts = (entry: NoticeEntry): string => {
  const rows = entry.facts.map(
    ({ term, text }) =>
      `<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">${escapeHtml(term)}</dt><dd class="govuk-summary-list__value">${escapeHtml(text)}</dd></div>`,
  )
  return `<dl class="govuk-summary-list">${rows.join('')}</dl>`
}

/** Only web addresses become links; anything else stays text. */
const link = (label: string, url: string): string =>
  /^https?:\/\//.test(url)
    ? `<li><a class="govuk-link" href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`
    : `<li>${escapeHtml(label)}</li>`

/**
 * The notice as an HTML fragment with GOV.UK Frontend's classes. Every text is escaped.
 * @param top the heading level of the title, so that the fragment fits under a page's own headings.
 */
export function noticeHtml(model: NoticeModel, top: 1 | 2 | 3 = 1): string {
  const heading = (depth: 0 | 1 | 2 | 3, text: string): string =>
    `<h${top + depth} class="govuk-heading-${sizes[depth]}">${escapeHtml(text)}</h${top + depth}>`
  const { school, national } = model
  return [
    heading(0, model.title),
    paragraph(model.introduction),
    paragraph(
      `${school.name}. Responsible for the data: ${school.controller}. Data protection officer: ${school.dpoContact}.`,
    ),
    ...model.sections.flatMap((section) => [
      heading(1, section.heading),
      section.introduction ? paragraph(section.introduction) : '',
      ...section.entries.flatMap((entry) => [
        heading(2, entry.label),
        facts(entry),
        ...(entry.also ?? []).flatMap((further) => [heading(3, further.label), facts(further)]),
      ]),
    ]),
    heading(1, national.heading),
    ...national.paragraphs.map(paragraph),
    facts(national.entry),
    national.links.length > 0
      ? `<ul class="govuk-list govuk-list--bullet">${national.links.map(({ label, url }) => link(label, url)).join('')}</ul>`
      : '',
    paragraph(model.closing),
  ].join('\n')
}
