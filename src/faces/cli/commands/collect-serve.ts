import type { Command } from 'commander'
import { does, text, type Runner } from '../define.ts'
import { untilTold } from './serve.ts'

export function defineCollectServe(collect: Command, run: Runner): void {
  const serve = collect
    .command('serve')
    .description('serve the collector’s pages and API without a school; its first person gets a password')
    .option('--email <email>', 'who signs in first, where the collector has nobody yet')
    .option('--name <name>', 'their name')
  does(serve, run, async ({ application, settings }, options) => {
    const first = {
      email: text(options, 'email') ?? 'first@collector.example',
      name: text(options, 'name') ?? 'The collector’s first person',
    }
    return untilTold(await application.serveCollector(settings(), first))
  })
}
