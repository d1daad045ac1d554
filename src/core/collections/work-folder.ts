import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

const beginning = `gatehouse-return~${hostname()}~`

/**
 * A folder of this process alone for the rows of a return while it is checked, in `within`. Those of processes of this machine
 * that have ended, and left a return’s rows in plain form, are removed.
 */
export async function makeWorkFolder(within: string = tmpdir()): Promise<string> {
  for (const name of await readdir(within)) {
    const [pid] = name.startsWith(beginning) ? name.slice(beginning.length).split('~') : []
    if (pid === undefined || isRunning(Number(pid))) continue
    // Another’s, perhaps: it is for them to remove.
    await rm(join(within, name), { recursive: true, force: true }).catch(() => undefined)
  }
  return mkdtemp(join(within, `${beginning}${String(process.pid)}~`))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
