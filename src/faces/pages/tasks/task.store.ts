import type { SchoolStore, Tx } from '../../../core/store/index.ts'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'

export interface Task {
  readonly id: string
  readonly kind: string
  readonly forRole: string
  readonly title: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly openedAt: Date
  readonly dueAt: Date | null
}

/** Open tasks, those due first on top. */
export async function openTasks(tx: Tx): Promise<readonly Task[]> {
  const rows = await tx
    .selectFrom('task')
    .selectAll()
    .where('closed_at', 'is', null)
    .orderBy((e) => e.fn.coalesce('due_at', 'opened_at'))
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    forRole: row.for_role,
    title: row.title,
    detail: row.detail as Record<string, unknown>,
    openedAt: row.opened_at,
    dueAt: row.due_at,
  }))
}

/**
 * Closes a task with what was done about it.
 * @throws GatehouseError `not-found` when it doesn't exist or is closed already.
 */
export async function closeTask(school: SchoolStore, id: string, outcome: string, at: Date): Promise<void> {
  const closed = await school.write((tx) =>
    tx
      .updateTable('task')
      .set({ closed_at: at, closed_by: school.actor.name, outcome })
      .where('id', '=', id)
      .where('closed_at', 'is', null)
      .executeTakeFirst(),
  )
  if (closed.numUpdatedRows === 0n) {
    throw new GatehouseError('not-found', 'This task is closed already, or was never open.')
  }
}

/** A task is for one role; the head and the data protection officer may see to any. */
export const isFor = (task: Task, role: StaffRole): boolean =>
  task.forRole === role || role === 'dpo' || role === 'head'
