import { openAnalytics, type Analytics, type AnalyticsRow } from '../../../core/analytics/index.ts'
import type { Collector } from '../../collect/index.ts'
import { versionsFolder } from '../release/index.ts'

/** The question took longer than one may, or too many wait before it. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}

const instances = 2
const mostWaiting = 64
const longest = 10_000

export interface Cubes {
  /** @throws TookTooLong */
  rows(sql: string): Promise<readonly AnalyticsRow[]>
}

/** A few engines over the folder of versions, opened when first asked. Each answers one question at a time. */
export function cubesOf(collector: Pick<Collector, 'home'>): Cubes {
  const free: Promise<Analytics>[] = []
  const waiting: ((engine: Promise<Analytics>) => void)[] = []
  let opened = 0
  const take = (): Promise<Analytics> => {
    const idle = free.pop()
    if (idle) return idle
    if (opened < instances) {
      opened++
      return openAnalytics({ folders: [versionsFolder(collector)], memory: '512MB', threads: 2 })
    }
    if (waiting.length >= mostWaiting) return Promise.reject(new TookTooLong('Too many questions wait.'))
    return new Promise<Analytics>((resolve) => waiting.push((engine) => resolve(engine)))
  }
  const give = (engine: Promise<Analytics>): void => {
    const next = waiting.shift()
    if (next) next(engine)
    else free.push(engine)
  }
  return {
    async rows(sql) {
      const engine = await within(take())
      const answer = engine.rows(sql)
      // Back among the free ones only once it is done, however long somebody waited.
      void answer.then(
        () => give(Promise.resolve(engine)),
        () => give(Promise.resolve(engine)),
      )
      return within(answer)
    },
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TookTooLong('The question took too long.')), longest)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
