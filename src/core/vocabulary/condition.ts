import type { ItemId } from './item.ts'

/**
 * The closed language of populations and conditions, over scalar dictionary items (subject pupil or school). A test on an
 * item without a value is false, also under `not`'s operand: `not` negates, so it turns true. Nothing else can be written;
 * what can't be compiled is refused when it is loaded.
 * In date comparisons the word `today` stands for the calendar date in England at the decision's instant, and `today-365` for
 * the day so many days before it.
 */
export type Condition =
  | { readonly item: ItemId; readonly equals: string | number | boolean }
  | { readonly item: ItemId; readonly in: readonly (string | number)[] }
  | { readonly item: ItemId; readonly range: { readonly from: number; readonly to: number } }
  | { readonly item: ItemId; readonly before: string }
  | { readonly item: ItemId; readonly after: string }
  | { readonly item: ItemId; readonly present: true }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  /** A named condition of `policy/populations.yaml`; replaced by it when loaded. */
  | { readonly use: string }
