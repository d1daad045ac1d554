import { Hono } from 'hono'
import type { TermDefinition } from '../../../core/collections/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  compareReturns,
  explanationOf,
  returnBefore,
  signOff,
  signOffStatement,
  type ComparedLine,
  type StoredBuild,
} from '../../../school/returns/index.ts'
import { actorOf, may, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { count, number } from '../words/numbers.ts'
import { fileOfBuild } from './census.page.ts'
import type { ComparedView, SummaryView } from './summary.view.ts'
import { census, termPath, termsOf, termTitle } from './terms.ts'
import { stateTags } from './words.ts'
import { workOf, type CensusWork } from './work.ts'

const page = render<SummaryView>('census/summary.njk')

const marks = {
  asked: { text: 'The department asks why', colour: 'orange' },
  large: { text: 'Large change', colour: 'yellow' },
} as const

const comparedView = (
  heading: string,
  hint: string | null,
  lines: readonly ComparedLine[],
): ComparedView => ({
  heading,
  hint,
  lines: lines.map(({ label, now, before, unexpected }) => ({
    label,
    now: number(now),
    before: before === null ? '–' : number(before),
    change: before === null ? '–' : changeWords(now - before),
    tag: unexpected && marks[unexpected],
  })),
})

const changeWords = (change: number): string =>
  change === 0 ? '0' : change > 0 ? `+${number(change)}` : `−${number(-change)}`

const yearWords = (line: ComparedLine): ComparedLine => ({
  ...line,
  label: /^\d+$/.test(line.label)
    ? `Year ${line.label}`
    : ({ R: 'Reception', N1: 'Nursery, first year', N2: 'Nursery, second year', X: 'No year group' }[
        line.label
      ] ?? line.label),
})

async function summaryView(
  tx: Tx,
  definition: TermDefinition,
  work: CensusWork,
  build: StoredBuild,
  role: StaffRole,
): Promise<SummaryView> {
  const of = { year: definition.year, term: definition.term.name }
  const path = termPath(of)
  const before = await returnBefore(tx, census, definition.term.census)
  const { items } = await currentPolicy(tx)
  const labels = new Map(
    [...(definition.tables.get('previous')?.items.values() ?? [])].map(({ name, label }) => [name, label]),
  )
  const compared = compareReturns(build, before, labels, work.findings)
  const { summary } = build
  const explained = work.findings.length - work.open.length
  const errors = work.open.filter(({ severity }) => severity === 'error').length
  const mayWait = build.signedOff === null && !may(role, 'sign-off-return')
  return {
    back: { href: path, text: `${termTitle(of)} census` },
    path,
    heading: 'What the head teacher signs off',
    state: stateTags[work.state],
    figures: [
      {
        label: 'Pupils on roll',
        number: number(summary.onRoll),
        note: `on census day, ${longDate(definition.term.census)}`,
      },
      {
        label: 'Pupils who have left',
        number: number(summary.left),
        note: 'with attendance or suspensions of the periods asked for',
      },
      {
        label: 'Still to see to',
        number: number(work.open.length),
        note: `of ${count(work.findings.length, 'finding')}`,
      },
    ],
    before: before && longDate(before.census),
    compared: [
      comparedView('What the department compares', null, compared.counted),
      comparedView(
        'Year groups',
        definition.term.name === 'AUT' && before
          ? 'In autumn each year group holds other children than before summer: look at whether the numbers moved up with them.'
          : null,
        compared.years.map(yearWords),
      ),
      comparedView('Special educational needs', null, compared.needs),
    ].filter(({ lines }) => lines.length > 0),
    ages: summary.ages
      .filter(({ pupils }) => pupils > 0)
      .map(({ label, female, male, pupils }) => ({
        label,
        girls: number(female),
        boys: number(male),
        all: number(pupils),
      })),
    found: [
      work.findings.length === 0
        ? 'The check found nothing wrong.'
        : `${count(work.open.length, 'finding')} ${work.open.length === 1 ? 'is' : 'are'} neither mended nor explained${errors > 0 ? `; ${count(errors, 'error')} among them` : ''}.`,
      ...(explained > 0
        ? [`${count(explained, 'finding')} ${explained === 1 ? 'is' : 'are'} explained by a note.`]
        : []),
    ],
    notes: work.explanations
      .filter((one) => work.findings.some((finding) => explanationOf(finding, [one]) !== null))
      .map(({ rule, text, writtenAt, writtenBy }) => ({
        rule,
        href: `${path}/rules/${rule}`,
        text,
        by: `${writtenBy}, ${dateAndTime(writtenAt)}`,
      })),
    leftOut: [
      ...(build.omitted.missing.length > 0
        ? [
            `${count(build.omitted.missing.length, 'pupil')} altogether: nothing of them may leave at present.`,
          ]
        : []),
      ...Object.entries(build.leftOut).map(
        ([item, pupils]) =>
          `${items.get(item as never)?.label ?? item} of ${count(pupils, 'pupil')}: it may not leave.`,
      ),
    ],
    sha256: build.sha256,
    signed: build.signedOff && {
      by: `${build.signedOff.by} on ${dateAndTime(build.signedOff.at)}`,
      statement: build.signedOff.statement,
    },
    sign:
      build.signedOff === null && may(role, 'sign-off-return')
        ? {
            statement: signOffStatement,
            warning:
              errors > 0
                ? `${count(errors, 'error')} ${errors === 1 ? 'stands' : 'stand'} against this return. The department is likely to send it back.`
                : work.open.length > 0
                  ? `${count(work.open.length, 'finding')} ${work.open.length === 1 ? 'has' : 'have'} no explanation yet. The department asks for one.`
                  : null,
          }
        : null,
    waits: mayWait ? 'Only the head teacher signs a return off, with their own account.' : null,
  }
}

export function censusSummaryRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const terms = termsOf(gatehouse.settings.policyFolder)
  const path = '/census/:year/:term'

  app.get(`${path}/summary`, guard('preview-release'), async (c) => {
    const definition = await terms.named(c.req.param('year'), c.req.param('term'))
    const staff = signedIn(c)
    const view = await schoolFor(gatehouse, actorOf(staff)).read(async (tx) => {
      const work = await workOf(tx, definition)
      if (!work.build)
        throw new GatehouseError('not-found', 'Nothing is built of this term yet.', {
          todo: 'Build the return first.',
        })
      return summaryView(tx, definition, work, work.build, staff.role)
    })
    return page(c, { title: 'Census summary', section: 'census' }, view)
  })

  app.post(`${path}/sign-off`, guard('sign-off-return'), async (c) => {
    const definition = await terms.named(c.req.param('year'), c.req.param('term'))
    const school = schoolFor(gatehouse, actorOf(signedIn(c)))
    const shown = (await c.req.parseBody())['sha256']
    const { build } = await school.read((tx) => workOf(tx, definition))
    // What is signed is what was shown.
    if (!build || build.sha256 !== shown)
      throw new GatehouseError('conflict', 'The return was built again meanwhile.', {
        todo: 'Look at the numbers of the newest one, and sign that off.',
      })
    await signOff(school, await fileOfBuild(gatehouse, build), gatehouse.clock.now())
    return c.redirect(
      `${termPath({ year: definition.year, term: definition.term.name })}?done=census-signed#send`,
      303,
    )
  })

  return app
}
