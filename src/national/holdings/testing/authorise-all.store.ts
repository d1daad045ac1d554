import { sql } from 'kysely'
import { asCollector, type Collector } from '../../collect/index.ts'

/** Every return that stands counts as authorised, whatever its findings: what holdings are built of is not what this tests. */
export async function authoriseAll(collector: Collector): Promise<void> {
  await asCollector(collector).write(async (tx) => {
    await sql`update collected_return set state = 'authorised'
      where id in (select return_id from expected_return) and state <> 'waiting-for-validation'`.execute(tx)
  })
}

/** Takes a source’s standing returns back, as a rejection does, so that they can be replaced. */
export async function rejectAll(collector: Collector, source: string): Promise<void> {
  await asCollector(collector).write(async (tx) => {
    await sql`update collected_return set state = 'rejected'
      where source = ${source}::text and id in (select return_id from expected_return)`.execute(tx)
  })
}
