import type { ScannedPair } from './pair.ts'

/** What is wrong, as places or words; nothing where all is well. Or why it can't be said. */
export type Looked = readonly string[] | { readonly warn: readonly string[] } | { readonly unmade: string }

export interface Check {
  readonly n: number
  readonly stage: string
  readonly severity: 'fail' | 'warn'
  /** What must be true. */
  readonly must: string
  readonly look: (pair: ScannedPair) => Looked
}

export const unmade = (why: string): Looked => ({ unmade: why })

export const stageOf =
  (stage: string) =>
  (n: number, severity: Check['severity'], must: string, look: Check['look']): Check => ({
    n,
    stage,
    severity,
    must,
    look,
  })

export const twice = (all: readonly string[]): readonly string[] => [
  ...new Set(all.filter((each, at) => all.indexOf(each) !== at)),
]

export const cell = (row: Readonly<Record<string, string>>, name: string): string => row[name] ?? ''
export const rowName = (row: Readonly<Record<string, string>>): string =>
  cell(row, 'col_name') || cell(row, 'label') || 'a row without a name'
