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

export function addStart(program: Command, run: Runner): void {
  const start = program
    .command('start')
    .description('play the demonstration school’s day once in the data folder, then serve it')
  does(start, run, async ({ application, settings, say }) =>
    untilTold(await application.start(settings(), say)),
  )
}

export function addServe(program: Command, run: Runner): void {
  const serve = program.command('serve').description('serve pages, API and log; deliver what is due')
  does(serve, run, async ({ application, settings }) => untilTold(await application.serve(settings())))
}
