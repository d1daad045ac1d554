import type { SchoolStore, Tx } from '../core/store/index.ts'
import { followChoices, type ChoicesFollowed } from '../school/consent/index.ts'
import { stopWaiting } from './stop-waiting.ts'

/**
 * What every import of choices is handed (`follow`): a no that comes in by a file stops the files that wait and demands what
 * left, as one that a person records does (`takeChoice`), in the import's own transaction.
 */
export const followImportedChoices =
  (school: SchoolStore, at: Date) =>
  (tx: Tx, after: number): Promise<ChoicesFollowed> =>
    followChoices(tx, school, after, stopWaiting(school, at), at)
