import { systemClock } from './core/vocabulary/index.ts'
import { createCollectorApp, startServer } from './faces/api/index.ts'
import type { CommandSettings, Running } from './faces/cli/index.ts'
import { giveNationalPassword, oneTimeDays, type CollectorHouse } from './faces/index.ts'
import { addAccount, asCollector, openCollector, resume } from './national/collect/index.ts'
import { accountsOf } from './national/collect/show/index.ts'
import { startSftp, type RunningSftp } from './faces/sftp/index.ts'
import { openSettingsStore } from './open-settings-store.ts'
import { sureOfPort } from './run-gatehouse.ts'

/** Whoever signs in first at a collector that nobody works for yet. */
export interface FirstPerson {
  readonly email: string
  readonly name: string
}

/** Serves a collector without a school: its pages, its API, SFTP where a port is set, and what an ended run left waiting. */
export async function serveCollector(settings: CommandSettings, first: FirstPerson): Promise<Running> {
  await sureOfPort(settings)
  const store = await openSettingsStore(settings)
  try {
    const { home, policyFolder, publicUrl } = settings
    const collector = await openCollector({ store, home, policyFolder, origin: publicUrl })
    const house: CollectorHouse = { settings: { publicUrl }, clock: systemClock, collector }
    const notes = await firstSignIn(house, first)
    // Finished beside the rest; a fault in it stops nothing.
    void resume(collector, house.clock.now()).catch(() => undefined)
    const server = await startServer(createCollectorApp(house), settings.port, settings.host)
    let sftp: RunningSftp | undefined
    try {
      if (settings.sftpPort !== undefined) sftp = await startSftp(house, settings.sftpPort, settings.host)
    } catch (error) {
      await server.stop()
      throw error
    }
    return {
      url: publicUrl.replace(/:0$/, `:${server.port}`),
      notes: sftp
        ? [...notes, `SFTP at port ${String(sftp.port)}, host key ${sftp.fingerprint} (${sftp.hostKey})`]
        : notes,
      stop: async () => {
        await sftp?.stop()
        await server.stop()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Enters the first person where the collector has nobody, with a one-time password; else says who can sign in. */
async function firstSignIn(
  { collector, clock }: CollectorHouse,
  first: FirstPerson,
): Promise<readonly string[]> {
  const own = asCollector(collector)
  const people = (await own.read(accountsOf)).filter(({ scope }) => scope.kind === 'collector')
  if (people.length > 0) {
    const able = people.filter(({ disabledAt, hasPassword }) => disabledAt === null && hasPassword)
    return able.length > 0
      ? []
      : ['Nobody of the collector can sign in: `gatehouse collect password` gives a one-time password.']
  }
  const at = clock.now()
  await own.write((tx) => addAccount(tx, { scope: { kind: 'collector' }, ...first }, at))
  const password = await giveNationalPassword(own, first.email, at)
  return [
    `Sign in as ${first.email}`,
    `with the one-time password  ${password}  within ${String(oneTimeDays)} days. It is shown this once.`,
  ]
}
