import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measure } from '../import/index.ts'
import { writeReturn } from './write-return.ts'

interface Took {
  readonly found: number
  readonly whole: number
  readonly file: number
  readonly processor: number
  readonly peak: number
}

const mebibyte = 2 ** 20
const script = fileURLToPath(new URL('check-file.ts', import.meta.url))

function check(folder: string, file: string, ...more: string[]): Took {
  const out = execFileSync(process.execPath, [script, file, ...more], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache', 'compiled') },
  })
  return JSON.parse(out) as Took
}

/** Seconds that xmllint takes to read the bytes and do nothing with them; null where it is not installed. */
function xmllint(file: string): { readonly wall: number; readonly processor: number } | null {
  const begun = performance.now()
  const before = process.resourceUsage()
  const done = spawnSync('/bin/sh', ['-c', `xmllint --stream --noout '${file}'; times`], { encoding: 'utf8' })
  if (done.status !== 0 || before.maxRSS === 0) return null
  const children = done.stdout.trim().split('\n').at(-1) ?? ''
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s))
  return { wall: (performance.now() - begun) / 1000, processor: seconds.reduce((sum, each) => sum + each, 0) }
}

/** The least of three: what else the machine does makes it only slower. */
function least<T>(run: () => T, by: (took: T) => number): T {
  return [run(), run(), run()].reduce((best, each) => (by(each) < by(best) ? each : best))
}

function beside(what: string, folder: string, file: string, pupils: number): Measure[] {
  writeReturn(file, pupils)
  check(folder, file)
  const scan = least(
    () => check(folder, file, 'scan'),
    ({ file: took }) => took,
  )
  const whole = least(
    () => check(folder, file),
    ({ file: took }) => took,
  )
  const peer = least(
    () => xmllint(file),
    (took) => took?.wall ?? 0,
  )
  const measures: Measure[] = [
    { what: `${what}: file`, value: statSync(file).size / mebibyte, unit: 'MiB' },
    { what: `${what}: findings`, value: whole.found, unit: 'findings' },
    { what: `${what}: reading it into rows`, value: scan.file / 1000, unit: 's' },
    { what: `${what}: reading, loading, every rule`, value: whole.file / 1000, unit: 's' },
    {
      what: `${what}: what loading and rules add to reading`,
      value: (whole.file - scan.file) / 1000,
      unit: 's',
    },
    {
      what: `${what}: the same, processor time`,
      value: (whole.processor - scan.processor) / 1000,
      unit: 's',
    },
    {
      what: `${what}: all of it, processor time of the whole process`,
      value: whole.processor / 1000,
      unit: 's',
    },
  ]
  if (!peer) return measures
  const [ratio, scanRatio] = [whole.file / 1000 / peer.wall, scan.file / 1000 / peer.wall]
  return [
    ...measures,
    { what: `${what}: xmllint --stream --noout`, value: peer.wall, unit: 's' },
    { what: `${what}: xmllint, processor time`, value: peer.processor, unit: 's' },
    { what: `${what}: reading alone beside xmllint`, value: scanRatio, unit: '×' },
    {
      what: `${what}: with load and rules beside xmllint`,
      value: ratio,
      unit: '×',
      aim: 'at most 1.5 ×',
      met: ratio <= 1.5,
    },
  ]
}

/** Both files beside xmllint, then what memory does as files grow to `largest` MB. */
// eslint-disable-next-line @typescript-eslint/require-await -- as every bench
export async function run(
  largest = Number(process.env['BENCH_LARGEST'] ?? 1024),
): Promise<readonly Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-census-'))
  try {
    const file = join(folder, 'return.xml')
    const school = beside('school of 1,500', folder, file, 1500)
    const screen = least(
      () => check(folder, file),
      ({ whole }) => whole,
    )
    const measures: Measure[] = [
      ...school,
      {
        what: 'school of 1,500: from the process’s start to its findings',
        value: screen.whole / 1000,
        unit: 's',
        aim: 'under 1',
        met: screen.whole < 1000,
      },
      ...beside('authority of 28,000', folder, file, 28_000),
    ]
    const perPupil = statSync(file).size / 28_000
    let base: number | null = null
    for (const size of [10, 100, 1024, 2048].filter((each) => each <= largest)) {
      writeReturn(file, Math.round((size * 1e6) / perPupil))
      const { peak, file: took } = check(folder, file)
      base ??= peak
      measures.push(
        {
          what: `memory at ${String(size)} MB`,
          value: peak,
          unit: 'MiB at most',
          ...(size === 10 ? {} : { aim: 'within 50 of that at 10 MB', met: peak - base <= 50 }),
        },
        { what: `time at ${String(size)} MB`, value: took / 1000, unit: 's' },
      )
      console.error(`${String(size)} MB: ${String(Math.round(peak))} MiB, ${String(Math.round(took))} ms`)
    }
    return measures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
