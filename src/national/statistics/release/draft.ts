import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { z } from 'zod'
import { openAnalytics } from '../../../core/analytics/index.ts'
import { readMetaFile, screen, type EesStandards } from '../../../core/standards/ees/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson, requireDuty, type Collector, type Person } from '../../collect/index.ts'
import { difference, numberText } from './differences.ts'
import {
  lastReleaseCheck,
  pastReleasesCheck,
  populationCheck,
  screenerCheck,
  totalsCheck,
  type QualityCheck,
} from './quality-checks.ts'
import { cubeFile, readFacets, versionFolder, versionsFolder } from './statistics-home.ts'
import type { About, StatisticVersion } from './version.ts'
import { insertDraft, versionsOf } from './versions.store.ts'
import { writeCube } from './write-cube.ts'

const sha = z.string().regex(/^[0-9a-f]{64}$/)
const lineageShape = z.looseObject({
  table: z.string().regex(/^[a-z][a-z0-9_-]{0,99}$/),
  publication: z.string().min(1),
  policy: z.looseObject({ id: z.string(), kind: z.string() }),
  data: sha,
  metadata: sha,
})
const auditShape = z.looseObject({ method: z.string(), safe: z.boolean() })

export interface DraftRequest {
  /** What `statistics build` wrote. */
  readonly folder: string
  readonly about: Omit<About, 'policy' | 'audit'> & { readonly policyWords: string }
  readonly standards: EesStandards
  /** Of an amendment: why; it takes the place of the files of the same release. */
  readonly reason?: string
}

/**
 * Drafts a version from a built folder: checks that its files are those that were built and audited, keeps copies, makes the
 * cube, and goes through the check list. Nothing of it is public.
 * @throws GatehouseError `not-allowed`, `bad-input` where the folder is not as it was built
 */
export async function draftVersion(
  collector: Collector,
  person: Person,
  request: DraftRequest,
  at: Date,
): Promise<StatisticVersion> {
  requireDuty(person, 'statistics')
  const { folder, about, standards, reason } = request
  const lineage = lineageShape.parse(await readJson(folder, 'lineage.json'))
  const audit = auditShape.parse(await readJson(folder, 'audit.json'))
  const [data, meta] = [join(folder, `${lineage.table}.csv`), join(folder, `${lineage.table}.meta.csv`)]
  if ((await sha256(data)) !== lineage.data || (await sha256(meta)) !== lineage.metadata)
    throw new GatehouseError('bad-input', 'The files are not those that were built.', {
      where: lineage.table,
      why: 'Their hashes differ from those that the build and its audit were about.',
      todo: 'Build the table again and draft from that folder.',
    })
  const id = randomUUID()
  const store = asPerson(collector, person)
  const past = await store.read((tx) => versionsOf(tx, lineage.publication, lineage.table))
  const published = past.filter(({ state }) => state === 'published' || state === 'withdrawn')
  const last = past.findLast(({ number }) => number !== null) ?? null
  const part = `${versionFolder(collector, id)}.part`
  await mkdir(part, { recursive: true })
  try {
    await copyFile(data, join(part, 'data.csv'))
    await copyFile(meta, join(part, 'data.meta.csv'))
    for (const name of ['audit.json', 'lineage.json', 'chart.svg'])
      await copyFile(join(folder, name), join(part, name)).catch((error: unknown) => {
        if (name !== 'chart.svg') throw error
      })
    await pipeline(createReadStream(data), createGzip(), createWriteStream(join(part, 'data.csv.gz')))
    const { facets, rows } = await writeCube(join(part, 'data.csv'), part, {
      dataSet: lineage.table,
      meta: await readMetaFile(createReadStream(meta)),
      standards,
    })
    await writeFile(join(part, 'facets.json'), JSON.stringify(facets))
    const digest = createHash('sha256').update(`${lineage.data}\n${lineage.metadata}\n`).digest('hex')
    const before = last && { facets: await readFacets(collector, last.id), digest: last.digest }
    const change = difference(before, { facets, digest }, reason !== undefined)
    const analytics = await openAnalytics({ folders: [part, versionsFolder(collector)], memory: '1GB' })
    const checks: QualityCheck[] = []
    try {
      checks.push(
        {
          check: 'audit',
          outcome: audit.safe ? 'pass' : 'fail',
          says: audit.safe ? audit.method : `Not every confidential cell is safe. ${audit.method}`,
        },
        screenerCheck(
          await screen(
            {
              dataName: `${lineage.table}.csv`,
              metaName: `${lineage.table}.meta.csv`,
              openData: () => createReadStream(data, { highWaterMark: 1 << 20 }),
              openMeta: () => createReadStream(meta),
            },
            standards,
          ),
        ),
        populationCheck(lineage),
        await totalsCheck(
          analytics,
          join(part, 'cube.parquet'),
          facets,
          ['none', 'percentages', 'threshold'].includes(lineage.policy.kind),
        ),
        await pastReleasesCheck(
          analytics,
          { cube: join(part, 'cube.parquet'), facets },
          await Promise.all(
            published.map(async (one) => ({
              cube: cubeFile(collector, one.id),
              facets: await readFacets(collector, one.id),
              name: one.number ? numberText(one.number) : one.id,
            })),
          ),
        ),
        lastReleaseCheck(
          rows,
          last?.number ? { rows: last.rows, name: numberText(last.number) } : null,
          goneIn(change.major),
        ),
      )
    } finally {
      analytics.close()
    }
    await syncFolder(part)
    await rename(part, versionFolder(collector, id))
    const { policyWords, ...words } = about
    const version = {
      id,
      publication: lineage.publication,
      dataSet: lineage.table,
      about: { ...words, policy: { id: lineage.policy.id, words: policyWords }, audit: audit.method },
      checks,
      change,
      rows,
      digest,
      dataSha256: lineage.data,
      metaSha256: lineage.metadata,
      reason: reason ?? null,
    }
    return await store.write((tx) => insertDraft(tx, version, person, at))
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

const goneIn = (changes: StatisticVersion['change']['major']): number =>
  Object.values(changes).flatMap((some: readonly unknown[]) => some).length

async function readJson(folder: string, name: string): Promise<unknown> {
  const body = await readFile(join(folder, name), 'utf8').catch(() => null)
  if (body === null)
    throw new GatehouseError('bad-input', 'This folder holds no built table.', {
      where: name,
      todo: 'Name the folder that `gatehouse statistics build` wrote.',
    })
  return JSON.parse(body) as unknown
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
