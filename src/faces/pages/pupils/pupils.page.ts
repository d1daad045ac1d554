import { Hono } from 'hono'
import { findPupils, type PupilLine } from '../../../school/register/index.ts'
import { actorOf, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { count } from '../words/numbers.ts'
import type { PupilsView } from './pupils.view.ts'

const page = render<PupilsView>('pupils/pupils.njk')
const most = 50

export function pupilsView(searched: string, found: readonly PupilLine[]): PupilsView {
  return {
    searched,
    error: null,
    summary:
      found.length > most
        ? `More than ${most} pupils fit. The first ${most} are shown: add another part of the name.`
        : found.length === 0
          ? 'Nobody fits. Try another spelling, or less of the name.'
          : `${count(found.length, 'pupil')} found.`,
    found: found.slice(0, most).map((pupil) => ({
      id: pupil.id,
      name: `${pupil.surname}, ${pupil.preferredForename ?? pupil.forename}`,
      admission: pupil.admissionNumber ?? '–',
      class: pupil.registrationGroup ?? '–',
      left: pupil.leavingDate !== null,
    })),
  }
}

/** The search is a form that is posted, so that no name ever stands in an address, a history or a log. */
export function pupilsRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const frame = { title: 'Pupils', section: 'pupils' } as const

  app.get('/pupils', guard('see-pupils'), (c) =>
    page(c, frame, { searched: null, found: [], summary: null, error: null }),
  )

  app.post('/pupils', guard('see-pupils'), async (c) => {
    const given = (await c.req.parseBody())['sought']
    const sought = typeof given === 'string' ? given.trim().slice(0, 80) : ''
    if (sought.length < 2) {
      return page(
        c,
        { ...frame, title: 'Error: Pupils', status: 422 },
        { searched: sought, found: [], summary: null, error: 'Enter at least two letters of a name' },
      )
    }
    const found = await schoolFor(gatehouse, actorOf(signedIn(c))).read((tx) =>
      findPupils(tx, { search: sought, limit: most + 1 }),
    )
    return page(c, frame, pupilsView(sought, found))
  })

  return app
}
