import { Hono } from 'hono'
import type { ChoiceKind } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { consentOverview, type PurposeOverview } from '../../../school/consent/index.ts'
import { actorOf, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { purposeLabel, standingOrder, standingWords } from '../words/consent.ts'
import { count } from '../words/numbers.ts'
import type { ConsentView } from './consent.view.ts'

const page = render<ConsentView>('consent/consent.njk')

const kindWords: Readonly<Record<ChoiceKind, string>> = {
  consent: 'Consent: nothing is shared before somebody entitled says yes.',
  'opt-out': 'Opt-out: shared unless somebody says no.',
  biometric: 'Biometric data: needs written consent, and a child’s no always wins.',
  permission: 'Permission: the scheme itself asks for it in writing.',
}

export function consentView(overview: readonly PurposeOverview[]): ConsentView {
  return {
    purposes: overview.map(({ purpose, counts }) => ({
      label: purposeLabel(purpose.id),
      kind: kindWords[purpose.kind],
      wording: purpose.wording?.text ?? null,
      states: standingOrder.flatMap((standing) => {
        const pupils = counts[standing] ?? 0
        return pupils === 0 ? [] : [{ ...standingWords[standing], number: count(pupils, 'pupil') }]
      }),
    })),
  }
}

export function consentRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/consent', guard('see-sharing'), async (c) => {
    const at = gatehouse.clock.now()
    const overview = await schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) =>
      consentOverview(tx, await currentPolicy(tx), at),
    )
    return page(c, { title: 'Consent', section: 'consent' }, consentView(overview))
  })
  return app
}
