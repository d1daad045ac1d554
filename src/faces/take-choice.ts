import type { Actor, Result } from '../core/vocabulary/index.ts'
import {
  recordChoice,
  type ChoiceFault,
  type ChoiceRecorded,
  type NewChoice,
} from '../school/consent/index.ts'
import { schoolFor, type Gatehouse } from './gatehouse.ts'
import { stopWaiting } from './stop-waiting.ts'

/**
 * Records a person's choice, whichever face it came in by. A no stops, in the same transaction, every file that holds the
 * pupil's data under it and has not left yet; the next release by the schedule or by hand is made without the pupil.
 */
export async function takeChoice(
  gatehouse: Gatehouse,
  actor: Actor,
  choice: NewChoice,
): Promise<Result<ChoiceRecorded, ChoiceFault>> {
  const school = schoolFor(gatehouse, actor)
  const at = gatehouse.clock.now()
  return recordChoice(school, choice, stopWaiting(school, at), at)
}
