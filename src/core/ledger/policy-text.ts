import type { LedgerKeys } from './keys.ts'

/** C2SP tlog-policy: how an outsider trusts this log's checkpoints. No witness is asked for yet. */
export const policyText = ({ vkeys }: LedgerKeys): string =>
  [...vkeys.map((vkey) => `log ${vkey}`), 'quorum none', ''].join('\n')
