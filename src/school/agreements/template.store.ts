import { canonicalSha256 } from '../../core/standards/index.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import {
  dateInEngland,
  fail,
  GatehouseError,
  ok,
  type AgreementId,
  type Result,
} from '../../core/vocabulary/index.ts'
import { checkTemplate, type TemplateFault, type TemplateMatch } from './check-template.ts'
import { currentPolicy } from './current-policy.store.ts'
import { noteStandingChange } from './standing-change.store.ts'
import { writeStanding } from './standing.store.ts'

/**
 * Checks an agreement's columns against the header row of the school's own blank template, and records the template when
 * they fit. A file whose template was never checked is held back.
 */
export async function recordTemplate(
  school: SchoolStore,
  id: AgreementId,
  header: readonly string[],
  at: Date,
): Promise<Result<TemplateMatch, readonly TemplateFault[]>> {
  return school.write(async (tx) => {
    const agreement = (await currentPolicy(tx)).agreements.get(id)?.agreement
    if (!agreement) throw new GatehouseError('not-found', 'There is no such agreement.', { where: id })
    const match = checkTemplate(agreement, header)
    if (!match.ok) return fail(match.error)
    await writeStanding(tx, school.urn, agreement.recipient, {
      template_header: [...match.value.header],
      template_sha256: canonicalSha256(match.value.header),
      template_checked_on: dateInEngland(at),
    })
    await noteStandingChange(tx, school, agreement.recipient, 'template', { agreement: id }, at)
    return ok(match.value)
  })
}
