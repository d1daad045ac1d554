import { Worker } from 'node:worker_threads'

/** What to make: the first `returns` of a country's schools, without those that are in already. */
export interface Making {
  readonly schools: number
  /** Schools with more places are left out. */
  readonly places: number
  readonly returns: number
  /** URNs of what is in. */
  readonly known: readonly string[]
}

export interface Made {
  readonly urn: string
  readonly name: string
  /** Pupils in the file, leavers included. */
  readonly pupils: number
  readonly message: Uint8Array<ArrayBuffer>
}

/** How many files are made ahead of what is read: a few large schools’, so that none waits for the next. */
const ahead = 8

/** Returns as another thread makes them, never more than some files ahead. */
export async function* madeReturns(making: Making): AsyncGenerator<Made> {
  const thread = new Worker(new URL('make-returns.ts', import.meta.url), { workerData: making })
  const ready: (Made | null)[] = []
  let failed: Error | undefined
  let wake = (): void => undefined
  thread.on('message', (made: Made | null) => {
    ready.push(made)
    wake()
  })
  thread.on('error', (error: unknown) => {
    failed = error instanceof Error ? error : new Error(String(error))
    wake()
  })
  thread.postMessage(ahead)
  try {
    for (;;) {
      while (ready.length === 0 && !failed) await new Promise<void>((resolve) => (wake = resolve))
      if (failed) throw failed
      const made = ready.shift()
      if (!made) return
      thread.postMessage(1)
      yield made
    }
  } finally {
    await thread.terminate()
  }
}
