/** A record being put together from paths; a list grows by its next place only. */
export type Draft = Record<string, unknown>

type Path = readonly (string | number)[]

/** Puts a value at a path, making the records and lists on the way. */
export function putAt(draft: Draft, path: Path, value: unknown): void {
  let here: Draft = draft
  path.forEach((step, i) => {
    if (i === path.length - 1) {
      here[step] = value
      return
    }
    here[step] ??= typeof path[i + 1] === 'number' ? [] : {}
    here = here[step] as Draft
  })
}

/** What stands at a path, or undefined. */
export function takeAt(from: object, path: Path): unknown {
  let here: unknown = from
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Draft)[step]
  }
  return here
}
