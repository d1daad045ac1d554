export interface RegisterView {
  readonly rows: readonly {
    readonly reference: string
    readonly href: string
    readonly organisation: string
    readonly title: string
    readonly decision: string
    readonly state: string
    readonly data: string
  }[]
  readonly quarters: readonly {
    readonly quarter: string
    readonly approved: string
    readonly rejected: string
    readonly extracts: string
    readonly enquiries: string
  }[]
  readonly size: string
}

export interface RegisterRowView {
  readonly title: string
  readonly caption: string
  readonly summary: string
  readonly facts: readonly {
    readonly key: { readonly text: string }
    readonly value: { readonly text: string }
  }[]
  readonly receipt: string
}
