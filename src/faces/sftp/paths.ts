import { posix } from 'node:path'

/** What a client's path means in the two folders that there are. */
export type Place =
  | { readonly kind: 'root' | 'in' | 'out'; readonly path: string }
  | { readonly kind: 'in-file' | 'out-file'; readonly path: string; readonly name: string }

// A name that is safe in a log, a shell and on any disk. Nothing of the disk is ever looked up by it.
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/
const longest = 400

/** Null: it leads nowhere. `..` stays within, for there is nothing without. */
export function placeOf(path: string): Place | null {
  if (path.length > longest || path.includes('\0')) return null
  const whole = posix.normalize(`/${path}`).replace(/(.)\/$/, '$1')
  if (whole === '/') return { kind: 'root', path: whole }
  const [, folder = '', name, ...more] = whole.split('/')
  if ((folder !== 'in' && folder !== 'out') || more.length > 0) return null
  if (name === undefined) return { kind: folder, path: whole }
  return plainName.test(name) ? { kind: `${folder}-file`, path: whole, name } : null
}
