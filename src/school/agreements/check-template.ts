import { fail, ok, type Agreement, type Result } from '../../core/vocabulary/index.ts'

/** What is wrong between an agreement's columns and a supplier's blank template. */
export interface TemplateFault {
  readonly header: string
  readonly problem:
    | 'not-in-template' // we would send a column that the supplier does not know
    | 'twice-in-template' // the template names it twice: which one is meant?
    | 'no-columns' // the agreement's format has none
  readonly text: string
}

export interface TemplateMatch {
  /** The template's header, tidied: no byte-order mark, no spaces around names. */
  readonly header: readonly string[]
  /** Columns of the template that the agreement leaves empty: an optional one, or an item that is not granted. */
  readonly unfilled: readonly string[]
  /** False when our columns stand in another order; the supplier must match them by name. */
  readonly sameOrder: boolean
}

/**
 * Checks an agreement's column map against the header row of the school's own blank template: every column we would send
 * must be in it, once, letter for letter. Where a supplier publishes no specification this is all the certainty there is.
 */
export function checkTemplate(
  agreement: Agreement,
  header: readonly string[],
): Result<TemplateMatch, readonly TemplateFault[]> {
  if (agreement.format.kind !== 'csv') {
    return fail([
      {
        header: '',
        problem: 'no-columns',
        text: 'The agreement’s format has no columns to check against a template.',
      },
    ])
  }
  const tidy = header.map((name) =>
    name
      .replace(/^\uFEFF/, '')
      .normalize('NFC')
      .trim(),
  )
  const ours = agreement.format.columns.map((column) => column.header)
  const faults: TemplateFault[] = []
  for (const name of ours) {
    const times = tidy.filter((each) => each === name).length
    if (times === 0) {
      const like = tidy.find((each) => each.toLowerCase() === name.toLowerCase())
      faults.push({
        header: name,
        problem: 'not-in-template',
        text: like
          ? `The template has “${like}” where the agreement has “${name}”: change the column’s header in the agreement.`
          : `The template has no column “${name}”: rename or remove it in the agreement.`,
      })
    } else if (times > 1) {
      faults.push({
        header: name,
        problem: 'twice-in-template',
        text: `The template names “${name}” ${times} times: ask the supplier which one is meant.`,
      })
    }
  }
  if (faults.length > 0) return fail(faults)
  return ok({
    header: tidy,
    unfilled: tidy.filter((name) => !ours.includes(name)),
    sameOrder: tidy.filter((name) => ours.includes(name)).join('\n') === ours.join('\n'),
  })
}
