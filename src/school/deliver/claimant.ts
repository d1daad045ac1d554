import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Kernel start time of a process (field 22 of /proc/PID/stat): its id may be used again. Empty where there is no /proc. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** A name for one sending by this process: others can tell from it whether the process still lives. */
export const newClaimant = (): string =>
  JSON.stringify([hostname(), process.pid, startTime(process.pid), randomUUID()])

/** True only when the claimant ran on this machine and its process is gone: its claim need not run out first. */
export function hasDied(claimant: string | null): boolean {
  if (claimant === null) return false
  let host: unknown
  let pid: unknown
  let started: unknown
  try {
    ;[host, pid, started] = JSON.parse(claimant) as unknown[]
  } catch {
    return false
  }
  if (host !== hostname() || typeof pid !== 'number') return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  return typeof started === 'string' && started !== '' && startTime(pid) !== started
}
