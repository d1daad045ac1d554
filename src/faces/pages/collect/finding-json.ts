import type { StoredFinding } from '../../../national/collect/index.ts'

/** A finding as programs read it: the same in the API and in the file that is taken home. */
export const findingJson = (finding: StoredFinding) => {
  const { number, rule, severity, level, location, message, table, ordinal, line, items, note, status } =
    finding
  return { number, rule, severity, level, location, message, table, ordinal, line, items, note, status }
}
