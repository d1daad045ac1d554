import { GatehouseError, type AgreementVersion } from '../../core/vocabulary/index.ts'
import type { CurrentPolicy } from '../../school/agreements/index.ts'
import { nearest } from './nearest.ts'

/**
 * The agreements meant by a recipient's or an agreement's id.
 * @throws GatehouseError `not-found` naming the nearest, or what there is.
 */
export function chooseAgreements(
  current: Pick<CurrentPolicy, 'agreements'>,
  named: string,
): readonly AgreementVersion[] {
  const all = [...current.agreements.values()]
  const chosen = all.filter(({ agreement }) => agreement.id === named || agreement.recipient === named)
  if (chosen.length > 0) return chosen
  throw new GatehouseError('not-found', 'No recipient or agreement has this id.', {
    todo: nearest(
      named,
      all.map(({ agreement }) => agreement.id),
    ),
  })
}
