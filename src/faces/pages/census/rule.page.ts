import { Hono } from 'hono'
import type { TermDefinition } from '../../../core/collections/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  explain,
  explanationOf,
  isOpen,
  judgeExplanation,
  longestExplanation,
  takeBackExplanations,
  type Mend,
  type NumberedFinding,
} from '../../../school/returns/index.ts'
import {
  actorOf,
  may,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { asking, nothingSent, sentBy, type Faults, type Sent } from '../form/form.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime } from '../words/dates.ts'
import { count, list } from '../words/numbers.ts'
import { columnsIn, type Column } from './columns.ts'
import { namedPupils } from './pupil-names.ts'
import type { RuleView } from './rule.view.ts'
import { census, termPath, termsOf, termTitle } from './terms.ts'
import { acceptsWords, mendWords, severities, standing } from './words.ts'
import { workOf } from './work.ts'

const page = render<RuleView>('census/rule.njk')
const mostPlaces = 500

/** Where a field is mended, each once. */
function mendsOf(
  found: readonly NumberedFinding[],
  columnOf: (item: string) => Column | null,
  labelOf: (item: string) => string,
): RuleView['mends'] {
  const each = new Map(found.flatMap(({ mend }) => mend.map((one) => [one.of, one] as const)))
  return [...each.values()].map((one) => ({
    field: one.label,
    path: mendWords[one.path],
    how: howTo(one, columnOf, labelOf),
  }))
}

function howTo(
  { path, item }: Mend,
  columnOf: (item: string) => Column | null,
  labelOf: (item: string) => string,
): string {
  if (path === 'settings')
    return 'What the school says once for all its pupils, or for a year group. Whoever runs Gatehouse sets it with “gatehouse census settings”.'
  if (path === 'not-held' || item === null)
    return 'No report that is imported has it. If the department needs it, it comes from another system, or it is explained.'
  const column = columnOf(item)
  const as = `The register calls it “${labelOf(item)}”`
  return column
    ? `${as}; it comes from the column ${column.header} of ${column.report}.`
    : `${as}; no report brings it at present.`
}

interface OfRule {
  readonly gatehouse: Gatehouse
  readonly definition: TermDefinition
  readonly rule: string
  readonly columnOf: (item: string) => Column | null
}

async function ruleView(
  { gatehouse, definition, rule, columnOf }: OfRule,
  c: RequestContext,
  sent: Sent = nothingSent,
  faults: Faults = [],
): Promise<RuleView> {
  const staff = signedIn(c)
  const read = await schoolFor(gatehouse, actorOf(staff)).read(async (tx) => {
    const work = await workOf(tx, definition)
    const found = work.findings.filter((one) => one.rule === rule)
    const { items } = await currentPolicy(tx)
    const own = work.explanations.filter((one) => one.rule === rule)
    const names = await namedPupils(
      tx,
      [...found, ...own].flatMap(({ pupilId }) => pupilId ?? []),
    )
    return { work, found, names, items, own }
  })
  const { work, found, names, items, own } = read
  const [first] = found
  if (!first)
    throw new GatehouseError('not-found', 'This rule finds nothing in the return as it stands.', {
      todo: 'It was mended, or the return was built again. Go back to the census.',
    })
  const of = { year: definition.year, term: definition.term.name }
  const { note } = first
  const closed = work.build?.signedOff
    ? 'The head teacher has signed the return off with its notes as they are. To change one, build the return again.'
    : null
  const mayWrite = note.accepts !== 'none' && closed === null && may(staff.role, 'release')
  const pupils = [...new Set(found.flatMap(({ pupilId }) => pupilId ?? []))]
  const choosing = mayWrite && pupils.length > 1
  const seen = new Set<string>()
  /** A pupil’s first line has the box. */
  const choiceOf = (pupilId: string | null): string | null => {
    if (!choosing || pupilId === null || seen.has(pupilId)) return null
    seen.add(pupilId)
    return pupilId
  }
  const labelOf = (item: string): string => items.get(item)?.label ?? item
  return {
    back: { href: `${termPath(of)}#found`, text: `${termTitle(of)} census` },
    path: `${termPath(of)}/rules/${rule}`,
    caption: `${termTitle(of)} census, rule ${rule}`,
    heading: first.message,
    severity: severities[first.severity].tag,
    total: totalWords(found, found.filter((one) => isOpen(one, work.explanations)).length),
    errors: faults.map(({ field, text }) => ({ text, href: `#${field}` })),
    places: found.slice(0, mostPlaces).map((one) => {
      const pupil = one.pupilId === null ? undefined : names.get(one.pupilId)
      return {
        pupil: pupil ? { href: `/pupils/${pupil.id}`, text: pupil.name } : null,
        group: pupil?.group ?? '',
        where: whereWords(one),
        standing: !one.explain
          ? standing.mend
          : explanationOf(one, work.explanations)
            ? standing.explained
            : standing.explain,
        choose: pupil ? choiceOf(pupil.id) : null,
        chosen: sent.all('pupil').includes(one.pupilId ?? ''),
      }
    }),
    choosing,
    more:
      found.length > mostPlaces
        ? `These are the first ${mostPlaces}. Such a number mostly has one cause, such as a report that was not imported.`
        : null,
    mends: mendsOf(found, columnOf, labelOf),
    inMis: found.some(({ mend }) => mend.some(({ path }) => path === 'mis')),
    accepts: acceptsWords[note.accepts],
    says: note.accepts === 'none' || note.says === '' ? null : note.says,
    notes: own.map(({ pupilId, text, writtenAt, writtenBy }) => ({
      about:
        pupilId === null
          ? 'on everything that this rule found'
          : `on ${names.get(pupilId)?.name ?? 'a pupil who is not in the register any more'}`,
      text,
      by: `${writtenBy}, ${dateAndTime(writtenAt)}`,
    })),
    fields: mayWrite ? questions(sent, faults, choosing) : [],
    closed,
    takeBack: own.length > 0 && closed === null && may(staff.role, 'release'),
  }
}

const totalWords = (found: readonly NumberedFinding[], open: number): string => {
  const pupils = new Set(found.flatMap(({ pupilId }) => pupilId ?? [])).size
  const whose = pupils === 0 ? 'Found in the return as a whole' : `Found for ${count(pupils, 'pupil')}`
  return `${whose}. ${open === 0 ? 'Nothing is left to do.' : open === found.length ? '' : `${count(open, 'place')} still to do.`}`.trim()
}

/** The fields that a finding points at; of a record below the pupil, which of them it is. */
function whereWords({ mend, table, location }: NumberedFinding): string {
  const fields = [...new Set(mend.map(({ label }) => label))]
  if (fields.length > 0 && (table === 'pupil' || table === null)) return list(fields)
  return location.replace(/^Pupil \d+, /, '')
}

function questions(sent: Sent, faults: Faults, choosing: boolean): RuleView['fields'] {
  const ask = asking(sent, faults)
  const text = ask.lines('text', 'Your note', {
    hint: `It goes with the return, and many people read it: give no pupil’s name or number. At most ${longestExplanation} characters.`,
  })
  const which = ask.radios(
    'which',
    'Whom is the note about?',
    { all: 'All of them', some: 'Those chosen in the table above' },
    { start: 'all' },
  )
  return choosing ? [which, text] : [text]
}

export function censusRuleRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const terms = termsOf(gatehouse.settings.policyFolder)
  let columnOf: ((item: string) => Column | null) | undefined
  const path = '/census/:year/:term/rules/:rule'
  const ofRule = async (c: RequestContext): Promise<OfRule> => ({
    gatehouse,
    definition: await terms.named(c.req.param('year') ?? '', c.req.param('term') ?? ''),
    rule: c.req.param('rule') ?? '',
    columnOf: (columnOf ??= columnsIn(gatehouse.settings.policyFolder)),
  })
  const titleOf = ({ rule }: OfRule): string => `Census rule ${rule}`

  app.get(path, guard('preview-release'), async (c) => {
    const of = await ofRule(c)
    return page(c, { title: titleOf(of), section: 'census' }, await ruleView(of, c))
  })

  app.post(`${path}/note`, guard('release'), async (c) => {
    const of = await ofRule(c)
    const { definition, rule } = of
    const sent = await sentBy(c)
    const school = schoolFor(gatehouse, actorOf(signedIn(c)))
    const work = await school.read((tx) => workOf(tx, definition))
    const found = work.findings.filter((one) => one.rule === rule)
    const [first] = found
    if (!first) throw new GatehouseError('not-found', 'This rule finds nothing in the return as it stands.')
    const known = new Set(found.flatMap(({ pupilId }) => pupilId ?? []))
    const isSome = sent.text('which') === 'some'
    const pupilIds = isSome ? [...new Set(sent.all('pupil'))].filter((id) => known.has(id)) : []
    const judged = judgeExplanation(sent.text('text'), first.note.accepts)
    const faults: Faults = [
      ...(isSome && pupilIds.length === 0
        ? [{ field: 'which', text: 'Choose pupils in the table, or let the note be about all of them' }]
        : []),
      ...(judged.ok ? [] : [{ field: 'text', text: judged.error }]),
    ]
    if (!judged.ok || faults.length > 0) {
      const view = await ruleView(of, c, sent, faults)
      return page(c, { title: `Error: ${titleOf(of)}`, section: 'census', status: 422 }, view)
    }
    const round = { collection: census, year: definition.year, term: definition.term.name }
    await explain(
      school,
      round,
      { rule, pupilIds: isSome ? pupilIds : null, text: judged.value },
      gatehouse.clock.now(),
    )
    return c.redirect(`${termPath(round)}/rules/${rule}?done=explained`, 303)
  })

  app.post(`${path}/take-back`, guard('release'), async (c) => {
    const { definition, rule } = await ofRule(c)
    const round = { collection: census, year: definition.year, term: definition.term.name }
    await takeBackExplanations(schoolFor(gatehouse, actorOf(signedIn(c))), round, rule)
    return c.redirect(`${termPath(round)}/rules/${rule}?done=taken-back`, 303)
  })

  return app
}
