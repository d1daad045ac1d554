import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCtf } from '../../src/core/standards/ctf/index.ts'
import { openStore, type SchoolStore, type Store } from '../../src/core/store/index.ts'
import { importFile, readCodeSets, type ImportReport } from '../../src/school/register/index.ts'
import { writeCtfStream } from '../../world/index.ts'

export interface Measure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What it should reach, in words; absent where it is only information. */
  readonly aim?: string
  readonly met?: boolean
}

const at = new Date('2026-11-24T07:30:00Z')
const mebibyte = 1024 * 1024

/** Runs the work and says how long it took and how far resident memory rose above what it was before. */
async function watched<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number; riseMiB: number }> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const sample = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  const start = performance.now()
  try {
    const value = await work()
    peak = Math.max(peak, process.memoryUsage.rss())
    return { value, seconds: (performance.now() - start) / 1000, riseMiB: (peak - before) / mebibyte }
  } finally {
    clearInterval(sample)
  }
}

async function addSchool(store: Store, urn: string): Promise<SchoolStore> {
  const school = store.school(urn, { kind: 'command', name: 'bench', role: 'system' })
  await school.write((tx) =>
    tx
      .insertInto('school')
      .values({
        school_urn: urn,
        name: 'Bench',
        la_number: '894',
        establishment_number: '2999',
        phase: 'PS',
        governance: 'maintained',
        domain: 'bench.example',
        controller: 'Bench',
        dpo_contact: 'dpo@bench.example',
      })
      .execute(),
  )
  return school
}

const progress = (label: string) => {
  let last = 0
  return ({ done, total }: { done: number; total?: number }): void => {
    const share = Math.floor((10 * done) / (total ?? done))
    if (share > last) process.stderr.write(`${label}: ${10 * (last = share)} %\n`)
  }
}

/**
 * Imports a common transfer file of `pupils` pupils into a store of its own and measures pupils a second and the rise of
 * resident memory over what the process had with the store open. In-process (PGlite on disk) the database itself is in that
 * memory; with `databaseUrl` it is not.
 */
export async function run(
  options: { pupils?: number; databaseUrl?: string | undefined } = {},
): Promise<readonly Measure[]> {
  const pupils = options.pupils ?? 100_000
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-import-'))
  const measures: Measure[] = []
  try {
    const file = join(folder, 'many.xml')
    await writeCtfStream(file, pupils)
    const size = statSync(file).size / mebibyte
    measures.push({ what: 'file', value: size, unit: 'MiB' })

    const parsed = await watched(async () => {
      let read = 0
      for await (const part of readCtf(createReadStream(file))) if (part.kind === 'pupil') read++
      return read
    })
    measures.push(
      { what: 'parsing alone', value: parsed.value / parsed.seconds, unit: 'pupils/s' },
      { what: 'parsing alone, memory', value: parsed.riseMiB, unit: 'MiB over baseline' },
    )

    const codes = await readCodeSets(fileURLToPath(new URL('../../policy/codes', import.meta.url)))
    const store = await openStore({ databaseUrl: options.databaseUrl, folder: join(folder, 'home') })
    try {
      const school = await addSchool(store, '999999')
      const imported = (label: string): Promise<{ value: ImportReport; seconds: number; riseMiB: number }> =>
        watched(() =>
          importFile(school, { format: 'ctf', codes }, file, {
            at,
            apply: true,
            onProgress: progress(label),
          }),
        )
      const first = await imported('import')
      if (first.value.new !== pupils) throw new Error(`${first.value.new} of ${pupils} pupils were imported`)
      const again = await imported('the same file again')
      if (again.value.unchanged !== pupils) throw new Error('the same file again changed something')
      measures.push(
        { what: 'import', value: pupils / first.seconds, unit: 'pupils/s' },
        {
          what: 'import, memory',
          value: first.riseMiB,
          unit: 'MiB over baseline',
          aim: 'under 300',
          met: first.riseMiB < 300,
        },
        { what: 'the same file again', value: pupils / again.seconds, unit: 'pupils/s' },
        { what: 'the same file again, memory', value: again.riseMiB, unit: 'MiB over baseline' },
      )
    } finally {
      await store.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return measures
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pupils = Number(process.argv[2] ?? 100_000)
  for (const { what, value, unit, aim, met } of await run({
    pupils,
    databaseUrl: process.env['DATABASE_URL'],
  })) {
    const verdict = aim === undefined ? '' : `  (aim: ${aim}: ${met === true ? 'met' : 'missed'})`
    console.log(
      `${what.padEnd(30)} ${Math.round(value).toLocaleString('en-GB').padStart(10)} ${unit}${verdict}`,
    )
  }
}
