import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Hono } from 'hono'
import { writeCsv } from '../../../core/standards/csv/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  chartFile,
  metaFile,
  numberText,
  type Change,
  type Changes,
  type StatisticVersion,
} from '../../../national/statistics/release/index.ts'
import {
  selectVersion,
  statisticsOf,
  type PublicDataSet,
  type PublicPublication,
} from '../../../national/statistics/serve/index.ts'
import type { CollectorHouse, RequestContext, RequestEnv } from '../../index.ts'
import { render } from '../frame/render.ts'
import { longDate } from '../words/dates.ts'
import { count, list, number } from '../words/numbers.ts'
import { chosenIn, longestTable, tableOf, timeKey } from './choose.ts'
import type {
  BuilderView,
  ChangesView,
  Choice,
  DataSetView,
  FindView,
  PublicationView,
} from './statistics.view.ts'

const findPage = render<FindView>('statistics/find.njk')
const publicationPage = render<PublicationView>('statistics/publication.njk')
const dataSetPage = render<DataSetView>('statistics/data-set.njk')
const builderPage = render<BuilderView>('statistics/builder.njk')
const changesPage = render<ChangesView>('statistics/changes.njk')

const hrefOf = ({ publication, name }: PublicDataSet): string => `/statistics/${publication}/${name}`
const named = ({ number: one }: StatisticVersion): string => (one ? numberText(one) : '')

