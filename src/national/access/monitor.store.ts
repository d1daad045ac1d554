import { asCollector } from '../collect/index.ts'
import type { Happened } from './applications/event.ts'
import { referencesOf } from './events.store.ts'
import { byItself, type Access } from './open-access.ts'
import { doOn, findApplication } from './work.store.ts'

export interface Looked {
  readonly reference: string
  readonly happened: readonly Happened[]
}

/**
 * Looks at every agreement once: ends what is over, suspends what a condition no longer holds for, reminds, and marks what is
 * overdue. A transaction each, so that one never waits for another. Gives those at which something happened.
 */
export async function lookAtAll(access: Access, at: Date): Promise<readonly Looked[]> {
  const national = asCollector(access.collector)
  const looked: Looked[] = []
  for (const { reference } of await national.read((tx) => referencesOf(tx))) {
    const happened = await national.write(async (tx) => {
      const events: Happened[] = []
      for (;;) {
        const found = await findApplication(tx, reference)
        const done = await doOn(access, tx, found, { kind: 'look' }, byItself, at)
        if (!done.ok || done.value.happened.length === 0) break
        events.push(...done.value.happened)
      }
      return events
    })
    if (happened.length > 0) looked.push({ reference, happened })
  }
  return looked
}
