import { Hono } from 'hono'
import type { TermDefinition } from '../../../core/collections/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy, type CurrentPolicy } from '../../../school/agreements/index.ts'
import {
  buildById,
  pupilsOfBuild,
  submittedReturns,
  type HeldReturn,
  type StoredBuild,
} from '../../../school/returns/index.ts'
import { actorOf, may, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { count, number } from '../words/numbers.ts'
import { notesSaid, pupilLinks } from './census-view.ts'
import type { HeldReturnView, HeldView } from './held.view.ts'
import { namedPupils } from './pupil-names.ts'
import { census, termsOf, termTitle } from './terms.ts'
import { collectorState, deliveryState, stateTags, whyWords } from './words.ts'

const listPage = render<HeldView>('census/held.njk')
const onePage = render<HeldReturnView>('census/held-return.njk')

/** The agreement’s own words of how long the recipient keeps what it has. */
function keptWords({ agreements }: Pick<CurrentPolicy, 'agreements'>): string {
  const kept = agreements.get('department-for-education-census')?.agreement.retention.atRecipient
  return kept === undefined
    ? 'How long the department keeps it is not in an agreement here.'
    : `How long it is kept there, in the words of the agreement: ${kept.replace(/\.?$/, '.')}`
}

const keyOf = ({ year, term }: HeldReturn): string => `${year}/${term}`

/** Versions are counted from the first that was submitted of a term. */
const versionOf = (one: HeldReturn, every: readonly HeldReturn[]): number => {
  const own = every.filter((other) => keyOf(other) === keyOf(one))
  return own.length - own.indexOf(one)
}

function nowWords(own: readonly HeldReturn[], every: readonly HeldReturn[]): string {
  const stands = own.find(({ delivery }) => delivery === 'acknowledged')
  if (!stands) return 'Nothing of this term was received there yet.'
  const version = `Version ${versionOf(stands, every)} counts: ${count(stands.pupils, 'pupil')}, received on ${dateAndTime(stands.acknowledgedAt ?? stands.submittedAt)}.`
  return own[0] === stands ? version : `${version} A newer one was submitted and is not received yet.`
}

/** What stands in a file, by its parts, in the order of the collection. */
function groupsOf({ contents }: StoredBuild, { tables }: TermDefinition): HeldReturnView['groups'] {
  const places = new Map(Object.entries(contents))
  return [...tables.values()].flatMap((table) => {
    const items = [...table.items.values()].flatMap(({ name, label }) => {
      const pupils = places.get(`${table.name}.${name}`)
      return pupils === undefined ? [] : [{ label, pupils: number(pupils) }]
    })
    return items.length === 0 ? [] : [{ heading: table.label, items }]
  })
}

function factsOf(one: HeldReturn, build: StoredBuild, kept: string): HeldReturnView['facts'] {
  const fact = (key: string, value: string, code = false) => ({ key, value, code })
  return [
    fact('Submitted', `${dateAndTime(one.submittedAt)} by ${one.submittedBy}`),
    fact(
      'Signed off',
      build.signedOff ? `${dateAndTime(build.signedOff.at)} by ${build.signedOff.by}` : 'no',
    ),
    fact('Pupils', `${number(build.summary.onRoll)} on roll, ${number(build.summary.left)} who have left`),
    fact(
      'Received',
      one.acknowledgedAt
        ? `${dateAndTime(one.acknowledgedAt)}; when it arrived it stood there as: ${collectorState(one.state)}`
        : one.why === ''
          ? 'not yet'
          : `not yet. ${whyWords(one.why)}`,
    ),
    ...(one.replaces === null ? [] : [fact('Why it was sent again', one.replaces)]),
    fact('Where', one.collector),
    ...(one.returnId === null ? [] : [fact('What the collector calls it', one.returnId, true)]),
    fact('File', one.fileName, true),
    fact('Fingerprint of the file (SHA-256)', one.sha256, true),
    fact('How long it is kept', kept),
  ]
}

export function heldRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const terms = termsOf(gatehouse.settings.policyFolder)

  app.get('/census/held', guard('see-sharing'), async (c) => {
    const view = await schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
      const every = await submittedReturns(tx, census)
      const current = await currentPolicy(tx)
      const terms: HeldView['terms'][number][] = []
      for (const own of Map.groupBy(every, keyOf).values()) {
        const [first] = own
        if (!first) continue
        const versions: HeldView['terms'][number]['versions'][number][] = []
        for (const one of own) {
          const build = await buildById(tx, one.buildId)
          versions.push({
            version: `Version ${versionOf(one, every)}`,
            href: `/census/held/${one.releaseId}`,
            submitted: dateAndTime(one.submittedAt),
            state: stateTags[deliveryState(one)],
            pupils: number(one.pupils),
            signed: build?.signedOff?.by ?? '–',
            reason: one.replaces,
          })
        }
        terms.push({ heading: `${termTitle(first)} census`, now: nowWords(own, every), versions })
      }
      return { kept: keptWords(current), terms }
    })
    return listPage(c, { title: 'What the department holds', section: 'census' }, view)
  })

  const find = async (
    c: Parameters<typeof signedIn>[0],
  ): Promise<{ one: HeldReturn; every: readonly HeldReturn[] }> => {
    const every = await schoolFor(gatehouse, actorOf(signedIn(c))).read((tx) => submittedReturns(tx, census))
    const one = every.find(({ releaseId }) => releaseId === c.req.param('release'))
    if (!one) throw new GatehouseError('not-found', 'No such return was sent from here.')
    return { one, every }
  }

  app.get('/census/held/:release', guard('see-sharing'), async (c) => {
    const staff = signedIn(c)
    const { one, every } = await find(c)
    const definition = await terms.named(String(one.year), one.term)
    const view = await schoolFor(gatehouse, actorOf(staff)).read(async (tx) => {
      const build = await buildById(tx, one.buildId)
      if (!build) throw new GatehouseError('not-found', 'What was built is not on record any more.')
      const current = await currentPolicy(tx)
      const ids = may(staff.role, 'see-pupils') ? await pupilsOfBuild(tx, one.buildId) : []
      const label = (item: string): string => current.items.get(item)?.label ?? item
      return {
        heading: `${termTitle(one)} census, version ${versionOf(one, every)}`,
        caption: `Census day ${longDate(one.census)}`,
        state: stateTags[deliveryState(one)],
        facts: factsOf(one, build, keptWords(current)),
        entries: [
          { href: `/ledger/entries/${one.ledgerIndex}`, text: `Ledger entry ${one.ledgerIndex}: released` },
          ...(one.deliveryIndex === null
            ? []
            : [
                {
                  href: `/ledger/entries/${one.deliveryIndex}`,
                  text: `Ledger entry ${one.deliveryIndex}: delivery`,
                },
              ]),
        ],
        receipt: one.receipt === null ? null : `/census/held/${one.releaseId}/receipt`,
        groups: groupsOf(build, definition),
        leftOut: Object.entries(build.leftOut).map(
          ([item, pupils]) => `${label(item)} of ${count(pupils, 'pupil')}: it was not permitted.`,
        ),
        notes: one.notes.map(({ rule, text, places }) => ({
          rule,
          text,
          about:
            places === null ? 'of everything it found' : `of ${count(places.length, 'place')} in the file`,
        })),
        notesSaid: notesSaid(one),
        pupils: pupilLinks(ids, await namedPupils(tx, ids)),
        total: `${count(one.pupils, 'pupil')}. Each pupil’s own page has what was sent of that pupil, and a receipt.`,
      }
    })
    return onePage(c, { title: 'One census return', section: 'census' }, view)
  })

  app.get('/census/held/:release/receipt', guard('see-sharing'), async (c) => {
    const { one } = await find(c)
    if (one.receipt === null) throw new GatehouseError('not-found', 'There is no receipt of it yet.')
    return c.body(one.receipt, 200, {
      'content-type': 'application/jwt',
      'content-disposition': `attachment; filename="census-${one.year}-${one.term}.receipt.jwt"`,
      'cache-control': 'no-store',
    })
  })

  return app
}