/** Public on purpose: statistics are for everybody. */
export function publicStatisticsRoutes({ collector, clock }: CollectorHouse): Hono<RequestEnv> {
  const statistics = statisticsOf(collector)
  const { catalogue } = statistics
  const app = new Hono<RequestEnv>()

  const publicationOf = async (c: RequestContext): Promise<PublicPublication> => {
    const found = (await catalogue.publications(clock.now())).find(
      ({ slug }) => slug === c.req.param('publication'),
    )
    if (!found) throw new GatehouseError('not-found', 'No publication of statistics has this address.')
    return found
  }
  const meant = async (c: RequestContext) => {
    const publication = await publicationOf(c)
    const set = publication.dataSets.find(({ name }) => name === c.req.param('set'))
    const version = set && selectVersion(set, c.req.query('version'))
    if (!set || !version) throw new GatehouseError('not-found', 'No published data set has this address.')
    if (version.state === 'withdrawn')
      throw new GatehouseError('not-found', `Version ${named(version)} of this data set was withdrawn.`, {
        todo: 'The list of versions says when.',
      })
    return { publication, set, version, facets: await catalogue.facets(version) }
  }

  app.get('/statistics', async (c) => {
    const search = (c.req.query('search') ?? '').trim().slice(0, 100)
    const all = (await catalogue.publications(clock.now())).filter(({ title, summary }) =>
      `${title} ${summary}`.toLowerCase().includes(search.toLowerCase()),
    )
    return findPage(
      c,
      { title: 'Statistics', section: 'statistics' },
      {
        search,
        found: count(all.length, 'publication'),
        publications: all.map(({ slug, title, summary, dataSets, lastPublished }) => ({
          title,
          href: `/statistics/${slug}`,
          summary,
          note: `${count(dataSets.length, 'data set')}, last published ${longDate(lastPublished)}`,
        })),
      },
    )
  })

  app.get('/statistics/:publication', async (c) => {
    const { title, summary, dataSets } = await publicationOf(c)
    return publicationPage(
      c,
      { title, section: 'statistics' },
      {
        title,
        summary,
        dataSets: dataSets.map((set) => {
          const about = (set.latest ?? set.versions[0])?.about.dataSet
          return {
            title: about?.title ?? set.name,
            href: hrefOf(set),
            summary: about?.summary ?? '',
            note: set.latest ? `Version ${named(set.latest)}, ${count(set.latest.rows, 'row')}` : 'Withdrawn',
          }
        }),
        releases: dataSets.flatMap(({ versions }) =>
          versions.map((version) => ({
            what: `${version.about.release.title}: ${version.about.dataSet.title}, version ${named(version)}`,
            when: version.publishedAt ? longDate(version.publishedAt) : '',
            state: version.state === 'withdrawn' ? 'Withdrawn' : 'Published',
          })),
        ),
      },
    )
  })

  app.get('/statistics/:publication/:set', async (c) => {
    const { publication, set, version, facets } = await meant(c)
    const usual = chosenIn(new URLSearchParams(), facets)
    // All items of the first filter: what the chart is likely to show.
    const [first] = facets.filters
    const chosen = first
      ? { ...usual, items: new Map([...usual.items, [first.id, first.items.map(({ id }) => id)]]) }
      : usual
    const about = version.about
    const { table } = await tableOf(
      statistics,
      version,
      facets,
      chosen,
      `${about.dataSet.title}, ${facets.timePeriods.at(-1)?.label ?? ''}`,
    )
    const chart = await readFile(chartFile(collector, version.id)).then(
      () => true,
      () => false,
    )
    return dataSetPage(
      c,
      { title: about.dataSet.title, section: 'statistics' },
      {
        back: `/statistics/${set.publication}`,
        publication: publication.title,
        title: about.dataSet.title,
        summary: about.dataSet.summary,
        facts: [
          { name: 'Release', value: about.release.title },
          {
            name: 'Version',
            value: `${named(version)}, published ${version.publishedAt ? longDate(version.publishedAt) : ''}`,
          },
          {
            name: 'Periods',
            value: [facets.timePeriods[0]?.label, facets.timePeriods.at(-1)?.label].join(' to '),
          },
          { name: 'Places', value: list(facets.levels.map(({ label }) => label)) },
          { name: 'Rows', value: number(version.rows) },
          { name: 'Digest of the files', value: version.digest },
        ],
        chart: chart ? `${hrefOf(set)}/chart.svg?version=${named(version)}` : null,
        table: table.rows.length > 0 ? table : null,
        downloads: [
          {
            text: 'Data (CSV)',
            href: `/statistics/v1/data-sets/${set.id}/csv?dataSetVersion=${named(version)}`,
          },
          {
            text: 'What its columns are (CSV)',
            href: `${hrefOf(set)}/metadata.csv?version=${named(version)}`,
          },
          {
            text: 'What its columns are, for programs (JSON)',
            href: `/statistics/v1/data-sets/${set.id}/meta?dataSetVersion=${named(version)}`,
          },
        ],
        policy: about.policy.words,
        audit: about.audit,
        footnotes: about.dataSet.footnotes,
        builder: `${hrefOf(set)}/table`,
        versions: set.versions.map((each) => ({
          number: named(each),
          when: each.publishedAt ? longDate(each.publishedAt) : '',
          says: each.state === 'withdrawn' ? 'Withdrawn' : (each.reason ?? ''),
          href: `${hrefOf(set)}/changes/${named(each)}`,
        })),
      },
    )
  })

  app.get('/statistics/:publication/:set/chart.svg', async (c) => {
    const { version } = await meant(c)
    const svg = await readFile(chartFile(collector, version.id)).catch(() => null)
    if (!svg) throw new GatehouseError('not-found', 'This data set has no chart.')
    return c.body(svg, 200, {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=60',
      etag: `"${version.digest}"`,
    })
  })

  app.get('/statistics/:publication/:set/metadata.csv', async (c) => {
    const { version } = await meant(c)
    const file = Readable.toWeb(createReadStream(metaFile(collector, version.id))) as ReadableStream
    return c.body(file, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${version.dataSet}.meta.csv"`,
      'cache-control': 'public, max-age=60',
    })
  })

  app.get('/statistics/:publication/:set/table', async (c) => {
    const { set, version, facets } = await meant(c)
    const { searchParams, search } = new URL(c.req.url)
    const chosen = chosenIn(searchParams, facets)
    const made = [...searchParams.keys()].some((name) => name !== 'version')
    const title = `Make a table: ${version.about.dataSet.title}`
    const result = made
      ? await tableOf(statistics, version, facets, chosen, version.about.dataSet.title)
      : null
    const choices = (
      name: string,
      all: readonly { readonly id: string; readonly label: string }[],
      ids: readonly string[],
    ): readonly Choice[] =>
      all.map(({ id, label }, i) => ({
        id: i === 0 ? name : `${name}-${String(i)}`,
        value: id,
        text: label,
        chosen: ids.includes(id),
      }))
    return builderPage(
      c,
      { title, section: 'statistics', wide: true },
      {
        back: hrefOf(set),
        title,
        action: `${hrefOf(set)}/table`,
        levels: choices(
          'level',
          facets.levels.map(({ code, label }) => ({ id: code, label })),
          [chosen.level],
        ),
        place: chosen.place,
        groups: [
          {
            name: 'time',
            legend: 'Periods',
            choices: choices(
              'time',
              facets.timePeriods.map((time) => ({ id: timeKey(time), label: time.label })),
              chosen.times,
            ),
          },
          ...facets.filters.map((filter) => ({
            name: `filter-${filter.id}`,
            legend: filter.label,
            choices: choices(
              `filter-${filter.id}`,
              filter.items.slice(0, 300),
              chosen.items.get(filter.id) ?? [],
            ),
          })),
          {
            name: 'indicator',
            legend: 'Figures',
            choices: choices('indicator', facets.indicators, chosen.indicators),
          },
        ],
        table: result && result.table.rows.length > 0 ? result.table : null,
        found:
          result &&
          (result.total === 0
            ? 'Nothing fits what you chose.'
            : result.total > longestTable
              ? `${count(result.total, 'row')}; the first ${number(longestTable)} are shown. Choose less, or take the CSV of the data set.`
              : count(result.total, 'row')),
        csv: `${hrefOf(set)}/table.csv${search}`,
        link: `${hrefOf(set)}/table${search}`,
      },
    )
  })

  app.get('/statistics/:publication/:set/table.csv', async (c) => {
    const { set, version, facets } = await meant(c)
    const chosen = chosenIn(new URL(c.req.url).searchParams, facets)
    const { table } = await tableOf(statistics, version, facets, chosen, '')
    const csv = writeCsv([table.head, ...table.rows.map(({ first, rest }) => [first, ...rest])], {
      formula: 'prefix',
    })
    return c.body(Buffer.from(csv), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${set.name}-table.csv"`,
    })
  })

  app.get('/statistics/:publication/:set/changes/:version', async (c) => {
    const publication = await publicationOf(c)
    const set = publication.dataSets.find(({ name }) => name === c.req.param('set'))
    const version = set && selectVersion(set, c.req.param('version'))
    if (!set || !version) throw new GatehouseError('not-found', 'No published data set has this address.')
    const title = `What changed in version ${named(version)}`
    const { major, minor, dataChanged, kind } = version.change
    return changesPage(
      c,
      { title: `${title}: ${version.about.dataSet.title}`, section: 'statistics' },
      {
        back: hrefOf(set),
        title,
        notes: [
          version.reason ?? '',
          kind === null
            ? 'This is the first version.'
            : dataChanged
              ? 'Figures or facets differ from the version before.'
              : 'The files are the same as before.',
          version.state === 'withdrawn' && version.withdrawnAt
            ? `It was withdrawn on ${longDate(version.withdrawnAt)}.`
            : '',
        ]
          .filter(Boolean)
          .join(' '),
        sets: [
          { heading: 'What may break a program', lines: linesOf(major) },
          { heading: 'What is new or worded otherwise', lines: linesOf(minor) },
        ],
      },
    )
  })

  return app
}

const linesOf = (changes: Changes): readonly string[] => {
  const told = <T>(what: string, some: readonly Change<T>[], name: (each: T) => string): readonly string[] =>
    some.flatMap(({ before, now }) => {
      if (before === null) return now === null ? [] : [`${what} added: ${name(now)}`]
      return [
        now === null ? `${what} gone: ${name(before)}` : `${what} changed: ${name(before)}, now ${name(now)}`,
      ]
    })
  const label = ({ label: one }: { readonly label: string }): string => one
  return [
    ...told('Filter', changes.filters, label),
    ...changes.filterOptions.flatMap(({ filter, options }) => told(`${filter.label}, item`, options, label)),
    ...told('Level', changes.levels, label),
    ...told('Figure', changes.indicators, label),
    ...changes.locationOptions.flatMap(({ options }) => told('Place', options, label)),
    ...told('Period', changes.timePeriods, label),
  ]
}
