/**
 * The closed set of expected failures. Each face maps a code to its own answer in one exhaustive switch: an exit code, a
 * problem+json status, a sentence on a page. Anything thrown that is not a `GatehouseError` is a fault.
 */
export type ErrorCode =
  | 'bad-input' // what was handed over can't be used as it is
  | 'bad-policy' // a file under policy/ is wrong; `where` gives file and line
  | 'not-found'
  | 'conflict' // someone else changed it first, or it exists already
  | 'not-allowed' // the person's role does not cover this
  | 'locked' // the data folder is held by another process
  | 'store-failed' // the database refused; never with its values
  | 'ledger-broken' // the log does not verify
  | 'delivery-failed' // the transport refused, after its retries
  | 'misconfigured' // a setting is missing or can't work

/**
 * An expected failure, written for a person: what happened, where, why, what to do. Never carries a value of a pupil: the
 * four sentences are shown, logged and sent as they are.
 */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError'
  readonly code: ErrorCode
  readonly where: string | undefined
  readonly why: string | undefined
  readonly todo: string | undefined

  constructor(
    code: ErrorCode,
    what: string,
    more: { where?: string; why?: string; todo?: string; cause?: unknown } = {},
  ) {
    super(what, more.cause === undefined ? {} : { cause: more.cause })
    this.code = code
    this.where = more.where
    this.why = more.why
    this.todo = more.todo
  }

  /** The whole story in plain sentences. */
  explain(): string {
    return [
      this.message,
      this.where && `Where: ${this.where}`,
      this.why && `Why: ${this.why}`,
      this.todo && `What to do: ${this.todo}`,
    ]
      .filter(Boolean)
      .join('\n')
  }
}
