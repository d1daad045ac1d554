import { sql } from 'kysely'
import type { SchoolStore, Store } from './core/store/index.ts'
import { GatehouseError, systemClock, type Clock } from './core/vocabulary/index.ts'

/** Clocks that are kept differ by less; a wrong time zone or a flat battery is more. */
const tolerance = 10 * 60_000

/**
 * Sees that this machine's clock can be right: consents, agreements and the ledger go by it. It must not lie before what the
 * ledger recorded last, nor differ from a database server's clock.
 * @throws GatehouseError `misconfigured`.
 */
export async function checkClock(store: Store, school: SchoolStore, clock: Clock): Promise<void> {
  const newest = await school.read((tx) =>
    tx.selectFrom('ledger_entry').select('recorded_at').orderBy('index', 'desc').limit(1).executeTakeFirst(),
  )
  const now = clock.now()
  if (newest && newest.recorded_at.getTime() - now.getTime() > tolerance) {
    throw wrongClock(
      `It says ${now.toISOString()}, and the ledger’s last entry was made at ${newest.recorded_at.toISOString()}.`,
    )
  }
  if (store.engine.kind !== 'postgres') return
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(store.owner)
  const [here, there] = [systemClock.now(), rows[0]?.at ?? systemClock.now()]
  if (Math.abs(here.getTime() - there.getTime()) > tolerance) {
    throw wrongClock(`It says ${here.toISOString()}, and the database server’s says ${there.toISOString()}.`)
  }
}

const wrongClock = (why: string): GatehouseError =>
  new GatehouseError('misconfigured', 'This machine’s clock is wrong.', {
    where: 'the system clock',
    why,
    todo: 'Set the clock and let it be kept by a time server (timedatectl set-ntp true), then start again.',
  })
