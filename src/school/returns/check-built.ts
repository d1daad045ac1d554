import { checkReturn, measure, type Measures } from '../../core/collections/index.ts'
import type { BuiltReturn } from './build-return.ts'
import { pupilFindings, type PupilFinding } from './pupil-findings.ts'
import { summariseReturn, type ReturnSummary } from './return-summary.ts'

export interface CheckedBuild {
  readonly findings: readonly PupilFinding[]
  readonly measures: Measures
  readonly summary: ReturnSummary
  readonly counts: Readonly<Record<string, number>>
}

/**
 * Checks a return that was built against every rule of its term, as the collector will; `previous` are the measures of the
 * collection before, where there was one.
 */
export async function checkBuilt(built: BuiltReturn, previous: Measures | null): Promise<CheckedBuild> {
  const { definition, facts } = built
  const given = {
    ...(definition.tables.get('establishment')?.given
      ? { establishment: { urn: facts.urn, phase: facts.phase } }
      : {}),
    ...(previous && definition.tables.get('previous')?.given
      ? {
          previous: Object.fromEntries(
            Object.entries(previous)
              .filter(([name]) => definition.tables.get('previous')?.items.has(name))
              .map(([name, value]) => [name, String(value)]),
          ),
        }
      : {}),
  }
  const checked = await checkReturn(once(built.bytes), definition, given)
  if (!checked.ok) throw new Error(`a return that can't be read was built: ${checked.error.message}`)
  try {
    const analytics = await checked.value.loaded()
    const measures = await measure(analytics, definition)
    return {
      findings: await pupilFindings(checked.value.findings, analytics, definition, built.pupilIds),
      measures: measures.get(1) ?? {},
      summary: await summariseReturn(analytics, definition),
      counts: Object.fromEntries(checked.value.counts),
    }
  } finally {
    await checked.value.close()
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of one part
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
