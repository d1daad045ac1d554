import type { NationalScope } from '../../../core/vocabulary/index.ts'

/** Whose side somebody of the national side is on, beside their name. */
export function whoseWords(scope: NationalScope): string {
  switch (scope.kind) {
    case 'collector':
      return 'Collector'
    case 'authority':
      return `Local authority ${scope.laNumber}`
    case 'source':
      return `Sender ${scope.source}`
  }
}
