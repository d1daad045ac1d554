import { Hono } from 'hono'
import type { AgreementId, ChoiceKind } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { consentOverview, type PurposeOverview } from '../../../school/consent/index.ts'
import { actorOf, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { askedFor, standingOrder, standingWords } from '../words/consent.ts'
import { noticeNames } from '../words/names.ts'
import { number } from '../words/numbers.ts'
import type { ConsentView } from './consent.view.ts'

const page = render<ConsentView>('consent/consent.njk')

const kindWords: Readonly<Record<ChoiceKind, string>> = {
  consent: 'Consent: nothing is shared before somebody entitled says yes.',
  'opt-out': 'Opt-out: shared unless somebody says no.',
  biometric: 'Biometric data: needs written consent, and a child’s no always wins.',
  permission: 'Permission: the scheme itself asks for it in writing.',
}

export function consentView(
  overview: readonly PurposeOverview[],
  names: ReadonlyMap<AgreementId, string>,
): ConsentView {
  const standings = standingOrder.filter((standing) =>
    overview.some(({ counts }) => (counts[standing] ?? 0) > 0),
  )
  return {
    standings: standings.map((standing) => standingWords[standing]),
    purposes: overview.map(({ purpose, counts }) => ({
      label: purpose.label,
      askedFor: askedFor(purpose, names),
      kind: kindWords[purpose.kind],
      wording: purpose.wording?.text ?? null,
      numbers: standings.map((standing) => (counts[standing] ? number(counts[standing]) : '–')),
    })),
  }
}

export function consentRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/consent', guard('see-sharing'), async (c) => {
    const at = gatehouse.clock.now()
    const view = await schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
      const current = await currentPolicy(tx)
      return consentView(await consentOverview(tx, current, at), noticeNames(current))
    })
    return page(c, { title: 'Consent', section: 'consent' }, view)
  })
  return app
}
