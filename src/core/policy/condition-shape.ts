import { z } from 'zod'
import type { Condition } from '../vocabulary/index.ts'

/** A condition as written; `checkConditions` says what in it can't be compiled, with its place. */
export const conditionShape = z.custom<Condition>((value) => typeof value === 'object' && value !== null, {
  error: 'A condition is a test on an item, or all, any, not or use.',
})
