import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'

export interface ConsentTask {
  readonly kind: 'consent-disagreement' | 'recall-due'
  readonly title: string
  /** Ids and codes only. */
  readonly detail: Readonly<Record<string, unknown>>
  readonly key: string
  readonly dueAt: Date | null
}

/** Opens a task for the data protection officer, once for one cause; a task already open takes the newer detail. */
export async function openConsentTask(
  tx: Tx,
  school: SchoolStore,
  task: ConsentTask,
  at: Date,
): Promise<void> {
  await tx
    .insertInto('task')
    .values({
      school_urn: school.urn,
      kind: task.kind,
      for_role: 'dpo',
      title: task.title,
      detail: JSON.stringify(task.detail),
      dedupe_key: task.key,
      opened_at: at,
      due_at: task.dueAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['school_urn', 'dedupe_key'])
        .where('closed_at', 'is', null)
        .where('dedupe_key', 'is not', null)
        .doUpdateSet({ detail: sql`excluded.detail` }),
    )
    .execute()
}

/** Closes the open task of a cause that has gone; nothing happens when there is none. */
export async function closeConsentTask(
  tx: Tx,
  school: SchoolStore,
  key: string,
  outcome: string,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('task')
    .set({ closed_at: at, closed_by: school.actor.name, outcome })
    .where('dedupe_key', '=', key)
    .where('closed_at', 'is', null)
    .execute()
}
