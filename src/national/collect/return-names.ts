import type { Definitions } from './definitions.ts'

/**
 * Whether a file of a folder may be a return, by its name: XML, an encrypted file, or a CSV that is named as its collection
 * asks. A folder also holds lists.
 */
export async function returnNames(definitions: Definitions): Promise<(name: string) => boolean> {
  const patterns: RegExp[] = []
  for (const { collection, years } of await definitions.list()) {
    const newest = years[0] === undefined ? null : await definitions.year(collection, years[0])
    const named = newest?.message.csv?.fileName
    if (named) patterns.push(new RegExp(`^(?:${named})$`, 'iu'))
  }
  return (name) => /\.(xml|age)$/i.test(name) || patterns.some((pattern) => pattern.test(name))
}
