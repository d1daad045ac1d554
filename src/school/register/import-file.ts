import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import type { SchoolStore } from '../../core/store/index.ts'
import { dateInEngland, GatehouseError } from '../../core/vocabulary/index.ts'
import type { Joining } from './apply-pupils.store.ts'
import { loadAttendanceCodes } from './attendance-codes.store.ts'
import type { ChoicesSource } from './choices-source.ts'
import type { CodeSets } from './code-sets.ts'
import type { Staged } from './compare-and-apply.store.ts'
import { csvRows, type Checking } from './csv-rows.ts'
import { ctfRows } from './ctf-rows.ts'
import { elementOf } from './ctf-values.ts'
import { finishRun } from './finish-run.store.ts'
import type { ImportMap } from './import-map.ts'
import type { ImportReport } from './import-report.ts'
import type { Rejection } from './rejection.ts'
import { beginRun, clearStage, stageRows } from './stage.store.ts'
import type { CheckedRows, StagedRow, Warning } from './staged-row.ts'

/** What kind of file comes, and the data that it is read with. */
export type ImportSource =
  | {
      readonly format: 'csv'
      readonly map: ImportMap
      readonly codes: CodeSets
      /** Needed for consents only; without it none is taken. */
      readonly choices?: ChoicesSource
    }
  | {
      readonly format: 'ctf'
      readonly codes: CodeSets
      /** Being at this school, for pupils who are new here; entry is today's date unless it says otherwise. */
      readonly joining?: Joining
    }

export interface ImportOptions {
  readonly at: Date
  /** False: only says what would change. */
  readonly apply: boolean
  /** Name to record, when a stream has none. */
  readonly fileName?: string
  /** Applies the rows that can be used although others are refused. Otherwise one refused row stops the whole file. */
  readonly withoutRejected?: boolean
  /** Somebody has looked: so many are really missing from the whole-roll file. */
  readonly confirmShortRead?: boolean
  /** Share of the roll that may be missing from a whole-roll file before it is held. */
  readonly shortReadShare?: number
  /** Adopted pupils whose identity this import may change: a named person has decided it. Their ids. */
  readonly overwriteProtected?: readonly string[]
  /** `done` and `total` in bytes of the file; `total` only for a file on disk. */
  readonly onProgress?: (progress: { readonly done: number; readonly total?: number }) => void
}

const batchSize = 2000

/** So many faults or warnings are listed: a file that is wrong in every row must not fill the memory, or anybody’s screen. */
const mostListed = 10_000

/** Letters that may stand in a recorded file name; it is shown to people. */
const recordedName = (name: string): string =>
  basename(name)
    .replace(/[^\p{L}\p{N} ._()-]/gu, '_')
    .slice(0, 120)

function openInput(input: Readable | string): { stream: Readable; total: number | undefined } {
  if (typeof input !== 'string') return { stream: input, total: undefined }
  try {
    const stat = statSync(input)
    if (!stat.isFile())
      throw new GatehouseError('bad-input', 'This is a folder, not a file.', { where: input })
    return { stream: createReadStream(input, { highWaterMark: 256 * 1024 }), total: stat.size }
  } catch (error) {
    if (error instanceof GatehouseError) throw error
    throw new GatehouseError('not-found', 'The file can’t be opened.', {
      where: input,
      why: (error as NodeJS.ErrnoException).code ?? 'it gave no reason',
    })
  }
}

/** Nothing here may fail a file except in words: what a stream throws becomes an expected failure. */
async function* counted(stream: Readable, seen: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
      seen(bytes)
      yield bytes
    }
  } catch (error) {
    throw new GatehouseError('bad-input', 'The file can’t be read to its end.', {
      why: (error as NodeJS.ErrnoException).code ?? 'the stream broke',
    })
  }
}

