import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Analytics } from '../../core/analytics/index.ts'
import { identityColumns } from './identity-sql.ts'
import type { Matching } from './matching.ts'
import { sealFile } from './seal.ts'
import { named, quoted } from './sql-words.ts'
import { keepFile, stateFolder, syncFolder, type SegmentKind } from './state-files.ts'

export type RunFiles = Partial<Record<SegmentKind, { readonly name: string; readonly sha256: string }>>

/** Writes what a run adds to the state. Nothing of it counts before the run’s row is in the store. */
export async function writeSegments(
  matching: Matching,
  analytics: Analytics,
  { run, model, draft }: { readonly run: number; readonly model: number; readonly draft: string },
): Promise<RunFiles> {
  const columns = ['node', ...identityColumns].map(named).join(', ')
  const queries: Readonly<Record<SegmentKind, string>> = {
    identities: `SELECT ${columns} FROM fresh ORDER BY node`,
    people: `SELECT node, pmr, since, component, CAST(${String(run)} AS INTEGER) AS run FROM people ORDER BY node`,
    edges: `SELECT a, b, pass, rank, weight, levels, rarity, household, rule, strong, CAST(${String(model)} AS INTEGER) AS model, CAST(${String(run)} AS INTEGER) AS run FROM edge WHERE strong OR weak ORDER BY a, b`,
    links: `SELECT return_id, "table", n, once, node, CAST(${String(run)} AS INTEGER) AS run FROM incoming ORDER BY return_id, "table", n`,
  }
  const files: RunFiles = {}
  for (const kind of Object.keys(queries) as SegmentKind[]) {
    const [row] = await analytics.rows(`SELECT count(*) AS many FROM (${queries[kind]})`)
    if (Number(row?.['many'] ?? 0) === 0) continue
    const plain = join(draft, `${kind}.parquet`)
    await analytics.run(`COPY (${queries[kind]}) TO ${quoted(plain)} (FORMAT parquet, COMPRESSION zstd)`)
    const name = `${kind}-${String(run)}-${randomUUID()}.${kind === 'identities' ? 'sealed' : 'parquet'}`
    const file = join(stateFolder(matching), name)
    let ready = plain
    if (kind === 'identities') {
      ready = `${file}.draft`
      await sealFile(matching.keys.sealing, plain, ready)
    }
    files[kind] = { name, sha256: await keepFile(ready, file) }
  }
  await syncFolder(stateFolder(matching))
  return files
}
