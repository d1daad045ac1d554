import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import type { Duty } from '../../../core/vocabulary/index.ts'
import { hasDuty } from '../../../national/collect/index.ts'
import { may, roleNames, type ProblemStatus, type RequestContext } from '../../index.ts'
import { assetAddresses, govukFolder } from './assets.ts'
import { whoseWords } from '../words/whose.ts'
import { doneSentence } from './done.ts'
import type { LayoutView, Section } from './layout.view.ts'

const pagesFolder = fileURLToPath(new URL('../', import.meta.url))

const templates = new nunjucks.Environment(
  new nunjucks.FileSystemLoader([pagesFolder, govukFolder], { noCache: false, watch: false }),
  { autoescape: true, trimBlocks: true, lstripBlocks: true },
)

export interface Frame {
  readonly title: string
  readonly section?: Section
  readonly wide?: boolean
  readonly status?: 200 | ProblemStatus
}

const sections: readonly { section: Section; text: string; href: string; act: Parameters<typeof may>[1] }[] =
  [
    { section: 'today', text: 'Today', href: '/today', act: 'see-sharing' },
    { section: 'recipients', text: 'Recipients', href: '/recipients', act: 'see-sharing' },
    { section: 'pupils', text: 'Pupils', href: '/pupils', act: 'see-pupils' },
    { section: 'consent', text: 'Consent', href: '/consent', act: 'see-sharing' },
    { section: 'census', text: 'Census', href: '/census', act: 'preview-release' },
    { section: 'ledger', text: 'Ledger', href: '/ledger', act: 'see-sharing' },
    { section: 'notice', text: 'Notice', href: '/notices', act: 'see-sharing' },
    { section: 'tasks', text: 'Tasks', href: '/tasks', act: 'see-sharing' },
    { section: 'staff', text: 'Staff', href: '/staff', act: 'manage-staff' },
  ]

const collectSections: readonly { section: Section; text: string; href: string }[] = [
  { section: 'collect', text: 'Home', href: '/collect' },
  { section: 'returns', text: 'Returns', href: '/collect/returns' },
  { section: 'duplicates', text: 'Duplicates', href: '/collect/duplicates' },
  { section: 'send', text: 'Send a file', href: '/collect/send' },
  { section: 'accounts', text: 'Accounts', href: '/collect/accounts' },
]

/** Pages for people of the department with a duty. */
const dutySections: readonly { section: Section; text: string; href: string; duty: Duty }[] = [
  { section: 'match', text: 'Matching', href: '/match', duty: 'match-review' },
  { section: 'holdings', text: 'Holdings', href: '/holdings', duty: 'statistics' },
  { section: 'statistics-work', text: 'Statistics', href: '/statistics-work', duty: 'statistics' },
]

const apiLink = { text: 'API description', href: '/api/v1/openapi.json' }
const schoolLinks = [
  { text: 'What this school shares', href: '/notice' },
  { text: 'Latest checkpoint of the disclosure log', href: '/log/checkpoint' },
  apiLink,
]

function layoutFor(c: RequestContext, frame: Frame): LayoutView {
  return {
    title: frame.title,
    wide: frame.wide ?? false,
    formToken: c.get('formToken'),
    assets: assetAddresses,
    ...surroundings(c, frame),
  }
}

type Surroundings = Pick<LayoutView, 'school' | 'home' | 'staff' | 'navigation' | 'done' | 'links'>

function surroundings(c: RequestContext, frame: Frame): Surroundings {
  const marked = (list: readonly { section: Section; text: string; href: string }[]) =>
    list.map(({ section, text, href }) => ({ text, href, current: section === frame.section }))
  const staff = c.get('staff')
  const done = doneSentence(c.req.query('done'))
  if (staff)
    return {
      school: c.get('schoolName'),
      home: '/today',
      staff: { name: staff.name, role: roleNames[staff.role] },
      navigation: marked(sections.filter(({ act }) => may(staff.role, act))),
      done,
      links: schoolLinks,
    }
  const national = c.get('national')
  if (national)
    return {
      school: 'Collection of returns',
      home: '/collect',
      staff: { name: national.name, role: whoseWords(national.person.scope) },
      navigation: marked([
        ...collectSections,
        ...dutySections.filter(({ duty }) => hasDuty(national.person, duty)),
      ]),
      done,
      links: [apiLink],
    }
  // A server without a school’s name is a collector’s: it has neither a notice nor a log.
  const school = c.get('schoolName')
  const here = school === '' ? { school: 'Collection of returns', home: '/sign-in', links: [apiLink] } : null
  return {
    ...(here ?? { school, home: '/notice', links: schoolLinks }),
    staff: null,
    navigation: [],
    done: null,
  }
}

/** A page's template bound to the type of its view model. */
export type Page<View> = (c: RequestContext, frame: Frame, view: View) => Response

/** The one way a page is made. `file` is the template's path in this folder. */
export function render<View>(file: string): Page<View> {
  return (c, frame, view) => {
    const html = templates.render(file, { layout: layoutFor(c, frame), view })
    c.header('cache-control', 'no-store')
    return c.html<string>(html, frame.status ?? 200)
  }
}
