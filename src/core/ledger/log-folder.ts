import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'

/** The log's public files: what is served under `/log/`. Paths are relative and as in C2SP tlog-tiles. */
export interface LogFolder {
  readonly path: string
  read(path: string): Promise<Uint8Array | undefined>
  /** Puts the whole file in place at once: written aside, made durable, renamed. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Makes the names of what was written durable: call before anything refers to it. */
  settle(): Promise<void>
  remove(path: string): Promise<void>
  /** Names in a folder below, none when it is not there. */
  names(path: string): Promise<readonly string[]>
  /** Every file, without those of unfinished writes. */
  files(): Promise<readonly string[]>
  /** Removes what writes of processes that have ended left behind. */
  sweep(): Promise<void>
}

/** Not part of the log: where files are written before they are renamed into place. */
export const unfinished = '.unfinished'

/** @param step Called after each step with its name: where a test may end the process. */
export function openLogFolder(path: string, step: (name: string) => void): LogFolder {
  const unsettled = new Set<string>()
  const at = (relative: string): string => join(path, ...relative.split('/'))
  const own = `${hostname()}.${process.pid}.`
  return {
    path,
    async read(relative) {
      try {
        return await readFile(at(relative))
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async write(relative, bytes) {
      const target = at(relative)
      const temporary = join(path, unfinished, `${own}${randomUUID()}`)
      await mkdir(dirname(temporary), { recursive: true })
      const file = await open(temporary, 'wx', 0o644)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      step(`written aside ${relative}`)
      await putInPlace(temporary, target)
      for (let folder = dirname(target); folder.startsWith(path); folder = dirname(folder))
        unsettled.add(folder)
      step(`in place ${relative}`)
    },
    async settle() {
      for (const folder of unsettled) {
        try {
          const handle = await open(folder, 'r')
          await handle.sync().finally(() => handle.close())
        } catch (error) {
          if (!isMissing(error)) throw error // the log has outgrown these partial tiles since
        }
      }
      unsettled.clear()
    },
    remove: (relative) => rm(at(relative), { recursive: true, force: true, maxRetries: 5 }),
    async names(relative) {
      try {
        return await readdir(at(relative))
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    },
    async files() {
      const found: string[] = []
      const walk = async (below: string): Promise<void> => {
        const entries = await readdir(at(below), { withFileTypes: true }).catch(noneIfMissing)
        for (const entry of entries) {
          const name = below === '' ? entry.name : `${below}/${entry.name}`
          if (!entry.isDirectory()) found.push(name)
          else if (name !== unfinished) await walk(name)
        }
      }
      await walk('')
      return found.sort()
    },
    async sweep() {
      for (const name of await this.names(unfinished)) {
        const [, host, pid] = /^(.*)\.([0-9]+)\.[0-9a-f-]{36}$/.exec(name) ?? []
        if (host === hostname() && !isAlive(Number(pid)))
          await rm(join(path, unfinished, name), { force: true })
      }
    },
  }
}

/** Makes the folder again when another process removes it in between, as it does with partial tiles that are outgrown. */
async function putInPlace(temporary: string, target: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(target), { recursive: true })
    try {
      await rename(temporary, target)
      return
    } catch (error) {
      if (!isMissing(error) || attempt === 5) throw error
    }
  }
}

function noneIfMissing(error: unknown): never[] {
  if (isMissing(error)) return []
  throw error
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
