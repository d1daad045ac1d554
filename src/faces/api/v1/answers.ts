import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy, decideSchool, takeFacts } from '../../../school/agreements/index.ts'
import { actorOf, may, schoolFor, signedIn, type Gatehouse, type RequestContext } from '../../index.ts'
import { openCase, pastReleases, shutReasons, tally } from '../../pages/index.ts'

// Each answer is assembled here from the domain and checked against its schema by the route.

const nothing = (): GatehouseError => new GatehouseError('not-found', 'There is no such agreement.')

export function answerRecipients(gatehouse: Gatehouse, c: RequestContext) {
  const at = gatehouse.clock.now()
  return schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
    const current = await currentPolicy(tx)
    return [...current.agreements.values()].map((version) => {
      const { agreement } = version
      const { id, name, kind, role, country } = current.recipients.get(agreement.recipient) ?? {
        id: agreement.recipient,
        name: agreement.recipient,
        kind: 'unknown',
        role: 'unknown',
        country: 'unknown',
      }
      return {
        id,
        name,
        kind,
        role,
        country,
        agreement: {
          id: agreement.id,
          title: agreement.title,
          kind: agreement.kind,
          version: version.version,
          hash: version.hash,
          approvedAt: version.approvedAt?.toISOString() ?? null,
          shut: shutReasons(agreement, openCase(current, version, at)),
        },
      }
    })
  })
}

export function answerPermits(gatehouse: Gatehouse, c: RequestContext, id: string) {
  const at = gatehouse.clock.now()
  return schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
    const decided = (await decideSchool(tx, await currentPolicy(tx), at)).find(
      (one) => one.version.agreement.id === id,
    )
    if (!decided) throw nothing()
    const counted = tally(decided.version.agreement, decided.rows)
    return {
      agreement: id,
      at: at.toISOString(),
      population: counted.population,
      items: [...counted.items].map(([item, { as, permitted, refused }]) => ({
        item,
        as,
        permitted,
        refused: Object.fromEntries(refused),
      })),
    }
  })
}

export function answerDecide(
  gatehouse: Gatehouse,
  c: RequestContext,
  request: { readonly agreement: string; readonly pupil: string; readonly item?: string | undefined },
) {
  const at = gatehouse.clock.now()
  return schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
    const current = await currentPolicy(tx)
    const version = current.agreements.get(request.agreement)
    if (!version) throw nothing()
    const facts = await takeFacts(tx, request.pupil, at)
    if (!facts) throw new GatehouseError('not-found', 'There is no such pupil.')
    const compiled = openCase(current, version, at)
    const items =
      request.item === undefined ? version.agreement.items.map(({ item }) => item) : [request.item]
    return items.map((item) => compiled.decide(facts, item))
  })
}

const week = 7 * 86_400_000

export function answerReleases(
  gatehouse: Gatehouse,
  c: RequestContext,
  { since, before }: { readonly since?: string | undefined; readonly before?: number | undefined },
) {
  const from = since === undefined ? new Date(gatehouse.clock.now().getTime() - week) : new Date(since)
  const staff = signedIn(c)
  const restricted = may(staff.role, 'see-restricted')
  return schoolFor(gatehouse, actorOf(staff)).read(async (tx) =>
    (await pastReleases(tx, { since: from, restricted, ...(before === undefined ? {} : { before }) })).map(
      (release) => ({
        id: release.id,
        agreement: release.agreementId,
        recipient: release.recipientId,
        at: release.decidedAt.toISOString(),
        permittedPupils: release.permittedPupils,
        withheldPupils: release.withheldPupils,
        withheldReasons: Object.fromEntries(release.withheldReasons),
        items: release.items,
        fileName: release.fileName,
        ledgerIndex: release.ledgerIndex,
        delivery: release.deliveryState,
      }),
    ),
  )
}

export async function answerLedger({ ledger }: Gatehouse) {
  const { origin, size, root, signedAt } = await ledger.latest()
  return { origin, size, root, signedAt: signedAt?.toISOString() ?? null, vkeys: [...ledger.vkeys] }
}
