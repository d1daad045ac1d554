import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type AgreementVersion, type Standing } from '../../core/vocabulary/index.ts'
import { nothingShown, type CurrentPolicy } from './current-policy.ts'
import { bodiesOf, liveVersions, type KeptVersion } from './document.store.ts'
import { byId, type DocumentBodies, type DocumentKind } from './policy-document.ts'
import { standingsOf } from './standing.store.ts'

/**
 * The school's policy at this moment, read in this transaction: a release that reads it here is decided by it alone.
 * @throws GatehouseError `not-found` when no policy was ever loaded for the school.
 */
export async function currentPolicy(tx: Tx): Promise<CurrentPolicy> {
  const versions = chosen(await liveVersions(tx))
  const bodyOf = await bodiesOf(tx, versions)
  const body = <K extends DocumentKind>(kind: K): DocumentBodies[K] => {
    const version = versions.find((each) => each.kind === kind)
    if (!version) {
      throw new GatehouseError('not-found', 'No policy has been loaded for this school.', {
        todo: 'Load the policy folder first.',
      })
    }
    return bodyOf({ ...version, kind })
  }
  const populations = body('populations')
  const recipients = versions.flatMap((version) =>
    version.kind === 'recipient' ? bodyOf({ ...version, kind: 'recipient' }) : [],
  )
  const shown = await standingsOf(tx)
  const { governance } = await tx.selectFrom('school').select('governance').executeTakeFirstOrThrow()
  return {
    items: byId(body('items')),
    law: byId(body('law')),
    prohibitions: body('prohibitions'),
    properties: body('properties'),
    wordings: byId(body('wordings')),
    populations: new Map(populations.map(({ id, when }) => [id, when])),
    populationLabels: new Map(populations.map(({ id, label }) => [id, label])),
    recipients: byId(recipients),
    standings: new Map(
      recipients.map(({ id }): [string, Standing] => [id, shown.get(id) ?? nothingShown(id)]),
    ),
    agreements: new Map(
      versions.flatMap((version): [string, AgreementVersion][] =>
        version.kind === 'agreement' ? [[version.id, asAgreement(version, bodyOf)]] : [],
      ),
    ),
    notice: body('notice'),
    publicAuthority: governance !== 'independent',
  }
}

/** The agreements that wait for a named person's approval, newest version of each, whether or not another is in force. */
export async function proposedAgreements(tx: Tx): Promise<readonly AgreementVersion[]> {
  const versions = (await liveVersions(tx)).filter(
    ({ kind, approvedAt }) => kind === 'agreement' && !approvedAt,
  )
  const bodyOf = await bodiesOf(tx, versions)
  return versions.map((version) => asAgreement(version, bodyOf))
}

/** Of each document the approved version, else the newest one. */
function chosen(versions: readonly KeptVersion[]): readonly KeptVersion[] {
  const choice = new Map<string, KeptVersion>()
  for (const version of versions) {
    const key = `${version.kind}/${version.id}`
    if (!choice.get(key)?.approvedAt) choice.set(key, version)
  }
  return [...choice.values()]
}

const asAgreement = (
  version: KeptVersion,
  bodyOf: Awaited<ReturnType<typeof bodiesOf>>,
): AgreementVersion => ({
  agreement: bodyOf({ ...version, kind: 'agreement' }),
  version: version.version,
  hash: version.hash,
  approvedAt: version.approvedAt,
  approvedBy: version.approvedBy,
})
