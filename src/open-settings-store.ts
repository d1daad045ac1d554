import { existsSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openStore, type Store } from './core/store/index.ts'
import { GatehouseError } from './core/vocabulary/index.ts'
import type { Settings } from './settings.ts'

/** Below this the embedded store may be cut off within a write, and it does not say so: it stands still. */
const leastFreeBytes = 64_000_000

/**
 * Opens the store named by the settings; a school need not stand in it yet.
 * @throws GatehouseError `misconfigured` when the disk of an embedded store is all but full.
 */
export async function openSettingsStore(settings: Pick<Settings, 'home' | 'databaseUrl'>): Promise<Store> {
  if (settings.databaseUrl) return openStore({ databaseUrl: settings.databaseUrl })
  sureOfRoom(settings.home)
  return openStore({ folder: join(settings.home, 'store') })
}

function sureOfRoom(home: string): void {
  let folder = home
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize >= leastFreeBytes) return
  throw new GatehouseError('misconfigured', 'The disk of the data folder is full, or nearly.', {
    where: home,
    why: `${Math.floor((bavail * bsize) / 1_000_000)} MB are free; the embedded store needs ${leastFreeBytes / 1_000_000} MB to open.`,
    todo: 'Make room on that disk, or set GATEHOUSE_HOME to a folder on another.',
  })
}
