/**
 * The condition of a rule, as it is parsed: a closed language over the tables of a return. Every condition is true or
 * false: a comparison with an absent value is false, and `!=`, `not in` and `not` are exact negations, so an absent value
 * is different from every value.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: string; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | NameExpression
  | { readonly kind: 'not'; readonly of: Expression; readonly at: number }
  | {
      readonly kind: 'and' | 'or'
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | {
      readonly kind: 'compare'
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>='
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | {
      readonly kind: 'arithmetic'
      readonly operator: '+' | '-' | '*' | '/'
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | { readonly kind: 'state'; readonly of: NameExpression; readonly state: ItemState; readonly at: number }
  | {
      readonly kind: 'in'
      readonly of: Expression
      readonly list: readonly Expression[]
      readonly at: number
    }
  | { readonly kind: 'matches'; readonly of: Expression; readonly pattern: string; readonly at: number }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly given: readonly Expression[]
      readonly at: number
    }
  | Aggregate

/** `upn`, `pupil.dob`, `school.phase`, `period.attendance.from`, `parameter.share`, `list.infants`, `map.lowestAge`, `measure.headcount`. */
export interface NameExpression {
  readonly kind: 'name'
  readonly path: readonly string[]
  readonly at: number
}

/**
 * `absent`: nothing, or white space alone. `invalid`: something that is not of the item's type, pattern or code set.
 * `valid`: present and not invalid.
 */
export type ItemState = 'absent' | 'present' | 'invalid' | 'valid'

/**
 * Over the rows below the row in question (`count(session where …)`), over the whole return (`count(return.pupil where …)`),
 * or over the other rows of the same table under the same parent (`any(other plan where …)`; `this.` is the row itself), or,
 * `within` a table above both, over the rows of any table there (`any(other protectionPlan within child where …)`).
 */
export interface Aggregate {
  readonly kind: 'aggregate'
  /**
   * `holders`: how many records have such rows directly below them, however many each has.
   * `kinds`: how many different values an item has.
   */
  readonly name: 'count' | 'holders' | 'kinds' | 'any' | 'none' | 'sum' | 'min' | 'max'
  readonly reach: 'below' | 'return' | 'other'
  readonly table: string
  /** Of `other`: the table above whose record both rows belong to; null: the parent. */
  readonly within: string | null
  /** What is summed, compared or told apart; null for count, holders, any and none. */
  readonly value: string | null
  readonly where: Expression | null
  readonly at: number
}

/** What is wrong with a condition, and where in its text. */
export interface ConditionFault {
  readonly at: number
  readonly message: string
}
