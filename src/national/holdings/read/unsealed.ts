import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { HoldingsHome } from '../holdings-home.ts'
import { makeFolder } from '../keep/durable.ts'
import { partitionKey } from '../keep/partition-keys.ts'
import { partitionName, type PartitionId } from '../keep/places.ts'
import { readSealed } from '../keep/seal.ts'

/** A private folder for what an engine needs in the clear while it is open, and its own spill. Gone with `clear`. */
export interface Unsealed {
  readonly folder: string
  open(of: PartitionId, sealed: string): Promise<string>
  clear(): Promise<void>
}

const within = (home: HoldingsHome): string => join(home.folder, '.open')

export async function unsealed(home: HoldingsHome): Promise<Unsealed> {
  await clearAbandoned(home)
  const folder = join(within(home), `${hostname()}~${String(process.pid)}~${randomUUID()}`)
  await makeFolder(folder)
  return {
    folder,
    open: async (of, sealed) => {
      const key = await partitionKey(home, 'sensitive', of)
      const file = join(folder, `${partitionName(of)}.parquet`)
      await pipeline(
        readSealed(sealed, key, `rows ${JSON.stringify(of)}`),
        createWriteStream(file, { flags: 'wx', mode: 0o600 }),
      )
      return file
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Removes what a process of this machine that is gone left open. */
async function clearAbandoned(home: HoldingsHome): Promise<void> {
  for (const name of await readdir(within(home)).catch(() => [])) {
    const [host = '', pid = ''] = name.split('~')
    if (host === hostname() && !isRunning(Number(pid)))
      await rm(join(within(home), name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
