import { checkCsv } from './egress-csv.ts'
import { checkCtf } from './egress-ctf.ts'
import { checkJson } from './egress-json.ts'
import type { EgressDecision, EgressFault } from './expected.ts'

/**
 * Reads the bytes that are about to leave and holds them against the decision: exactly the pupils decided, exactly the
 * values permitted, nothing more, nothing cut. Shares no code with the encoders. An empty answer lets the file go.
 */
export async function checkEgress(
  bytes: Uint8Array,
  decision: EgressDecision,
): Promise<readonly EgressFault[]> {
  const { format } = decision.agreement
  switch (format.kind) {
    case 'csv':
      return checkCsv(bytes, format.columns, decision)
    case 'json':
      return checkJson(bytes, decision)
    case 'ctf':
      return checkCtf(bytes, decision)
    case 'return':
    case 'none':
      return [{ code: 'unreadable', place: 'the agreement has no file' }]
  }
}
