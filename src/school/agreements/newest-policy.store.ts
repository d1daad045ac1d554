import type { Policy } from '../../core/policy/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { bodiesOf, liveVersions, type BodyOf, type KeptVersion } from './document.store.ts'
import { byId, type DocumentBodies, type DocumentKind } from './policy-document.ts'

/** The policy as it was last loaded, approved or not: what `policy/` would read as. */
export async function newestPolicy(tx: Tx): Promise<Policy> {
  const newest = new Map(
    (await liveVersions(tx)).map((version) => [`${version.kind}/${version.id}`, version]),
  )
  return (await policyOf(tx, [...newest.values()])).policy
}

/**
 * A policy from one version of each document.
 * @throws GatehouseError `not-found` when the school has none.
 */
export async function policyOf(
  tx: Tx,
  versions: readonly KeptVersion[],
): Promise<{ readonly policy: Policy; readonly bodyOf: BodyOf }> {
  const bodyOf = await bodiesOf(tx, versions)
  const all = <K extends DocumentKind>(kind: K): readonly DocumentBodies[K][] =>
    versions.filter((version) => version.kind === kind).map((version) => bodyOf({ ...version, kind }))
  const one = <K extends DocumentKind>(kind: K): DocumentBodies[K] => {
    const [body] = all(kind)
    if (body === undefined) {
      throw new GatehouseError('not-found', 'No policy has been loaded for this school.', {
        todo: 'Load the policy folder first.',
      })
    }
    return body
  }
  const populations = one('populations')
  const policy = {
    items: byId(one('items')),
    law: byId(one('law')),
    prohibitions: one('prohibitions'),
    properties: one('properties'),
    wordings: byId(one('wordings')),
    populations: new Map(populations.map(({ id, when }) => [id, when])),
    populationLabels: new Map(populations.map(({ id, label }) => [id, label])),
    recipients: byId(all('recipient')),
    agreements: byId(all('agreement')),
    notice: one('notice'),
  }
  return { policy, bodyOf }
}
