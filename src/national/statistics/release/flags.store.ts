import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import { asCollector, type Collector } from '../../collect/index.ts'
import { recordEvent, versionsIn } from './versions.store.ts'

/**
 * Flags every published version that was drafted before a merge or split of references: its figures may be others now. Told
 * once for each change. Gives how many flags are new.
 */
export const flagTouched = (collector: Collector, at: Date): Promise<number> =>
  asCollector(collector).write(async (tx) => {
    let flagged = 0
    for (const version of await versionsIn(tx, ['published'])) {
      const { rows } = await sql<{ number: string; kind: string }>`
        insert into statistic_flag (publication, data_set, version_id, change, kind, flagged_at)
        select ${version.publication}, ${version.dataSet}, ${version.id}::uuid, c.number, c.kind, ${at}::timestamptz
        from match_change c where c.at > ${version.draftedAt}::timestamptz
        on conflict do nothing returning change as number, kind`.execute(tx)
      if (rows.length === 0) continue
      flagged += rows.length
      await recordEvent(
        tx,
        version,
        'flag',
        { actor: { kind: 'job', name: 'matching', role: 'collector' } },
        `${String(rows.length)} changes of references since it was made`,
        at,
      )
    }
    return flagged
  })

export const flagsOf = async (tx: Tx, id: string): Promise<number> =>
  Number(
    (
      await tx
        .selectFrom('statistic_flag')
        .select((each) => each.fn.countAll().as('count'))
        .where('version_id', '=', id)
        .executeTakeFirstOrThrow()
    ).count,
  )
