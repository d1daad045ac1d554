/** One thing that does not verify, and its exact place. */
export interface LedgerFault {
  readonly place: string
  readonly why: string
}

/** Notes something that does not verify. */
export type Fault = (place: string, why: string) => void
