import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GatehouseError } from '../vocabulary/index.ts'
import { homeFile, type FilePart } from './manifest.ts'
import { checkPart, readPart, writePart } from './part-file.ts'

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** The files of `top` (a folder or a file) in the home, paths by `/`. What begins with a dot is unfinished work. */
async function filesOf(home: string, top: string): Promise<readonly string[]> {
  const found: string[] = []
  const visit = async (path: string): Promise<void> => {
    const full = join(home, ...path.split('/'))
    try {
      if ((await stat(full)).isDirectory()) {
        const names = (await readdir(full)).filter((name) => !name.startsWith('.')).sort()
        for (const name of names) await visit(`${path}/${name}`)
      } else found.push(path)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  await visit(top)
  // A log's checkpoint lies above its tiles and has to be copied before them: what it promises is then there.
  const depth = (path: string): number => path.split('/').length
  return found.sort((a, b) => depth(a) - depth(b))
}

/** Copies files of the home into the backup. One that vanishes meanwhile is left out: the log gives up partial tiles. */
export async function copyHome(
  home: string,
  tops: readonly string[],
  folder: string,
): Promise<readonly FilePart[]> {
  const parts: FilePart[] = []
  for (const top of tops)
    for (const path of await filesOf(home, top)) parts.push(...(await copyFile(home, path, path, folder)))
  return parts
}

/** None where it is not there. */
async function copyFile(
  home: string,
  from: string,
  path: string,
  folder: string,
): Promise<readonly FilePart[]> {
  const target = homeFile(folder, path)
  const source = join(home, ...from.split('/'))
  try {
    const mode = (await stat(source)).mode & 0o777
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    const written = await writePart(target, createReadStream(source) as AsyncIterable<Uint8Array>, mode)
    return [{ path, mode, ...written }]
  } catch (error) {
    if (!isMissing(error)) throw error
    await rm(target, { force: true })
    return []
  }
}

/** A folder of the home that rows of the store tell of. */
export interface ToldFolder {
  /** Where it stands in the backup, and in the home once its work is done; by `/`. */
  readonly path: string
  /** Where it may lie meanwhile. */
  readonly meanwhile: string
  /** The one file that is of worth while its work goes on; null: the work is done, and all of it is. */
  readonly only: string | null
}

/** Copies folders that may be moved while they are copied. */
export async function copyTold(
  home: string,
  told: readonly ToldFolder[],
  folder: string,
): Promise<readonly FilePart[]> {
  const parts: FilePart[] = []
  for (const { path, meanwhile, only } of told) {
    if (only === null) {
      parts.push(...(await copyHome(home, [path], folder)))
      continue
    }
    // It is moved from the one place to the other, and back where its work begins again.
    for (const place of [meanwhile, path, meanwhile, path]) {
      const [part] = await copyFile(home, `${place}/${only}`, `${path}/${only}`, folder)
      if (!part) continue
      parts.push(part)
      break
    }
  }
  return parts
}

const topOf = ({ path }: FilePart): string => path.split('/')[0] ?? path

/**
 * Which of the backup's files the home lacks. What stands in the home already has to be the same, file for file: so a store
 * can be moved to another engine within one home.
 * @throws GatehouseError `conflict` when something else stands there.
 */
export async function missingInHome(home: string, files: readonly FilePart[]): Promise<readonly FilePart[]> {
  const missing: FilePart[] = []
  for (const [top, parts] of Map.groupBy(files, topOf)) {
    const there = await filesOf(home, top)
    if (there.length === 0) missing.push(...parts)
    else if (!(await areSame(home, there, parts))) {
      throw new GatehouseError(
        'conflict',
        'The home holds other files than the backup. Nothing was restored.',
        {
          where: join(home, top),
          why: 'Keys would be lost, or a published log would go back in time.',
          todo: 'Set GATEHOUSE_HOME to a new folder.',
        },
      )
    }
  }
  return missing
}

async function areSame(home: string, there: readonly string[], parts: readonly FilePart[]): Promise<boolean> {
  if (
    there.toSorted().join('\n') !==
    parts
      .map(({ path }) => path)
      .toSorted()
      .join('\n')
  )
    return false
  try {
    for (const part of parts) await checkPart(join(home, ...part.path.split('/')), part)
    return true
  } catch (error) {
    if (error instanceof GatehouseError) return false
    throw error
  }
}

/** Puts files into the home, each folder at once. Returns what takes them away again. */
export async function putIntoHome(
  home: string,
  folder: string,
  files: readonly FilePart[],
): Promise<() => Promise<void>> {
  const aside = join(home, `.restoring-${randomUUID()}`)
  const placed: string[] = []
  const undo = async (): Promise<void> => {
    for (const path of placed) await rm(path, { recursive: true, force: true })
  }
  try {
    for (const part of files) {
      const target = join(aside, ...part.path.split('/'))
      const mode = (part.mode & 0o044) === 0 ? 0o700 : 0o755
      await mkdir(dirname(target), { recursive: true, mode })
      await writePart(target, readPart(homeFile(folder, part.path), part), part.mode)
    }
    for (const top of new Set(files.map(topOf))) {
      await rename(join(aside, top), join(home, top))
      placed.push(join(home, top))
    }
    return undo
  } catch (error) {
    await undo()
    throw error
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
