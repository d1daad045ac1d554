import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { StatisticVersion } from './version.ts'

export const failedChecks = ({ checks }: Pick<StatisticVersion, 'checks'>): StatisticVersion['checks'] =>
  checks.filter(({ outcome }) => outcome === 'fail')

/** @throws GatehouseError `conflict` naming the checks that failed */
export function notWhileFailed(version: Pick<StatisticVersion, 'checks'>): void {
  const failed = failedChecks(version)
  if (failed.length === 0) return
  throw new GatehouseError('conflict', 'A version whose checks failed is not signed off.', {
    why: failed.map(({ says }) => says).join(' '),
    todo: 'Put the table right, build it again and draft that.',
  })
}
