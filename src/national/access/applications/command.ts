import type { Check } from '../terms/match-codes.ts'
import type { SomeAnswers } from './answers.ts'
import type { Review } from './event.ts'

/** What somebody may ask to do with an application. `commandKinds` lists every one; a test holds that each has a handler. */
export type Command =
  | {
      readonly kind: 'draft'
      readonly answers: SomeAnswers
      readonly parent?: string
      readonly copiedFrom?: string
    }
  | { readonly kind: 'save'; readonly answers: SomeAnswers }
  | { readonly kind: 'submit' }
  | { readonly kind: 'return'; readonly reason: string }
  | { readonly kind: 'find-feasible'; readonly feasible: boolean; readonly reason: string }
  | { readonly kind: 'confirm-gateway'; readonly gateway: string; readonly reason: string }
  | { readonly kind: 'give-benefits'; readonly answers: SomeAnswers }
  | { readonly kind: 'declare-conflict'; readonly about: string }
  | { readonly kind: 'resolve-check'; readonly check: string; readonly met: boolean; readonly reason: string }
  | { readonly kind: 'review'; readonly review: Review }
  | { readonly kind: 'decide' }
  | { readonly kind: 'meet-condition'; readonly condition: number; readonly evidence: string }
  | {
      readonly kind: 'sign'
      readonly party: 'organisation' | 'department' | 'user'
      readonly who: string
      readonly hash: string
    }
  | { readonly kind: 'suspend'; readonly cause: string; readonly reasons: readonly string[] }
  | { readonly kind: 'restore'; readonly reason: string }
  | { readonly kind: 'remove-user'; readonly user: string }
  | { readonly kind: 'end'; readonly reason: string }
  | { readonly kind: 'certify'; readonly method: string; readonly evidence: string; readonly on: string }
  | { readonly kind: 'accept-certificate' }
  | { readonly kind: 'report-breach'; readonly what: string }
  | { readonly kind: 'revoke'; readonly reason: string }
  | {
      readonly kind: 'record-extract'
      readonly extract: string
      readonly people: number
      readonly rows: number
      readonly entry: number
    }
  | { readonly kind: 'ask-output'; readonly output: string; readonly checks: readonly Check[] }
  | {
      readonly kind: 'judge-output'
      readonly output: string
      readonly sha256: string
      readonly verdict: 'approve' | 'changes' | 'reject'
      readonly reason: string
    }
  | { readonly kind: 'look' }

export const commandKinds = [
  'draft',
  'save',
  'submit',
  'return',
  'find-feasible',
  'confirm-gateway',
  'give-benefits',
  'declare-conflict',
  'resolve-check',
  'review',
  'decide',
  'meet-condition',
  'sign',
  'suspend',
  'restore',
  'remove-user',
  'end',
  'certify',
  'accept-certificate',
  'report-breach',
  'revoke',
  'record-extract',
  'ask-output',
  'judge-output',
  'look',
] as const satisfies readonly Command['kind'][]
