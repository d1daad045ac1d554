import type { z } from 'zod'
import type { PolicyFault, PolicyFile } from '../../../core/policy/index.ts'
import { fail, ok, type Result } from '../../../core/vocabulary/index.ts'
import type {
  DisclosurePolicy,
  FilterDeclaration,
  IndicatorDeclaration,
  Level,
  TableDeclaration,
} from './declaration.ts'
import { levels } from './declaration.ts'
import type { filterShape, tableShape } from './shapes.ts'

export interface TableContext {
  readonly name: string
  readonly publication: string
  readonly policy: DisclosurePolicy
  readonly filters: ReadonlyMap<string, FilterDeclaration>
}

/** A filter as its file declares it: the total first, then each item once, in the file’s order. */
export function filterOf(name: string, shaped: z.infer<typeof filterShape>): FilterDeclaration {
  const items = [
    shaped.total,
    ...new Set([
      ...Object.values(shaped.items),
      ...(shaped.otherwise === undefined ? [] : [shaped.otherwise]),
    ]),
  ]
  return {
    name: shaped.name ?? name,
    label: shaped.label,
    ...(shaped.hint !== undefined && { hint: shaped.hint }),
    column: shaped.column,
    total: shaped.total,
    items,
    codes: new Map(Object.entries(shaped.items).map(([code, item]) => [code, items.indexOf(item)])),
    otherwise: shaped.otherwise === undefined ? null : items.indexOf(shaped.otherwise),
  }
}

/** A table whose file has the right shape: names that are there, a first indicator that counts people. */
export function tableOf(
  file: PolicyFile,
  shaped: z.infer<typeof tableShape>,
  { name, publication, policy, filters }: TableContext,
): Result<TableDeclaration, readonly PolicyFault[]> {
  const faults: PolicyFault[] = []
  const own = shaped.filters.flatMap((each, at) => {
    const filter = filters.get(each)
    if (!filter)
      faults.push(file.fault(['filters', at], `There is no filter “${each}”.`, 'Name one of filters.yaml.'))
    return filter ? [filter] : []
  })
  const position = (each: string): number => shaped.filters.indexOf(each)
  const breakdowns = shaped.breakdowns?.map((names, at) =>
    names.map((each, i) => {
      if (position(each) < 0)
        faults.push(
          file.fault(['breakdowns', at, i], `The table has no filter “${each}”.`, 'Name one of its filters.'),
        )
      return position(each)
    }),
  ) ?? [shaped.filters.map((_, at) => at)]
  const indicators = shaped.indicators.map((each): IndicatorDeclaration => {
    const { name: id, label, unit, places } = each
    const shown = {
      name: id,
      label,
      ...(unit !== undefined && { unit }),
      ...(places !== undefined && { places }),
    }
    if ('count' in each) return { ...shown, kind: 'count', where: each.where ?? null, of: each.of ?? null }
    if ('sum' in each) return { ...shown, kind: 'sum', column: each.sum, where: each.where ?? null }
    const [numerator = '', denominator = ''] = each.percent
    return { ...shown, kind: 'percent', numerator, denominator }
  })
  faults.push(...indicatorFaults(file, indicators))
  const joined = new Set([shaped.dataset, ...Object.keys(shaped.with)])
  const columns = [
    shaped.authority,
    ...shaped.population.map(({ column }) => column),
    ...own.map(({ column }) => column),
    ...indicators.flatMap((each) => [
      ...(each.kind === 'sum' ? [each.column] : []),
      ...(each.kind !== 'percent' && each.where ? [each.where.column] : []),
    ]),
  ]
  for (const column of columns) {
    const [dataset = '', name] = column.split('.')
    if (name !== undefined && !joined.has(dataset))
      faults.push(
        file.fault(
          ['dataset'],
          `The table is not joined with “${dataset}”.`,
          'Add it under “with”, with the columns they share.',
        ),
      )
  }
  if (!indicators.some(({ name: id }) => id === shaped.chart.indicator))
    faults.push(
      file.fault(
        ['chart', 'indicator'],
        'The chart’s indicator is not one of the table’s.',
        'Name one of them.',
      ),
    )
  if (shaped.chart.by !== undefined && position(shaped.chart.by) < 0)
    faults.push(
      file.fault(['chart', 'by'], 'The chart’s filter is not one of the table’s.', 'Name one of them.'),
    )
  if (faults.length > 0) return fail(faults)
  return ok({
    name,
    publication,
    title: shaped.title,
    about: shaped.about,
    dataset: shaped.dataset,
    with: new Map(Object.entries(shaped.with)),
    authority: shaped.authority,
    timeIdentifier: shaped.timeIdentifier,
    complete: shaped.complete ?? null,
    population: shaped.population,
    levels: levels.filter((level: Level) => shaped.levels.includes(level)),
    filters: own,
    breakdowns,
    indicators,
    policy,
    chart: {
      indicator: shaped.chart.indicator,
      by: shaped.chart.by === undefined ? null : (own[position(shaped.chart.by)]?.name ?? null),
    },
    footnotes: shaped.footnotes,
  })
}

function indicatorFaults(
  file: PolicyFile,
  indicators: readonly IndicatorDeclaration[],
): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  const byName = new Map(indicators.map((each) => [each.name, each]))
  const [first] = indicators
  if (first?.kind !== 'count' || first.where !== null)
    faults.push(
      file.fault(
        ['indicators', 0],
        'The first indicator counts the people of a cell.',
        'Begin with “count: rows” and no condition.',
      ),
    )
  indicators.forEach((each, at) => {
    if (indicators.findIndex(({ name }) => name === each.name) !== at)
      faults.push(file.fault(['indicators', at, 'name'], `“${each.name}” is declared twice.`, 'Rename one.'))
    if (each.kind === 'percent')
      for (const part of [each.numerator, each.denominator]) {
        const named = byName.get(part)
        if (!named || named.kind === 'percent')
          faults.push(
            file.fault(
              ['indicators', at, 'percent'],
              `“${part}” is not a count or a sum of this table.`,
              'Name two of them.',
            ),
          )
      }
    if (each.kind === 'count' && each.where !== null && each.of !== first?.name)
      faults.push(
        file.fault(
          ['indicators', at],
          `“${each.name}” counts some of the people and doesn’t say out of whom.`,
          `Add “of: ${first?.name ?? 'the first indicator'}”: those who don’t meet the condition are protected too.`,
        ),
      )
  })
  return faults
}
