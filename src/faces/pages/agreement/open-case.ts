import { compileCase, type CompiledCase } from '../../../core/decide/index.ts'
import { GatehouseError, type AgreementVersion } from '../../../core/vocabulary/index.ts'
import { nothingShown, type CurrentPolicy } from '../../../school/agreements/index.ts'

/**
 * One agreement of the policy in force, made ready to decide.
 * @throws GatehouseError `bad-policy` when it can't be compiled; loading refuses such a one, so that is a broken store.
 */
export function openCase(current: CurrentPolicy, version: AgreementVersion, at: Date): CompiledCase {
  const { agreement } = version
  const recipient = current.recipients.get(agreement.recipient)
  if (!recipient)
    throw new GatehouseError('bad-policy', `The recipient of agreement ${agreement.id} is missing.`)
  const compiled = compileCase(current, {
    at,
    version,
    recipient,
    standing: current.standings.get(recipient.id) ?? nothingShown(recipient.id),
  })
  if (!compiled.ok) throw new GatehouseError('bad-policy', `Agreement ${agreement.id} can’t be compiled.`)
  return compiled.value
}
