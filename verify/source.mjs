// Where a log's files come from: a folder, or an address.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Convicted } from './note.mjs'

/** The log could not be read at all; says nothing about whether it is good. */
export class Unreadable extends Error {}

const maxBytes = 256 * (65_535 + 2) // a full bundle of the longest entries
const tooLong = () => new Convicted('it is longer than any file of a log')

/**
 * `read(path)`: the file's bytes, or undefined when there is none. `list()`: every file, or undefined when it can't be told.
 * `patience`: how many milliseconds a server may take for one file.
 */
export function openSource(where, { patience = 30_000 } = {}) {
  return /^https?:\/\//.test(where) ? openUrl(where, patience) : openFolder(where)
}

function openFolder(folder) {
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder')
  } catch (error) {
    throw new Unreadable(`The folder ${folder} can’t be read: ${error.message}`)
  }
  return {
    async read(path) {
      try {
        const file = statSync(join(folder, path))
        if (!file.isFile()) return undefined
        if (file.size > maxBytes) throw tooLong()
        return readFileSync(join(folder, path))
      } catch (error) {
        if (error instanceof Convicted) throw error
        if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code)) return undefined
        throw new Unreadable(`${path} can’t be read: ${error.message}`)
      }
    },
    async list() {
      const files = []
      const walk = (below) => {
        for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
          const path = below === '' ? entry.name : `${below}/${entry.name}`
          if (entry.isDirectory()) walk(path)
          else files.push(path)
        }
      }
      walk('')
      return files.sort()
    },
  }
}

function openUrl(address, patience) {
  const base = address.endsWith('/') ? address : `${address}/`
  return {
    async read(path) {
      let response
      try {
        response = await fetch(new URL(path, base), { signal: AbortSignal.timeout(patience) })
        if (response.status === 404 || response.status === 410) return undefined
        if (!response.ok) throw new Error(`the server answers ${response.status}`)
        const parts = []
        let length = 0
        for await (const part of response.body) {
          length += part.length
          if (length > maxBytes) throw tooLong()
          parts.push(part)
        }
        return Buffer.concat(parts)
      } catch (error) {
        if (error instanceof Convicted) throw error
        throw new Unreadable(`${new URL(path, base)} can’t be read: ${error.cause?.message ?? error.message}`)
      }
    },
    async list() {
      return undefined
    },
  }
}
