import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'

export interface NewTask {
  readonly kind: string
  readonly forRole: string
  /** Words only. */
  readonly title: string
  /** Ids and codes only. */
  readonly detail: Readonly<Record<string, unknown>>
  /** The cause: one task of it is open at a time. */
  readonly key: string
  readonly dueAt?: Date | null
}

/** Opens a task once for one cause; of one that is open already the newer detail is taken, unless it is told to stand. */
export async function openTask(
  tx: Tx,
  school: SchoolStore,
  task: NewTask,
  at: Date,
  ifOpen: 'renew' | 'leave' = 'renew',
): Promise<void> {
  await tx
    .insertInto('task')
    .values({
      school_urn: school.urn,
      kind: task.kind,
      for_role: task.forRole,
      title: task.title,
      detail: JSON.stringify(task.detail),
      dedupe_key: task.key,
      opened_at: at,
      due_at: task.dueAt ?? null,
    })
    .onConflict((conflict) => {
      const open = conflict
        .columns(['school_urn', 'dedupe_key'])
        .where('closed_at', 'is', null)
        .where('dedupe_key', 'is not', null)
      return ifOpen === 'renew' ? open.doUpdateSet({ detail: sql`excluded.detail` }) : open.doNothing()
    })
    .execute()
}

/** Closes the open task of a cause that is gone; nothing happens when there is none. */
export async function closeTask(
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
