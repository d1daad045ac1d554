export interface PreviewView {
  readonly agreementId: string
  readonly recipient: string
  readonly title: string
  readonly summary: string
  readonly fileName: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** "The first 20 of 418 lines." */
  readonly extent: string
  readonly withheld: string | null
  /** Contacts for whom the file has no column. */
  readonly leftOut: string | null
  readonly release: { readonly key: string } | null
}

/** Why nothing was sent: refused, held for a person to look at, or nothing to send. */
export interface OutcomeView {
  readonly agreementId: string
  readonly recipient: string
  readonly title: string
  readonly heading: string
  readonly reasons: readonly string[]
  readonly pupils: readonly { readonly href: string; readonly text: string }[]
  /** Lets a person who may do so send it all the same. */
  readonly override: { readonly key: string; readonly hold: string; readonly text: string } | null
  /** Lets transfer files that were made before be made again, for one of these reasons. */
  readonly again: {
    readonly key: string
    readonly reasons: readonly { readonly value: string; readonly text: string }[]
  } | null
}
