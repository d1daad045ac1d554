import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

/** A record of a case: items as written, records below it under their table’s name, `times` for that many alike. */
export interface CaseRecord {
  readonly [name: string]: string | null | number | readonly CaseRecord[]
}

/** A small return: what it holds beside the defaults, in a term (the first that the rule knows) and a phase. */
export interface RuleCase {
  readonly rule: string
  readonly breaks: boolean
  readonly term: string | null
  readonly phase: string | null
  readonly tables: Readonly<Record<string, readonly CaseRecord[]>>
}

interface WrittenCase {
  readonly term?: string
  readonly phase?: string
  readonly [table: string]: string | readonly CaseRecord[] | undefined
}

export interface CaseFile {
  readonly defaults: Readonly<Record<string, CaseRecord>>
  readonly cases: readonly RuleCase[]
}

/** The earlier year that a year’s folder builds on, or null. */
export async function yearBefore(folder: string): Promise<number | null> {
  const head: unknown = parse(await readFile(join(folder, 'collection.yaml'), 'utf8'))
  return (head as { readonly from?: number }).from ?? null
}

/**
 * Reads `cases/` of a collection’s year: `defaults.yaml` has for each table the items of a sound record, where the year builds
 * on an earlier one those that differ from its; every other file has, under a rule’s number, the small returns that break it
 * (`breaks`) and that don’t (`keeps`).
 */
export async function readCases(folder: string): Promise<CaseFile> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml') && name !== 'defaults.yaml')
  const yaml = async (name: string): Promise<unknown> => parse(await readFile(join(folder, name), 'utf8'))
  const before = await yearBefore(dirname(folder))
  const earlier =
    before === null ? {} : (await readCases(join(folder, '../..', String(before), 'cases'))).defaults
  const own = (await yaml('defaults.yaml')) as CaseFile['defaults']
  const defaults = Object.fromEntries(
    [...new Set([...Object.keys(earlier), ...Object.keys(own)])].map((name) => [
      name,
      { ...earlier[name], ...own[name] },
    ]),
  )
  const cases: RuleCase[] = []
  for (const name of names.sort()) {
    const rules = (await yaml(name)) as Record<string, { breaks?: WrittenCase[]; keeps?: WrittenCase[] }>
    for (const [rule, { breaks = [], keeps = [], ...rest }] of Object.entries(rules)) {
      if (Object.keys(rest).length > 0)
        throw new Error(`${name}: rule ${rule} has ${Object.keys(rest).join(', ')}`)
      for (const [list, broken] of [[breaks, true] as const, [keeps, false] as const]) {
        for (const { term, phase, ...tables } of list) {
          cases.push({
            rule,
            breaks: broken,
            term: term ?? null,
            phase: phase ?? null,
            tables: tables as RuleCase['tables'],
          })
        }
      }
    }
  }
  return { defaults, cases }
}
