// For tests: the rule once more, as plain definitions over the whole history, and the random histories to try it on.
import fc from 'fast-check'
import type { ChoiceKind, ConsentState } from '../../core/vocabulary/index.ts'
import type { ChoiceMade, PurposeStanding } from './standing-choice.ts'

/** Any history, legal or not: an import may bring one. */
export const choicesMade = (
  contacts: readonly string[],
  words: string,
  at: Date,
  kind: ChoiceKind = 'consent',
): fc.Arbitrary<ChoiceMade[]> =>
  fc
    .array(
      fc.record({
        giver: fc.constantFrom(...contacts, 'pupil', 'school'),
        answer: fc.constantFrom<ConsentState>(
          'requested',
          'deferred',
          'given',
          'given',
          'renewed',
          'refused',
          'withdrawn',
        ),
        // Now and then a choice of another kind under the same purpose, as a careless import might bring.
        kind: fc.constantFrom<ChoiceKind>(kind, kind, kind, kind, kind, 'opt-out'),
        end: fc.constantFrom<ConsentState>('revoked', 'expired', 'invalidated'),
        wordingSha256: fc.constantFrom(words, words, 'b'.repeat(64)),
        recorded: fc.constantFrom(-3, -2, -1, 0, 1),
        expires: fc.constantFrom(null, null, null, -1, 0, 1),
      }),
      { maxLength: 8 },
    )
    .map((rows) =>
      rows.map((row, i) => ({
        sequence: i + 1,
        kind: row.kind,
        state: row.giver === 'school' ? row.end : row.answer,
        giver: row.giver === 'pupil' || row.giver === 'school' ? row.giver : 'contact',
        giverContactId: contacts.includes(row.giver) ? row.giver : null,
        wordingSha256: row.wordingSha256,
        recordedAt: new Date(at.getTime() + row.recorded * 1000),
        expiresAt: row.expires === null ? null : new Date(at.getTime() + row.expires * 1000),
      })),
    )

const order = [
  'given',
  'other-wording',
  'invalidated',
  'revoked',
  'expired',
  'requested',
  'deferred',
] as const

export function naiveStanding(
  all: readonly ChoiceMade[],
  entitled: (giver: string, state: ConsentState) => boolean,
  rule: { readonly kind: ChoiceKind; readonly wordingSha256: string | null },
  at: Date,
): PurposeStanding {
  const past = all.filter((c) => c.recordedAt <= at && c.kind === rule.kind)
  const who = (c: ChoiceMade): string => c.giverContactId ?? c.giver
  const lastOfGiver = (c: ChoiceMade, among: readonly ChoiceMade[]): boolean =>
    !among.some((d) => who(d) === who(c) && d.sequence > c.sequence)
  const people = past.filter((c) => c.giver !== 'school')
  const answers = people.filter((c) => c.state !== 'requested' && c.state !== 'deferred')
  const stand = (c: ChoiceMade): ConsentState | 'other-wording' => {
    if (c.state !== 'given' && c.state !== 'renewed') return c.state
    const ended = past.filter((d) => d.giver === 'school' && d.sequence > c.sequence).at(-1)
    if (ended) return ended.state
    if (c.expiresAt && c.expiresAt <= at) return 'expired'
    return rule.wordingSha256 && rule.wordingSha256 !== c.wordingSha256 ? 'other-wording' : 'given'
  }
  const now = [
    ...answers.filter((c) => lastOfGiver(c, answers)),
    ...people.filter((c) => lastOfGiver(c, people) && !answers.includes(c)),
  ]
  const states = new Set(
    now.filter((c) => entitled(who(c), stand(c) === 'other-wording' ? 'given' : c.state)).map(stand),
  )
  const no = (['refused', 'withdrawn'] as const).find((state) => states.has(state))
  const anyNoWins = rule.kind === 'biometric' || rule.kind === 'opt-out'
  if (no) return states.has('given') && !anyNoWins ? 'disagreement' : no
  return order.find((state) => states.has(state)) ?? 'unknown'
}
