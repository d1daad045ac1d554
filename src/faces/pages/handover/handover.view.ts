/** A one-time link, shown once: only its hash is kept. */
export interface LinkView {
  readonly agreementId: string
  readonly address: string
}

/** What a person copies by hand into a recipient's own page; shown once. */
export interface SheetView {
  readonly agreementId: string
  readonly fileName: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** For a sheet that is no table. */
  readonly text: string | null
}