function describe(
  source: ImportSource,
): Pick<Staged, 'main' | 'nested' | 'whole' | 'ownRoll' | 'wholeRoll'> & { id: string } {
  if (source.format === 'ctf') {
    return {
      id: 'ctf',
      main: 'pupils',
      nested: ['contacts', 'fsm', 'sen', 'assessments', 'history'],
      whole: ['sen'],
      ownRoll: false,
      wholeRoll: false,
    }
  }
  const { id, target, wholeRoll } = source.map
  return {
    id,
    main: target,
    nested: [],
    whole: wholeRoll ? [target] : [],
    ownRoll: true,
    wholeRoll: wholeRoll && target === 'pupils',
  }
}

/**
 * Takes a file into the register: reads and checks every row, stages what can be used, compares it with the register, and
 * applies all of it in one transaction or nothing. The same file again changes nothing. What keeps it from being applied,
 * and every refused row with its place, stands in the report; a pupil who is missing from a whole roll gets a leaving date
 * and is never deleted; protections are never touched.
 * @throws GatehouseError `bad-input` with the line when the file can't be read as a whole: nothing is applied then either.
 */
export async function importFile(
  school: SchoolStore,
  source: ImportSource,
  input: Readable | string,
  options: ImportOptions,
): Promise<ImportReport> {
  const { at } = options
  const { stream, total } = openInput(input)
  const kind = describe(source)
  const fileName = recordedName(options.fileName ?? (typeof input === 'string' ? input : 'stream'))
  if (kind.main === 'attendance') await loadAttendanceCodes(school, source.codes)
  const runId = await beginRun(school, kind.id, fileName)

  const hash = createHash('sha256')
  let done = 0
  const bytes = counted(stream, (chunk) => {
    hash.update(chunk)
    done += chunk.length
  })
  const checking: Checking = { codes: source.codes, at, ignored: new Set(), absent: new Set() }
  const checked: AsyncGenerator<CheckedRows> =
    source.format === 'csv' ? csvRows(bytes, source.map, checking) : ctfRows(bytes, checking)

  const rejected: Rejection[] = []
  let rejectedMore = 0
  const warnings: Warning[] = []
  let batch: StagedRow[] = []
  let staged = 0
  let rows = 0
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await stageRows(school, runId, batch)
    staged += batch.length
    batch = []
    options.onProgress?.({ done, ...(total === undefined ? {} : { total }) })
  }
  try {
    for await (const one of checked) {
      rows++
      batch.push(...one.rows)
      for (const fault of one.rejections) {
        if (rejected.length < mostListed) rejected.push(fault)
        else rejectedMore++
      }
      if (warnings.length < mostListed) warnings.push(...one.warnings)
      if (batch.length >= batchSize) await flush()
    }
    await flush()
    const { id, ...what } = kind
    return await finishRun(school, {
      ...what,
      runId,
      joining:
        source.format === 'ctf'
          ? (source.joining ?? { entryDate: dateInEngland(at), enrolmentStatus: 'C' })
          : null,
      choices: (source.format === 'csv' ? source.choices : undefined) ?? null,
      overwrite: options.overwriteProtected ?? [],
      today: dateInEngland(at),
      at,
      apply: options.apply,
      withoutRejected: options.withoutRejected ?? false,
      confirmShortRead: options.confirmShortRead ?? false,
      shortReadShare: options.shortReadShare ?? 0.1,
      columnOf: (of, field) =>
        source.format === 'csv'
          ? (source.map.columns.find((column) => column.field === field)?.header ?? field)
          : elementOf(of, field),
      stagedRows: staged,
      read: {
        source: id,
        fileName,
        sha256: hash.digest('hex'),
        rows,
        rejected,
        rejectedMore,
        warnings,
        ignored: [...checking.ignored].sort(),
        absent: [...checking.absent].sort(),
      },
    })
  } catch (error) {
    stream.destroy()
    // What can't be cleared now, because the store is what failed, the next import clears.
    await school.write((tx) => clearStage(tx, runId)).catch(() => undefined)
    throw error
  }
}
