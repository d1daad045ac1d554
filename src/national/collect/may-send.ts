import type { Person } from './collector.ts'
import { refusal, type Refusal } from './refusal.ts'
import type { Source } from './sources.store.ts'

/** A source sends its own return, an authority those of its area; the collector and its operator any. */
export function maySend({ scope }: Person, source: Pick<Source, 'laNumber' | 'source'>): Refusal | null {
  const own =
    scope.kind === 'collector' ||
    (scope.laNumber === source.laNumber && (scope.kind === 'authority' || scope.source === source.source))
  return own
    ? null
    : refusal(
        'wrong-source',
        'The file is of another source than who sends it.',
        'Choose the file of your own return.',
        1,
      )
}
