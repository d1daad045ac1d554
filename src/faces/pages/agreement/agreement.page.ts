import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import { currentPolicy, decideSchool, proposedAgreements } from '../../../school/agreements/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { actorOf, may, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { tally } from '../matrix/tally.ts'
import { pastReleases, type PastRelease } from '../picture/releases.store.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { deliveryTag } from '../words/delivery.ts'
import { number } from '../words/numbers.ts'
import { agreementFacts } from './facts.ts'
import { groundsView } from './grounds.ts'
import { openCase } from './open-case.ts'
import { shutReasons, stateTag } from './state.ts'
import type { AgreementView } from './agreement.view.ts'

const page = render<AgreementView>('agreement/agreement.njk')

/** What a person must still do so that a file that was laid out is taken. */
function handoverOf({
  id,
  transport,
  deliveryState,
}: PastRelease): AgreementView['releases'][number]['handover'] {
  if (deliveryState !== 'sent') return null
  if (transport === 'download') return { action: `/releases/${id}/link`, text: 'Make a link' }
  return transport === 'copy-sheet' ? { action: `/releases/${id}/sheet`, text: 'Show the sheet' } : null
}

async function agreementView(tx: Tx, id: string, role: StaffRole, at: Date): Promise<AgreementView> {
  const current = await currentPolicy(tx)
  const version = current.agreements.get(id)
  const recipient = version && current.recipients.get(version.agreement.recipient)
  if (!version || !recipient) throw new GatehouseError('not-found', 'There is no such agreement.')
  const { agreement } = version
  const shut = shutReasons(agreement, openCase(current, version, at))
  const decided = (await decideSchool(tx, current, at)).find((one) => one.version.agreement.id === id)
  const releases = await pastReleases(tx, {
    since: new Date(0),
    restricted: may(role, 'see-restricted'),
    agreementId: id,
  })
  const proposed = (await proposedAgreements(tx)).find((one) => one.agreement.id === id)
  const isFeed =
    agreement.kind === 'feed' &&
    agreement.items.length > 0 &&
    !['none', 'return'].includes(agreement.format.kind)
  return {
    id,
    title: agreement.title,
    recipient: recipient.name,
    recipientId: recipient.id,
    kind: agreement.kind,
    state: stateTag(version, shut),
    shut: shut.map((reason) => reason.text),
    why: agreement.why,
    facts: agreementFacts(agreement, recipient, current),
    grounds:
      decided && agreement.items.length > 0
        ? groundsView(agreement, tally(agreement, decided.rows), current.items)
        : null,
    releases: releases.slice(0, 20).map((release) => ({
      when: dateAndTime(release.decidedAt),
      pupils: number(release.permittedPupils),
      withheld: number(release.withheldPupils),
      delivery: deliveryTag(release.deliveryState, release.transport),
      entry: String(release.ledgerIndex),
      handover: may(role, 'release') ? handoverOf(release) : null,
    })),
    toApprove: proposed && may(role, 'approve-agreement') ? { version: proposed.version } : null,
    version:
      version.approvedAt === null
        ? `Version ${version.version}, not approved`
        : `Version ${version.version}, approved by ${version.approvedBy ?? 'somebody'} on ${longDate(version.approvedAt)}`,
    mayPreview: isFeed && may(role, 'preview-release'),
    release: isFeed && shut.length === 0 && may(role, 'release') ? { key: randomUUID() } : null,
    source: agreement.source,
  }
}

export function agreementRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/agreements/:id', guard('see-sharing'), async (c) => {
    const staff = signedIn(c)
    const view = await schoolFor(gatehouse, actorOf(staff)).read((tx) =>
      agreementView(tx, c.req.param('id'), staff.role, gatehouse.clock.now()),
    )
    return page(c, { title: `${view.recipient}: ${view.title}`, section: 'recipients' }, view)
  })
  return app
}
