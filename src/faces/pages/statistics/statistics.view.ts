export interface Line {
  readonly title: string
  readonly href: string
  readonly summary: string
  readonly note: string
}

export interface FindView {
  readonly search: string
  readonly found: string
  readonly publications: readonly Line[]
}

export interface PublicationView {
  readonly title: string
  readonly summary: string
  readonly dataSets: readonly Line[]
  readonly releases: readonly { readonly what: string; readonly when: string; readonly state: string }[]
}

export interface TableView {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly { readonly first: string; readonly rest: readonly string[] }[]
}

export interface DataSetView {
  readonly back: string
  readonly publication: string
  readonly title: string
  readonly summary: string
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly chart: string | null
  readonly table: TableView | null
  readonly downloads: readonly { readonly text: string; readonly href: string }[]
  readonly policy: string
  readonly audit: string
  readonly footnotes: readonly string[]
  readonly builder: string
  readonly versions: readonly {
    readonly number: string
    readonly when: string
    readonly says: string
    readonly href: string
  }[]
}

export interface Choice {
  readonly id: string
  readonly value: string
  readonly text: string
  readonly chosen: boolean
}

export interface BuilderView {
  readonly back: string
  readonly title: string
  readonly action: string
  readonly levels: readonly Choice[]
  readonly place: string
  readonly groups: readonly {
    readonly name: string
    readonly legend: string
    readonly choices: readonly Choice[]
  }[]
  readonly table: TableView | null
  readonly found: string | null
  readonly csv: string
  readonly link: string
}

export interface ChangesView {
  readonly back: string
  readonly title: string
  readonly notes: string
  readonly sets: readonly { readonly heading: string; readonly lines: readonly string[] }[]
}
