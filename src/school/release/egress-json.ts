import { z } from 'zod'
import type { Value } from '../../core/vocabulary/index.ts'
import { expectedPupils, type EgressDecision, type EgressFault } from './expected.ts'
import type { Items } from './permit-rows.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const file = z.strictObject({
  agreement: z.string(),
  version: z.int(),
  decidedAt: z.iso.datetime(),
  pupils: z.array(z.record(z.string(), z.union([scalar, z.array(z.record(z.string(), scalar))]))),
})

export function checkJson(bytes: Uint8Array, decision: EgressDecision): readonly EgressFault[] {
  let parsed: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    parsed = JSON.parse(text)
  } catch {
    return [{ code: 'unreadable', place: 'the file' }]
  }
  const read = file.safeParse(parsed)
  // Parsing hides a key that stands twice and whatever follows the last bracket; writing it again shows both.
  if (!read.success || `${JSON.stringify(parsed, null, 1)}\n` !== text) {
    return [{ code: 'unreadable', place: 'the file' }]
  }
  const { pupils: found, ...envelope } = read.data
  const { pupils, faults: before } = expectedPupils(decision)
  const faults: EgressFault[] = [...before]
  for (const [key, value] of Object.entries(decision.envelope)) {
    if (envelope[key as keyof typeof envelope] !== value) faults.push({ code: 'other-header', place: key })
  }
  if (found.length > pupils.length) faults.push({ code: 'extra-pupil', place: `pupil ${pupils.length + 1}` })
  if (found.length < pupils.length) faults.push({ code: 'missing-pupil', place: `pupil ${found.length + 1}` })
  for (const pupil of pupils) {
    const held = found[pupil.number - 1]
    if (!held) continue
    const place = `pupil ${pupil.number}`
    const own = Object.entries(held).filter(([, value]) => !Array.isArray(value))
    faults.push(...differences(Object.fromEntries(own) as Record<string, Value>, pupil.values, place))
    const subjects = new Set<string>(pupil.children.keys())
    for (const [subject, value] of Object.entries(held)) {
      if (Array.isArray(value) && !subjects.has(subject)) {
        faults.push({ code: 'not-permitted', place: `${place}, ${subject}` })
      }
    }
    for (const [subject, rows] of pupil.children) {
      const list = held[subject]
      if (!Array.isArray(list) || list.length !== rows.length) {
        faults.push({ code: 'other-value', place: `${place}, ${subject}` })
        continue
      }
      rows.forEach((row, i) => {
        faults.push(...differences(list[i] ?? {}, row, `${place}, ${subject} ${i + 1}`))
      })
    }
  }
  return faults
}

/** Holds one object against the values that must stand in it. */
function differences(
  held: Readonly<Record<string, Value>>,
  expected: Items,
  place: string,
): readonly EgressFault[] {
  const faults: EgressFault[] = []
  for (const [item, value] of Object.entries(held)) {
    const wanted = expected.get(item)
    // An empty text is no value; it may stand, for it says nothing.
    if (wanted === undefined && value !== '')
      faults.push({ code: 'not-permitted', place: `${place}, ${item}` })
  }
  for (const [item, value] of expected) {
    const wanted = typeof value === 'string' ? value.normalize('NFC') : value
    if (!(item in held)) faults.push({ code: 'missing-value', place: `${place}, ${item}` })
    else if (held[item] !== wanted) faults.push({ code: 'other-value', place: `${place}, ${item}` })
  }
  return faults
}
