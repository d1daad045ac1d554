import { readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { GatehouseError } from '../vocabulary/index.ts'

interface Holder {
  readonly pid: number
  readonly host: string
  /** Kernel start time of the process where the system tells it: a process id may be used again. */
  readonly started: string | null
  readonly command: string
  readonly since: string
}

/** Kernel start time (field 22 of /proc/PID/stat), or null where there is no /proc. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true // can't be seen from here: assume it lives
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return holder.started === null || startTime(holder.pid) === holder.started
}

const readHolder = (file: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

const heldBy = (folder: string, holder: Holder | undefined): GatehouseError =>
  new GatehouseError('locked', 'The data folder is in use by another process.', {
    where: folder,
    why: holder
      ? `Process ${holder.pid} on ${holder.host} (${holder.command}) has held it since ${holder.since}. Two processes in one embedded store destroy it.`
      : 'Its lock file is being written at this moment.',
    todo: 'Use the running server, or stop that process first.',
  })

/**
 * Takes the exclusive lock of a data folder and returns the function that gives it back. Fails at once with code `locked`
 * and the holder's name. A lock whose process has ended is taken over; one whose process lives never is, however long.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 }) // pupils' data lies here
  const file = join(folder, 'gatehouse.lock')
  const takeover = `${file}.takeover`
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    started: startTime(process.pid),
    command: process.argv
      .slice(1, 3)
      .map((part) => part.split('/').at(-1))
      .join(' '),
    since: new Date().toISOString(),
  }
  const claim = (path: string): boolean => {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx' })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }
  if (!claim(file)) {
    const holder = readHolder(file)
    if (!holder || isAlive(holder)) throw heldBy(folder, holder)
    // One process at a time may clear a dead holder's lock; the check is repeated under this second claim.
    if (!claim(takeover)) {
      const other = readHolder(takeover)
      if (!other || isAlive(other)) throw heldBy(folder, other)
      rmSync(takeover, { force: true })
      if (!claim(takeover)) throw heldBy(folder, readHolder(takeover))
    }
    try {
      const again = readHolder(file)
      if (again && isAlive(again)) throw heldBy(folder, again)
      rmSync(file, { force: true })
      if (!claim(file)) throw heldBy(folder, readHolder(file))
    } finally {
      rmSync(takeover, { force: true })
    }
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true })
  }
}
