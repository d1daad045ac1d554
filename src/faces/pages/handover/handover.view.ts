/** A one-time link, shown once: only its hash is kept. */
export interface LinkView {
  readonly agreementId: string
  readonly address: string
}

/** What a person copies by hand into a recipient's own page. */
export interface SheetView {
  readonly agreementId: string
  readonly releaseId: string
  readonly fileName: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
