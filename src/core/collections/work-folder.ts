import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

const beginning = `gatehouse-return~${hostname()}~`

/**
 * A folder of this process alone for the rows of a return while it is checked, in `within`. Those of processes of this machine
 * that have ended, and left a return’s rows in plain form, are removed: its name says which process, and when that began.
 */
export async function makeWorkFolder(within: string = tmpdir()): Promise<string> {
  for (const name of await readdir(within)) {
    const [pid, began] = name.startsWith(beginning) ? name.slice(beginning.length).split('~') : []
    if (pid === undefined || isRunning(Number(pid), began ?? '')) continue
    // Another’s, perhaps: it is for them to remove.
    await rm(join(within, name), { recursive: true, force: true }).catch(() => undefined)
  }
  return mkdtemp(join(within, `${beginning}${String(process.pid)}~${beginningOf(process.pid)}~`))
}

/** A process’s number is used again: in a container that is started again it is mostly the same. */
function isRunning(pid: number, began: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return began === beginningOf(pid)
}

/** In the kernel’s count (field 22 of /proc/PID/stat); nothing where there is no /proc. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
