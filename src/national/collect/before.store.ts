import { sql } from 'kysely'
import type { Measures } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { Round } from './definitions.ts'
import type { Source } from './sources.store.ts'

/** What a return is compared with: each measure from the last authorised return of its source that had it. */
export interface Before {
  readonly source: string
  readonly laNumber: string
  readonly measures: Measures
}

/** By source. Some measures are counted in one term only: those come from further back than the others. */
export async function measuresBefore(
  tx: Tx,
  collection: string,
  census: string,
  sources: readonly { readonly laNumber: string; readonly source: string }[],
): Promise<ReadonlyMap<string, Measures>> {
  if (sources.length === 0) return new Map()
  const wanted = JSON.stringify(sources.map(({ laNumber, source }) => ({ la: laNumber, src: source })))
  const { rows } = await sql<{ source: string; name: string; value: number }>`
    select distinct on (r.la_number, r.source, m.key) r.source, m.key as name, m.value::float8 as value
    from jsonb_to_recordset(${wanted}::text::jsonb) as w(la text, src text)
    join collected_return r on r.la_number = w.la and r.source = w.src
    cross join lateral jsonb_each_text(r.measures) m
    where r.collection = ${collection}::text and r.state = 'authorised' and r.census < ${census}::date
    order by r.la_number, r.source, m.key, r.census desc, r.version desc`.execute(tx)
  const before = new Map<string, Record<string, number>>()
  for (const { source, name, value } of rows) {
    const measures = before.get(source) ?? {}
    measures[name] = value
    before.set(source, measures)
  }
  return before
}

/** By source: the measures of the version that its return of this round replaces, whatever became of it. */
export async function measuresOfVersionBefore(
  tx: Tx,
  { collection, year, term }: Round,
  returns: readonly { readonly id: string; readonly source: Pick<Source, 'laNumber' | 'source'> }[],
): Promise<ReadonlyMap<string, Measures>> {
  const wanted = JSON.stringify(
    returns.map(({ id, source }) => ({ la: source.laNumber, src: source.source, id })),
  )
  const { rows } = await sql<{ source: string; measures: Measures }>`
    select distinct on (r.la_number, r.source) r.source, r.measures
    from jsonb_to_recordset(${wanted}::text::jsonb) as w(la text, src text, id text)
    join collected_return own on own.la_number = w.la and own.source = w.src and own.id::text = w.id
    join collected_return r on r.la_number = own.la_number and r.source = own.source
      and r.collection = ${collection}::text and r.year = ${year}::int and r.term = ${term}::text
      and r.version < own.version and r.measures <> '{}'::jsonb
    order by r.la_number, r.source, r.version desc`.execute(tx)
  return new Map(rows.map(({ source, measures }) => [source, measures]))
}
