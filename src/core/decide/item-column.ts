import type { Item, ItemId } from '../vocabulary/index.ts'

/** Items of the pupil and of the school have one value a pupil; the others have rows of their own. */
export const isScalar = (item: Item): boolean => item.subject === 'pupil' || item.subject === 'school'

/** An item's id is the name of its column in the facts, so nothing else may be one. */
export const isColumnName = (id: ItemId): boolean => /^[a-z][A-Za-z]{0,30}\.[a-z][A-Za-z0-9]{0,30}$/.test(id)
