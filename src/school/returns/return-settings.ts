import { z } from 'zod'
import type { ReturnItem, TermDefinition } from '../../core/collections/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'

const value = z.string().trim().min(1).max(300)
const name = z.string().regex(/^[a-zA-Z][A-Za-z0-9]*$/)

/**
 * What a collection asks and no register holds, as the school says it: items of the school's own record, and items of which
 * the school says the same of every pupil, or of every pupil of a year group. Never anything about one pupil.
 */
export const returnSettingsShape = z.strictObject({
  school: z.record(name, value).default({}),
  pupil: z.record(name, z.union([value, z.record(value, value)])).default({}),
})
export type ReturnSettings = z.infer<typeof returnSettingsShape>

export const noSettings: ReturnSettings = { school: {}, pupil: {} }

/** What is wrong with the settings for a collection: places and reasons. A pupil's item that the register holds is not set here. */
export function readReturnSettings(
  given: unknown,
  definition: Pick<TermDefinition, 'tables' | 'codes'>,
): Result<ReturnSettings, readonly string[]> {
  const read = returnSettingsShape.safeParse(given)
  if (!read.success)
    return fail(read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`))
  const faults: string[] = []
  const check = (table: string, item: string, values: readonly string[]): void => {
    const place = `${table}.${item}`
    const known = definition.tables.get(table)?.items.get(item)
    if (!known) faults.push(`${place}: the collection has no such item`)
    else if (table === 'pupil' && known.item !== null)
      faults.push(`${place}: this is in the register; mend it there`)
    else if (table === 'pupil' && known.path.length === 0) faults.push(`${place}: this is not set`)
    else if (!values.every((each) => fits(known, each, definition)))
      faults.push(`${place}: this is not a value of the item`)
  }
  for (const [item, text] of Object.entries(read.data.school)) check('school', item, [text])
  for (const [item, said] of Object.entries(read.data.pupil))
    check('pupil', item, typeof said === 'string' ? [said] : Object.values(said))
  return faults.length > 0 ? fail(faults) : ok(read.data)
}

function fits(item: ReturnItem, text: string, { codes }: Pick<TermDefinition, 'codes'>): boolean {
  const set = item.codes === null ? undefined : codes.get(item.codes)
  if (set && !set.includes(text)) return false
  if (item.pattern !== null && !new RegExp(`^(?:${item.pattern})$`, 'u').test(text)) return false
  switch (item.type) {
    case 'integer':
      return /^\d{1,9}$/.test(text)
    case 'boolean':
      return text === 'true' || text === 'false'
    case 'text':
    case 'code':
    case 'time':
    case 'date':
    case 'decimal':
      return true
  }
}
