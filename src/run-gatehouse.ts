import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Actor, Clock } from './core/vocabulary/index.ts'
import { clockOf } from './demonstration/index.ts'
import { createApp, startServer } from './faces/api/index.ts'
import type { CommandSettings, Running } from './faces/cli/index.ts'
import { doorFor, type Gatehouse } from './faces/index.ts'
import { gatehouseOver, type OpenGatehouse } from './open-gatehouse.store.ts'
import { openCollector, resume, type Collector } from './national/collect/index.ts'
import { openSettingsStore } from './open-settings-store.ts'
import { startDelivery } from './school/deliver/index.ts'

/** How often the log's public files are brought up to the ledger. Also how long silence may last before it shows. */
const publishEvery = 5_000

const deliverer: Actor = { kind: 'job', name: 'delivery', role: 'system' }

const opened = new WeakMap<Gatehouse, OpenGatehouse>()

/** The school's Gatehouse on the store of the settings. */
export async function open(settings: CommandSettings): Promise<Gatehouse> {
  const store = await openSettingsStore(settings)
  try {
    return await wire(settings, store)
  } catch (error) {
    await store.close()
    throw error
  }
}

export async function wire(
  settings: CommandSettings,
  store: Gatehouse['store'],
  clock: Clock = clockOf(settings.home),
): Promise<Gatehouse> {
  const over = await gatehouseOver(store, settings, clock)
  const collector = await collectorOver(settings, store)
  const gatehouse = collector ? { ...over, collector } : over
  opened.set(gatehouse, over)
  return gatehouse
}

/** The collector of an installation that has its keys: `gatehouse collect` makes them. */
const collectorOver = async (
  { home, policyFolder, publicUrl }: CommandSettings,
  store: Gatehouse['store'],
): Promise<Collector | null> =>
  existsSync(join(home, 'keys', 'collector.key'))
    ? openCollector({ store, home, policyFolder, origin: publicUrl })
    : null

export const close = async (gatehouse: Gatehouse): Promise<void> => {
  await opened.get(gatehouse)?.close()
}

/** Serves pages, API and log, and delivers what is due. */
export async function serve(settings: CommandSettings): Promise<Running> {
  await sureOfPort(settings)
  return serveOver(await open(settings), settings)
}

/** Rejects with the system's error when nothing can listen on the port: asked before the store is opened, or a day played. */
export const sureOfPort = ({ port, host }: CommandSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port, ...(host ? { host } : {}) }, () => probe.close(() => resolve()))
  })

/**
 * Serves an open Gatehouse, delivers what is due and keeps the log's files up to date, until stopped. What fails closes the
 * Gatehouse.
 */
export async function serveOver(gatehouse: Gatehouse, settings: CommandSettings): Promise<Running> {
  try {
    // The first publication is waited for: a log that can't be written must not look like one that is served.
    await gatehouse.ledger.publish(gatehouse.clock.now())
    // What a run that was killed left waiting is finished beside the rest; a fault in it stops nothing.
    if (gatehouse.collector) void resume(gatehouse.collector, gatehouse.clock.now()).catch(() => undefined)
    const server = await startServer(createApp(gatehouse), settings.port, settings.host)
    await startDelivery(doorFor(gatehouse, deliverer), { clock: gatehouse.clock })
    const stopPublishing = keepPublishing(gatehouse)
    return {
      url: settings.publicUrl.replace(/:0$/, `:${server.port}`),
      notes: [],
      stop: async () => {
        await server.stop()
        await stopPublishing()
        await close(gatehouse)
      },
    }
  } catch (error) {
    await close(gatehouse)
    throw error
  }
}

/** Publishes the log again and again, never twice at once. Returns what ends it. */
function keepPublishing(gatehouse: Gatehouse): () => Promise<void> {
  let publishing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    publishing = publishing.then(
      () => gatehouse.ledger.publish(gatehouse.clock.now()),
      () => gatehouse.ledger.publish(gatehouse.clock.now()),
    )
    publishing.catch(() => undefined) // the ledger's page shows it; the next turn tries again
  }, publishEvery)
  return async () => {
    clearInterval(timer)
    await publishing.catch(() => undefined)
  }
}
