import { join } from 'node:path'
import { openStore, type Store } from './core/store/index.ts'
import type { Settings } from './settings.ts'

/** Opens the store named by the settings; a school need not stand in it yet. */
export const openSettingsStore = (settings: Pick<Settings, 'home' | 'databaseUrl'>): Promise<Store> =>
  openStore(
    settings.databaseUrl ? { databaseUrl: settings.databaseUrl } : { folder: join(settings.home, 'store') },
  )
