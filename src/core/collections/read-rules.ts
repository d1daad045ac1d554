import type { z } from 'zod'
import type { PolicyFault, PolicyFile } from '../policy/index.ts'
import { parseCondition } from './condition/parse-condition.ts'
import type { rulesShape } from './definition-shapes.ts'
import type { ListedRule, Rule } from './definition.ts'

type Places = Map<string, (message: string, key: string) => PolicyFault>

/** The rules of one file. A number stands once in a collection; where each stands is added to `places`. */
export function readRules(
  file: PolicyFile,
  shaped: z.infer<typeof rulesShape>,
  places: Places,
): {
  readonly rules: readonly Rule[]
  readonly listed: readonly ListedRule[]
  readonly faults: readonly PolicyFault[]
} {
  const rules: Rule[] = []
  const listed: ListedRule[] = []
  const faults: PolicyFault[] = []
  for (const [i, shape] of shaped.entries()) {
    const { rule: number, severity } = shape
    if (places.has(number))
      faults.push(file.fault([i, 'rule'], `Rule ${number} stands twice.`, 'Give each number once.'))
    places.set(number, (message, key) => file.fault([i, key], `Rule ${number}: ${message}`, 'Mend the rule.'))
    if ('listed' in shape) {
      listed.push({ number, severity, reason: shape.listed, about: shape.about })
      continue
    }
    const fails = parseCondition(shape.fails)
    if (!fails.ok) {
      faults.push(
        file.fault(
          [i, 'fails'],
          `Rule ${number}: ${fails.error.message}`,
          `Look at character ${String(fails.error.at + 1)} of the condition.`,
        ),
      )
      continue
    }
    rules.push({
      number,
      severity,
      level: shape.level,
      terms: shape.terms ?? [],
      phases: shape.phases ?? [],
      on: shape.on,
      fails: fails.value,
      points: shape.points,
      message: shape.message,
      note: shape.note ?? { accepts: 'none', says: 'Correct the data.' },
    })
  }
  return { rules, listed, faults }
}
