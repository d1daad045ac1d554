import { join } from 'node:path'
import { checkClock } from './check-clock.store.ts'
import { createOrLoadKeys, openLedger, originOf } from './core/ledger/index.ts'
import { openQueue, type Store } from './core/store/index.ts'
import {
  GatehouseError,
  isUrn,
  systemClock,
  type Actor,
  type Clock,
  type Urn,
} from './core/vocabulary/index.ts'
import type { Gatehouse } from './faces/index.ts'
import { deliveryQueue, fileSecrets } from './school/release/index.ts'
import type { Settings } from './settings.ts'

/** Eight tries, the first pause half a minute, doubling: about two hours until a person is asked. */
const retries = { retryLimit: 8, retryDelay: 30 }

const wiring: Actor = { kind: 'job', name: 'gatehouse', role: 'system' }

/** The school that this installation serves; more than one on one store needs `GATEHOUSE_SCHOOL`. */
async function schoolOf(store: Store, named: string | undefined): Promise<{ urn: Urn; domain: string }> {
  if (named !== undefined) return schoolNamed(store, named)
  // By a policy of its own (migrations/0015): an owner may be bound by row security like anybody.
  const schools = await store.engine.exclusive(() =>
    store.owner.selectFrom('school').select(['school_urn', 'domain']).orderBy('school_urn').execute(),
  )
  const [school, ...others] = schools
  if (!school) {
    throw new GatehouseError('not-found', 'There is no school in this store yet.', {
      todo: 'Run `npm start` for the demonstration school, or `gatehouse found` with your school’s facts.',
    })
  }
  if (others.length > 0) {
    throw new GatehouseError('misconfigured', 'The store holds several schools.', {
      todo: 'Set GATEHOUSE_SCHOOL to the URN of the one meant.',
    })
  }
  return { urn: school.school_urn, domain: school.domain }
}

async function schoolNamed(store: Store, urn: string): Promise<{ urn: Urn; domain: string }> {
  if (!isUrn(urn)) {
    throw new GatehouseError('misconfigured', 'GATEHOUSE_SCHOOL must be a school’s six-digit URN.', {
      where: 'the environment',
    })
  }
  const school = await store
    .school(urn, wiring)
    .read((tx) => tx.selectFrom('school').select('domain').executeTakeFirst())
  if (!school) {
    throw new GatehouseError('not-found', 'The school that GATEHOUSE_SCHOOL names is not in this store.', {
      where: urn,
      todo: 'Check the URN, or put the school there with `gatehouse found`.',
    })
  }
  return { urn, domain: school.domain }
}

export type OpenGatehouse = Gatehouse & { close(): Promise<void> }

/**
 * Wires one school's Gatehouse over an open store: queue, keys, ledger. Closing it closes the store.
 * @throws GatehouseError `not-found` when there is no school, `misconfigured` when it is not clear which or the clock is wrong.
 */
export async function gatehouseOver(
  store: Store,
  settings: Pick<Settings, 'home' | 'publicUrl' | 'policyFolder' | 'school'> &
    Partial<Pick<Settings, 'collectorUrl'>>,
  clock: Clock = systemClock,
): Promise<OpenGatehouse> {
  const { urn, domain } = await schoolOf(store, settings.school)
  const school = store.school(urn, wiring)
  await checkClock(store, school, clock)
  const origin = originOf(domain)
  const logFolder = join(settings.home, 'log')
  const keys = createOrLoadKeys(join(settings.home, 'keys'), origin)
  const queue = await openQueue(store.engine, [deliveryQueue], retries)
  return {
    settings: {
      publicUrl: settings.publicUrl,
      policyFolder: settings.policyFolder,
      collectorUrl: settings.collectorUrl,
    },
    store,
    urn,
    clock,
    queue,
    secrets: fileSecrets(settings.home),
    ledger: openLedger({ school, origin, keys, folder: logFolder }),
    home: settings.home,
    logFolder,
    close: async () => {
      await queue.stop()
      await store.close()
    },
  }
}
