import type { Comparison } from './comparison/levels.ts'
import type { LinkageDefinition } from './definition.ts'

/** Below this similarity (Jaro–Winkler) two first names are two people's. */
const unlike = 0.85

/** Whether a pair is of one household and hardly one person: a column over `l` and `r`; never null. */
export function householdSql({ household }: Pick<LinkageDefinition, 'household'>): string {
  if (!household) return 'false'
  const { first, shared } = household
  const same = shared.map((field) => `l."${field}" = r."${field}"`).join(' AND ')
  return `coalesce(${same} AND jaro_winkler_similarity(l."${first}", r."${first}") <= ${String(unlike)}, false)`
}

/** Whether what a household shares decides the comparison. */
export const ofHousehold = (
  { household }: Pick<LinkageDefinition, 'household'>,
  { fields }: Comparison,
): boolean => household !== null && fields.some((field) => household.shared.includes(field))
