// The stand-alone verifier as the tests of this folder drive it: over files held in memory, which can be damaged at will.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Source {
  read(path: string): Promise<Uint8Array | undefined>
  list(): Promise<string[] | undefined>
}
export interface Named {
  name: string
  bytes: Uint8Array
}
export interface Report {
  ok: boolean
  size: number | null
  root: string | null
  signed: { type: string }[]
  checked: { entries: number; files: number; receipts: number }
  convictions: { place: string; why: string }[]
  notes: string[]
  receipts: { index: number; entry: { type: string } | null; pupil: unknown }[]
}
export type VerifyLog = (
  source: Source | undefined,
  options?: { keys?: string[]; policy?: Uint8Array; receipts?: Named[]; old?: Named[] },
) => Promise<Report>

export const verifier = new URL('../../../../verify/', import.meta.url)
export const load = async <T>(file: string): Promise<T> => (await import(new URL(file, verifier).href)) as T
export const { verifyLog } = await load<{ verifyLog: VerifyLog }>('log.mjs')

export const filesOf = (folder: string): Map<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  )

export const sourceOf = (files: ReadonlyMap<string, Uint8Array>): Source => ({
  read: (path) => Promise.resolve(files.get(path)),
  list: () => Promise.resolve([...files.keys()]),
})

export const withFile = (
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
  bytes: Uint8Array | null,
): Map<string, Uint8Array> => {
  const changed = new Map(files)
  if (bytes) changed.set(path, bytes)
  else changed.delete(path)
  return changed
}

export const flipped = (bytes: Uint8Array, at: number, mask: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}

export const complaints = (report: Report): string =>
  report.convictions.map(({ place, why }) => `${place}: ${why}`).join('\n')

/** Fails unless the report convicts and one place begins with the file's path. */
export function assertConvicts(report: Report, path: string, what: string): void {
  assert.equal(report.ok, false, `${what} was not convicted`)
  assert.ok(
    report.convictions.some(({ place }) => place === path || place.startsWith(`${path},`)),
    `${what}: no conviction names ${path}, only ${complaints(report)}`,
  )
}
