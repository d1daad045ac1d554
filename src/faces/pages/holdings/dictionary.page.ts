import { Hono } from 'hono'
import {
  openDictionary,
  ratingMatrix,
  requireSteward,
  searchDictionary,
  type DictionaryEntry,
  type DictionarySearch,
} from '../../../national/holdings/index.ts'
import { nationalSignedIn, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { render } from '../frame/render.ts'
import { count, number } from '../words/numbers.ts'
import type { DictionaryView } from './dictionary.view.ts'
import type { HoldingsHouse } from './routes.ts'

const page = render<DictionaryView>('holdings/dictionary.njk')
const pageSize = 50

const risks = [
  '1 instant identifier',
  '2 meaningful identifier',
  '3 meaningless identifier',
  '4 high risk',
  '5 other',
]
const sensitivities = ['B highly sensitive', 'C sensitive', 'D special category', 'E other']
const routeWords = { default: 'With the data set', 'by-request': 'By request', never: 'Never' } as const

function searchOf(query: (name: string) => string | undefined): DictionarySearch {
  const asked = (name: string): string | undefined => query(name)?.trim().slice(0, 100) || undefined
  const risk = asked('risk')
  const dataset = asked('dataset')
  const sensitivity = asked('sensitivity')
  const route = (['default', 'by-request', 'never'] as const).find((each) => each === asked('route'))
  return {
    words: asked('words') ?? '',
    ...(dataset === undefined ? {} : { dataset }),
    ...(risk === undefined ? {} : { risk: Number(risk) }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(route === undefined ? {} : { route }),
  }
}

async function dictionaryView(house: HoldingsHouse, c: RequestContext): Promise<DictionaryView> {
  requireSteward(nationalSignedIn(c).person)
  const query = (name: string): string | undefined => c.req.query(name)
  const dictionary = await openDictionary(house.collector, house.clock.now())
  const search = searchOf(query)
  const found = searchDictionary(dictionary, search)
  const at = Math.max(1, Math.min(10_000, Number.parseInt(query('page') ?? '', 10) || 1))
  const matrix = ratingMatrix(found)
  const link = (to: number): string => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(search)) if (value !== '') parameters.set(name, String(value))
    parameters.set('page', String(to))
    return `/holdings/dictionary?${parameters.toString()}`
  }
  const option = (chosen: string | undefined) => (text: string) => {
    const [value = ''] = text.split(' ')
    return { value, text, chosen: value === chosen }
  }
  const datasets = [
    ...new Map(
      dictionary.entries.map((each) => [
        each.dataset,
        each.origin === 'held' ? `${each.datasetTitle} (held)` : each.datasetTitle,
      ]),
    ),
  ]
  return {
    words: search.words ?? '',
    day: dictionary.day,
    datasets: datasets.map(([value, text]) => ({ value, text, chosen: value === search.dataset })),
    risks: risks.map(option(search.risk === undefined ? undefined : String(search.risk))),
    sensitivities: sensitivities.map(option(search.sensitivity)),
    routes: Object.entries(routeWords).map(([value, text]) => ({
      value,
      text,
      chosen: value === search.route,
    })),
    found: `${count(found.length, 'variable')} of ${number(dictionary.entries.length)}`,
    matrix: {
      sensitivities: matrix.sensitivities.map((text) => ({ text })),
      rows: matrix.risks.map((risk) => ({
        risk: String(risk),
        counts: matrix.sensitivities.map((each) =>
          number(matrix.cells.find((cell) => cell.risk === risk && cell.sensitivity === each)?.count ?? 0),
        ),
      })),
      unrated: matrix.unrated === 0 ? '' : `${count(matrix.unrated, 'variable')} without a rating.`,
    },
    entries: found.slice((at - 1) * pageSize, at * pageSize).map(entryView),
    earlier: at > 1 ? link(at - 1) : null,
    later: at * pageSize < found.length ? link(at + 1) : null,
  }
}

const entryView = (each: DictionaryEntry): DictionaryView['entries'][number] => ({
  name: each.alias === '' ? each.name : each.alias,
  label: each.label,
  dataset: each.datasetTitle,
  description: each.description,
  rating: each.risk === null || each.sensitivity === null ? '–' : `${String(each.risk)}${each.sensitivity}`,
  route: each.route === null ? '–' : routeWords[each.route],
  years: each.years,
  held:
    each.origin === 'held'
      ? each.identifies
        ? 'Held apart, encrypted'
        : `Held as ${each.name}`
      : 'Not held here',
})

/** The data dictionary, searched by words and ratings. */
export function dictionaryRoutes(house: HoldingsHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/holdings/dictionary', nationalGuard, async (c) =>
    page(c, { title: 'Data dictionary', section: 'holdings' }, await dictionaryView(house, c)),
  )
  return app
}
