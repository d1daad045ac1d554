import type { Command } from 'commander'
import type { Answer } from '../answer.ts'
import type { Running } from '../application.ts'
import { does, type Runner } from '../define.ts'

/** Runs until the process is told to end, then stops the server in order. */
export function untilTold(running: Running): Answer {
  const text = [`Gatehouse answers at ${running.url}`, ...running.notes, 'Ctrl-C ends it.'].join('\n')
  const until = new Promise<void>((resolve, reject) => {
    const end = (): void => {
      running.stop().then(resolve, reject)
    }
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  })
  return { text, json: { url: running.url, notes: running.notes }, until }
}

export function defineStart(command: Command, run: Runner): void {
  does(command, run, async ({ application, settings, say }) =>
    untilTold(await application.start(settings(), say)),
  )
}

export function defineServe(command: Command, run: Runner): void {
  does(command, run, async ({ application, settings }) => untilTold(await application.serve(settings())))
}
