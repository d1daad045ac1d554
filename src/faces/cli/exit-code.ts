import type { ErrorCode } from '../../core/vocabulary/index.ts'

/** What a shell learns from a command. */
export const exitCodes = {
  done: 0,
  fault: 1,
  usage: 2,
  refused: 3,
  input: 4,
  absent: 5,
  locked: 6,
  store: 7,
  delivery: 8,
  misconfigured: 9,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The one mapping from expected failures to exit codes. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'not-allowed':
      return exitCodes.refused
    case 'bad-input':
    case 'bad-policy':
      return exitCodes.input
    case 'not-found':
    case 'conflict':
      return exitCodes.absent
    case 'locked':
      return exitCodes.locked
    case 'store-failed':
    case 'ledger-broken':
      return exitCodes.store
    case 'delivery-failed':
      return exitCodes.delivery
    case 'misconfigured':
      return exitCodes.misconfigured
  }
}
