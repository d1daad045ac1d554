import { join } from 'node:path'
import { writeSchoolWorld } from '../world/index.ts'
import { clockOf, playDemonstration, type Played } from './demonstration/index.ts'
import type { CommandSettings, DemonstrationReport, Running } from './faces/cli/index.ts'
import { openSettingsStore } from './open-settings-store.ts'
import { close, serveOver, sureOfPort, wire } from './run-gatehouse.ts'

/** The demonstration's morning: a Tuesday in the middle of the autumn term. The world's files exist for this day. */
const demonstrationDay = new Date('2026-11-24T07:30:00Z')

async function play(home: string, settings: CommandSettings, say: (line: string) => void): Promise<Played> {
  const store = await openSettingsStore({ home, databaseUrl: settings.databaseUrl })
  try {
    return await playDemonstration({
      store,
      home,
      outbox: join(home, 'outbox'),
      policyFolder: settings.policyFolder,
      at: demonstrationDay,
      writeWorld: (folder) => writeSchoolWorld(folder),
      open: (over) => wire({ ...settings, home }, over, clockOf(home, demonstrationDay)),
      say,
    })
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Plays the demonstration's day once in this home, then serves it. */
export async function start(settings: CommandSettings, say: (line: string) => void): Promise<Running> {
  await sureOfPort(settings) // before a day's work, not after it
  const played = await play(settings.home, settings, say)
  try {
    const running = await serveOver(played.gatehouse, settings)
    const people = played.staff.map(({ email, role }) => `  ${email} (${role})`)
    return {
      ...running,
      notes: ['Sign in as one of', ...people, `with the password  ${played.password}`],
      stop: async () => {
        await running.stop()
        await played.recipients.close()
      },
    }
  } catch (error) {
    await played.recipients.close()
    throw error
  }
}

/** Plays the demonstration's day into `out`, without a server; where it was played before, tells again what it did. */
export async function demonstrate(
  out: string,
  settings: CommandSettings,
  say: (line: string) => void,
): Promise<DemonstrationReport> {
  const played = await play(out, settings, say)
  try {
    return played.day ?? (await played.retell())
  } finally {
    await played.recipients.close()
    await close(played.gatehouse)
  }
}
