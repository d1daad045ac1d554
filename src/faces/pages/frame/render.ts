import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import { may, roleNames, type ProblemStatus, type RequestContext } from '../../index.ts'
import { assetAddresses, govukFolder } from './assets.ts'
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
    { section: 'ledger', text: 'Ledger', href: '/ledger', act: 'see-sharing' },
    { section: 'notice', text: 'Notice', href: '/notices', act: 'see-sharing' },
    { section: 'tasks', text: 'Tasks', href: '/tasks', act: 'see-sharing' },
    { section: 'staff', text: 'Staff', href: '/staff', act: 'manage-staff' },
  ]

function layoutFor(c: RequestContext, frame: Frame): LayoutView {
  const staff = c.get('staff')
  return {
    title: frame.title,
    school: c.get('schoolName'),
    home: staff ? '/today' : '/notice',
    wide: frame.wide ?? false,
    staff: staff && { name: staff.name, role: roleNames[staff.role] },
    formToken: c.get('formToken'),
    navigation: staff
      ? sections
          .filter(({ act }) => may(staff.role, act))
          .map(({ section, text, href }) => ({ text, href, current: section === frame.section }))
      : [],
    done: staff ? doneSentence(c.req.query('done')) : null,
    assets: assetAddresses,
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
