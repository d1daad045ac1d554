import { compileCase } from '../decide/index.ts'
import type { Agreement, Reason, RefusalCode } from '../vocabulary/index.ts'
import { bestStanding } from './best-standing.ts'
import type { Surroundings } from './check-agreement.ts'
import { expandUses } from './expand-populations.ts'
import type { PolicyFile, PolicyPath } from './policy-file.ts'
import type { PolicyFault } from './policy.ts'

/**
 * Asks the decision itself whether each listed item could ever leave: on the agreement's first day, approved, with a
 * recipient in the best of standing. What is refused even then (no Article 9 condition, an instrument that is off, a
 * prohibition) is a fault of the file. An agreement that is switched off may still be incomplete.
 */
export function checkLegally(file: PolicyFile, agreement: Agreement, around: Surroundings): readonly PolicyFault[] {
  const recipient = around.recipients.get(agreement.recipient)
  if (!agreement.enabled || !recipient) return []
  const at = new Date(`${agreement.inForce.from}T12:00:00Z`)
  const plain = {
    ...agreement,
    population: expandUses(agreement.population, around.named).condition,
  }
  const compiled = compileCase(
    { ...around, publicAuthority: true },
    {
      at,
      recipient,
      standing: bestStanding(agreement),
      version: { agreement: plain, version: 1, hash: '', approvedAt: at, approvedBy: 'nobody yet' },
    },
  )
  if (!compiled.ok) {
    return compiled.error.map(({ path, message }) =>
      file.fault(path.split(/[.[\]]/).filter((step) => step !== ''), message, 'Mend it, or remove it.'),
    )
  }
  const told = new Set<string>()
  return agreement.items.flatMap((grant, i) =>
    (compiled.value.gate.get(grant.item) ?? []).flatMap((reason) => {
      // The basis is one for all items: one of them stands for the rest.
      const once = reason.condition === 5 ? reason.code : `${reason.code} ${grant.item}`
      if (told.has(once)) return []
      told.add(once)
      return [tell(file, grant.item, i, reason)]
    }),
  )
}

function tell(file: PolicyFile, item: string, i: number, reason: Reason): PolicyFault {
  return file.fault(places[reason.code] ?? ['items', i, 'item'], `${item} could never leave: ${reason.text}`, todo(reason))
}

const places: Partial<Record<RefusalCode, PolicyPath>> = {
  'basis-missing': ['consent'],
  'basis-not-in-force': ['basis', 'instrument'],
  'basis-schedule-1': ['basis'],
  'basis-not-for-public-authority': ['basis', 'article6'],
}

function todo({ condition, code }: Reason): string {
  if (condition === 7) return 'Remove the item: a prohibition wins over every agreement.'
  if (code === 'basis-not-in-force') return 'Rest the agreement on law in force, or write “enabled: false”.'
  if (condition === 5) return 'Complete “basis”, or remove the item.'
  return 'Complete the agreement, or write “enabled: false”.'
}
