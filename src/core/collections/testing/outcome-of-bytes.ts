import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { MessageFault } from '../../standards/xml-records/index.ts'
import { checkReturn } from '../check-return.ts'
import type { TermDefinition } from '../definition.ts'
import type { Finding } from '../finding.ts'

export interface Outcome {
  readonly fault: MessageFault | null
  readonly findings: readonly Finding[]
  readonly pupils: number
}

/** What comes of messages of this term, given in chunks. Everything a check writes it writes to a folder of its own: nothing may be left there. */
export function outcomesOf(term: TermDefinition): (message: Iterable<Uint8Array>) => Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bad-'))
  process.env['TMPDIR'] = folder
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const empty = (): void => {
    assert.deepEqual(readdirSync(folder), [], 'nothing is left')
  }
  return async (message) => {
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* message
    }
    const checked = await checkReturn(source(), term)
    if (!checked.ok) {
      empty()
      return { fault: checked.error, findings: [], pupils: 0 }
    }
    const { findings, counts } = checked.value
    await checked.value.close()
    empty()
    return { fault: null, findings, pupils: counts.get('pupil') ?? 0 }
  }
}

export const inChunks = (bytes: Uint8Array, size = 4096): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
export const linesOf = (bytes: Uint8Array): number => bytes.filter((byte) => byte === 0x0a).length + 1
