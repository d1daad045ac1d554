import type { Person } from './collector.ts'
import type { Source } from './sources.store.ts'

/** A source as it acts by its own key. */
export const personOf = ({
  laNumber,
  source,
  name,
}: Pick<Source, 'laNumber' | 'source' | 'name'>): Person => ({
  scope: { kind: 'source', laNumber, source },
  actor: { kind: 'token', name, role: 'source' },
})
