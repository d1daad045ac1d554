import type { z } from 'zod'
import type {
  Column,
  DerivedDataset,
  Relation,
  RoundPart,
  SourceColumn,
  SourceDataset,
} from './declaration.ts'
import type { columnShape, derivedShape, sourceColumnShape, sourceShape } from './shapes.ts'

const all = ['A', 'B', 'C', 'D', 'E'] as const

export function columnOf(name: string, written: z.infer<typeof columnShape>): Column {
  return {
    name,
    label: written.label,
    description: written.description ?? '',
    type: written.type,
    item: written.item ?? null,
    alias: written.alias ?? null,
    codes: written.codes ?? null,
    risk: Number(written.rating.charAt(0)),
    sensitivity: all.find((each) => each === written.rating.charAt(1)) ?? 'B',
    route: written.route,
    years: written.years ?? {},
    identifies: false,
  }
}

const sourceColumnOf = (name: string, written: z.infer<typeof sourceColumnShape>): SourceColumn => ({
  ...columnOf(name, written),
  identifies: written.identifies ?? false,
  from: written.from ?? null,
  sql: written.sql ?? null,
  map: written.map ?? null,
  otherwise: written.otherwise ?? 'drop',
  group: written.group ?? null,
  terms: written.terms ?? [],
})

export function sourceOf(file: string, written: z.infer<typeof sourceShape>): SourceDataset {
  const { from } = written
  return {
    kind: 'source',
    file,
    id: written.id,
    title: written.title,
    description: written.description ?? '',
    keys: written.keys,
    npd: written.npd ?? null,
    versions: written.versions,
    collection: from.collection,
    record: from.record,
    person: from.person === undefined ? from.record : from.person,
    rounds: new Map(
      Object.entries(from.rounds).map(([round, parts]) => [
        round,
        parts.map(({ term, year, from: first, ...names }): RoundPart => ({
          term,
          year,
          from: first ?? null,
          names: { ...from.names, ...names },
        })),
      ]),
    ),
    relations: new Map(
      Object.entries(from.relations ?? {}).map(([name, each]): [string, Relation] => [
        name,
        {
          table: each.table,
          joined: each.joined,
          of: each.of ?? 'record',
          codes: each.codes ?? null,
          columns: each.columns ?? {},
        },
      ]),
    ),
    filter: from.filter ?? null,
    stage: from.stage ?? null,
    urn: written.urn,
    laCode: written.laCode,
    recordStatus: written.recordStatus ?? null,
    most: written.most ?? null,
    columns: Object.entries(written.columns).map(([name, each]) => sourceColumnOf(name, each)),
  }
}

export const derivedOf = (file: string, written: z.infer<typeof derivedShape>): DerivedDataset => ({
  kind: 'derived',
  file,
  id: written.id,
  title: written.title,
  description: written.description ?? '',
  keys: written.keys,
  npd: written.npd ?? null,
  reads: written.reads,
  sort: written.sort,
  partition: written.partition ?? 'year',
  lookback: written.lookback ?? null,
  years: written.years ?? {},
  parameters: written.parameters ?? {},
  sql: written.sql,
  columns: Object.entries(written.columns).map(([name, each]) => columnOf(name, each)),
})
