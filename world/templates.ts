import { readdir, readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { line } from './csv-out.ts'

const agreements = new URL('../policy/agreements/', import.meta.url)

/**
 * The blank templates that the school downloaded from its suppliers: a header row and nothing else, one for each agreement
 * whose format asks for it. The demonstration's suppliers use the headers that the shipped agreements expect.
 */
export async function blankTemplates(): Promise<{ agreement: string; text: string }[]> {
  const names = (await readdir(agreements).catch(() => [])).filter((name) => name.endsWith('.yaml')).sort()
  const templates = await Promise.all(
    names.map(async (name) => {
      const agreement = parse(await readFile(new URL(name, agreements), 'utf8')) as Templated
      const headers = agreement.format?.templateRequired ? (agreement.format.columns ?? []) : []
      return { agreement: name.slice(0, -'.yaml'.length), headers: headers.map((column) => column.header) }
    }),
  )
  return templates
    .filter(({ headers }) => headers.length > 0)
    .map(({ agreement, headers }) => ({ agreement, text: line(headers) }))
}

/** The few fields of an agreement's file that are looked at here; whether the file is right is the policy reader's matter. */
interface Templated {
  readonly format?: {
    readonly templateRequired?: boolean
    readonly columns?: readonly { readonly header: string }[]
  }
}
