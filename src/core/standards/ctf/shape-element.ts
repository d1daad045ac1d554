import type { CtfElement } from './ctf-pupil.ts'
import type { Part } from './ctf-structure.ts'

export interface Shaped {
  readonly value: Readonly<Record<string, unknown>>
  /** Names of elements that the structure does not know, by path. */
  readonly unknown: readonly string[]
  /** Paths of elements that stand twice where one may stand: which of them is meant can't be told. */
  readonly repeated: readonly string[]
}

/** Turns an element's children into the fields that the structure gives them; empty values are no values. */
export function shapeElement(element: CtfElement, parts: readonly Part[], path = ''): Shaped {
  const value: Record<string, unknown> = {}
  const lists: Record<string, unknown[]> = {}
  const other: CtfElement[] = []
  const unknown: string[] = []
  const repeated: string[] = []
  for (const child of element.children) {
    const place = `${path}${child.name}`
    const part = parts.find((candidate) => candidate.element === child.name)
    if (!part) {
      other.push(child)
      unknown.push(place)
      continue
    }
    const inner =
      part.kind === 'group' || part.kind === 'groups'
        ? shapeElement(child, part.parts, `${place}/`)
        : undefined
    if (inner) {
      unknown.push(...inner.unknown)
      repeated.push(...inner.repeated)
    } else if (child.children.length > 0) {
      other.push(child)
      unknown.push(place)
      continue
    }
    const held = inner ? inner.value : child.text
    if (held === '') continue
    if (part.kind === 'texts' || part.kind === 'groups') {
      const list = (lists[part.field] ??= [])
      list.push(held)
      value[part.field] = list
    } else if (part.field in value) {
      repeated.push(place)
      other.push(child)
    } else {
      value[part.field] = held
    }
  }
  if (other.length > 0) value['other'] = other
  return { value, unknown, repeated }
}
