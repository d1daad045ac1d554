import type { Tx } from '../../core/store/index.ts'
import type { AgreementVersion, Standing } from '../../core/vocabulary/index.ts'
import { nothingShown, type CurrentPolicy } from './current-policy.ts'
import { bodiesOf, liveVersions, type BodyOf, type KeptVersion } from './document.store.ts'
import { policyOf } from './newest-policy.store.ts'
import { standingsOf } from './standing.store.ts'

/**
 * The school's policy at this moment, read in this transaction: a release that reads it here is decided by it alone.
 * @throws GatehouseError `not-found` when no policy was ever loaded for the school.
 */
export async function currentPolicy(tx: Tx): Promise<CurrentPolicy> {
  const versions = chosen(await liveVersions(tx))
  const { policy, bodyOf } = await policyOf(tx, versions)
  const shown = await standingsOf(tx)
  const { governance } = await tx.selectFrom('school').select('governance').executeTakeFirstOrThrow()
  return {
    ...policy,
    standings: new Map(
      [...policy.recipients.keys()].map((id): [string, Standing] => [id, shown.get(id) ?? nothingShown(id)]),
    ),
    agreements: new Map(
      versions.flatMap((version): [string, AgreementVersion][] =>
        version.kind === 'agreement' ? [[version.id, asAgreement(version, bodyOf)]] : [],
      ),
    ),
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

const asAgreement = (version: KeptVersion, bodyOf: BodyOf): AgreementVersion => ({
  agreement: bodyOf({ ...version, kind: 'agreement' }),
  version: version.version,
  hash: version.hash,
  approvedAt: version.approvedAt,
  approvedBy: version.approvedBy,
})
