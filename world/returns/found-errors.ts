import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import {
  find,
  giveTable,
  loadRows,
  prepareTables,
  readMessage,
  structureFindings,
  type Finding,
  type TermDefinition,
} from '../../src/core/collections/index.ts'
import type { GeneratedReturn } from './census-return.ts'

/**
 * The errors that the whole rule set finds in each of many returns, for tests: they are loaded side by side, since compiling
 * the rules and running them takes most of the time of a check and is the same for one return and for seventy.
 */
export async function foundErrors(
  returns: readonly GeneratedReturn[],
  definition: TermDefinition,
): Promise<readonly (readonly Finding[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-found-'))
  const analytics = await openAnalytics({ folders: [folder] })
  const findings: Finding[] = []
  try {
    await prepareTables(analytics, definition)
    let after = 1
    for (const [index, { bytes, school }] of returns.entries()) {
      const reading = { folder, returnId: index + 1, after, fileName: null }
      const read = await readMessage(Readable.from(bytes()), definition, reading)
      if (!read.ok) throw new Error(`${school.name}: ${JSON.stringify(read.error)}`)
      after = read.value.last
      await analytics.run(`INSERT INTO "return" VALUES (${String(index + 1)})`)
      await loadRows(analytics, definition, read.value.rows)
      await giveTable(analytics, definition, 'establishment', index + 1, {
        urn: school.urn,
        phase: school.kind.phase,
        type: school.kind.type,
        sixthForm: String(school.kind.sixthForm),
      })
      findings.push(...structureFindings(index + 1, read.value.notes))
    }
    findings.push(...(await find(analytics, definition)))
  } finally {
    analytics.close()
    await rm(folder, { recursive: true, force: true })
  }
  const errors = findings.filter(({ severity }) => severity === 'error')
  return returns.map((_, index) => errors.filter(({ returnId }) => returnId === index + 1))
}
