import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Measure } from '../import/index.ts'
import { measuresOf, type England } from './report.ts'

const script = fileURLToPath(new URL('collect-england.ts', import.meta.url))

/**
 * England’s returns in a process of its own. With `--folder` what is in stays and the next run goes on; without one it is
 * thrown away, and without a bound it ends after three minutes and says how long all would take.
 */
export async function run(args: readonly string[] = []): Promise<readonly Measure[]> {
  const kept = args.some((arg) => arg.startsWith('--folder'))
  const bound = args.some((arg) => /^--(minutes|returns)/.test(arg)) || kept
  const folder = kept ? null : mkdtempSync(join(tmpdir(), 'gatehouse-bench-england-'))
  const all = [
    ...args,
    ...(folder === null ? [] : ['--folder', folder]),
    ...(bound ? [] : ['--minutes', '3']),
  ]
  try {
    const child = spawn(process.execPath, [script, ...all], { stdio: ['ignore', 'pipe', 'inherit'] })
    // The terminal interrupts both: the collector ends what is under way and says what it has.
    process.once('SIGINT', () => undefined)
    const [out, [code]] = await Promise.all([
      text(child.stdout),
      once(child, 'close') as Promise<[number | null]>,
    ])
    if (code !== 0) throw new Error('the run ended before it was done: start it again with the same folder')
    return measuresOf(JSON.parse(out) as England)
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
}
