import { isEntitled, type Relations } from './entitlement.ts'
import type { Purpose } from './purpose.ts'
import { purposeStanding, type ChoiceMade, type PurposeStanding } from './standing-choice.ts'
import type { GiverState } from './transition.ts'

/** Where a pupil stands for a purpose, from its recorded choices and the register. */
export function standingNow(
  choices: readonly ChoiceMade[],
  purpose: Purpose,
  relations: Relations,
  at: Date,
): PurposeStanding {
  const entitled = (giver: string, state: GiverState): boolean =>
    isEntitled(
      relations,
      giver === 'pupil' ? { kind: 'pupil' } : { kind: 'contact', contactId: giver },
      purpose.kind,
      state === 'none' ? 'requested' : state,
      at,
    )
  const asksForWords = purpose.kind !== 'opt-out'
  const wordingSha256 = asksForWords ? (purpose.wording?.sha256 ?? null) : null
  return purposeStanding(choices, entitled, { kind: purpose.kind, wordingSha256 }, at)
}
