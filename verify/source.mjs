// Where a log's files come from: a folder, or an address.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The log could not be read at all; says nothing about whether it is good. */
export class Unreadable extends Error {}

const maxBytes = 256 * (65_535 + 2) // a full bundle of the longest entries

/** `read(path)`: the file's bytes, or undefined when there is none. `list()`: every file, or undefined when it can't be told. */
export function openSource(where) {
  return /^https?:\/\//.test(where) ? openUrl(where) : openFolder(where)
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
        return readFileSync(join(folder, path))
      } catch (error) {
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

function openUrl(address) {
  const base = address.endsWith('/') ? address : `${address}/`
  return {
    async read(path) {
      let response
      try {
        response = await fetch(new URL(path, base), { signal: AbortSignal.timeout(30_000) })
        if (response.status === 404 || response.status === 410) return undefined
        if (!response.ok) throw new Error(`the server answers ${response.status}`)
        const parts = []
        let length = 0
        for await (const part of response.body) {
          length += part.length
          if (length > maxBytes) throw new Error('the answer is longer than any file of a log')
          parts.push(part)
        }
        return Buffer.concat(parts)
      } catch (error) {
        throw new Unreadable(`${new URL(path, base)} can’t be read: ${error.cause?.message ?? error.message}`)
      }
    },
    async list() {
      return undefined
    },
  }
}
