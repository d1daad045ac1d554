import { join } from 'node:path'
import { writeSchoolWorld } from '../world/index.ts'
import type { Actor, Clock } from './core/vocabulary/index.ts'
import { clockOf, playDemonstration, type Played } from './demonstration/index.ts'
import { createApp, startServer } from './faces/api/index.ts'
import { runCommand, type Application, type CommandSettings, type Running } from './faces/cli/index.ts'
import { doorFor, type Gatehouse } from './faces/index.ts'
import { gatehouseOver, openSettingsStore, type OpenGatehouse } from './open-gatehouse.store.ts'
import { startDelivery } from './school/deliver/index.ts'
import { readSettings, type Settings } from './settings.ts'

/** The demonstration's morning: a Tuesday in the middle of the autumn term. The world's files exist for this day. */
const demonstrationDay = new Date('2026-11-24T07:30:00Z')

/** How often the log's public files are brought up to the ledger. Also how long silence may last before it shows. */
const publishEvery = 5_000

const deliverer: Actor = { kind: 'job', name: 'delivery', role: 'system' }

const opened = new WeakMap<Gatehouse, OpenGatehouse>()

async function open(settings: CommandSettings): Promise<Gatehouse> {
  const store = await openSettingsStore(settings)
  try {
    return await wire(settings, store)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function wire(
  settings: CommandSettings,
  store: Gatehouse['store'],
  clock: Clock = clockOf(settings.home),
): Promise<Gatehouse> {
  const gatehouse = await gatehouseOver(store, withSchool(settings), clock)
  opened.set(gatehouse, gatehouse)
  return gatehouse
}

const withSchool = (settings: CommandSettings): CommandSettings & Pick<Settings, 'school'> => ({
  ...settings,
  school: process.env['GATEHOUSE_SCHOOL'] || undefined,
})

const close = async (gatehouse: Gatehouse): Promise<void> => {
  await opened.get(gatehouse)?.close()
}

/** Serves an open Gatehouse, delivers what is due and keeps the log's files up to date, until stopped. */
async function serveOver(gatehouse: Gatehouse, settings: CommandSettings): Promise<Running> {
  await startDelivery(doorFor(gatehouse, deliverer), { clock: gatehouse.clock })
  const app = createApp(gatehouse)
  let publishing: Promise<unknown> = gatehouse.ledger.publish(gatehouse.clock.now())
  const timer = setInterval(() => {
    publishing = publishing.then(
      () => gatehouse.ledger.publish(gatehouse.clock.now()),
      () => gatehouse.ledger.publish(gatehouse.clock.now()),
    )
    publishing.catch(() => undefined) // the ledger's page shows it; the next turn tries again
  }, publishEvery)
  const server = await startServer(app, settings.port)
  return {
    url: settings.publicUrl.replace(/:0$/, `:${server.port}`),
    notes: [],
    stop: async () => {
      clearInterval(timer)
      await server.stop()
      await publishing.catch(() => undefined)
      await close(gatehouse)
    },
  }
}

async function demonstrateOver(
  home: string,
  outbox: string,
  settings: CommandSettings,
  say: (line: string) => void,
): Promise<Played> {
  const store = await openSettingsStore({ home, databaseUrl: settings.databaseUrl })
  try {
    return await playDemonstration({
      store,
      home,
      outbox,
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

const application: Application = {
  settings: () => readSettings(process.env),
  open,
  close,
  openStore: (settings) => openSettingsStore(settings),
  serve: async (settings) => serveOver(await open(settings), settings),
  async start(settings, say) {
    const played = await demonstrateOver(settings.home, join(settings.home, 'outbox'), settings, say)
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
  },
  async demonstrate(out, settings, say) {
    const played = await demonstrateOver(out, join(out, 'outbox'), settings, say)
    await played.recipients.close()
    await close(played.gatehouse)
    return (
      played.day ?? {
        recipients: [],
        ledger: { origin: '', size: 0, root: '' },
        notice: { version: null, drift: [] },
      }
    )
  },
  writeWorld: async (folder, seed) => (await writeSchoolWorld(folder, { seed })).files,
}

/** The command line. @returns the exit code. */
export const main = (argv: readonly string[]): Promise<number> => runCommand(argv, application)
