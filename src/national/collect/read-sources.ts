import { readCsv } from '../../core/standards/csv/index.ts'
import { parsePublicKey } from '../../core/standards/jws/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Source } from './sources.store.ts'

const columns = [
  'la_number',
  'source',
  'kind',
  'name',
  'establishment_number',
  'phase',
  'school_type',
  'governance',
  'sixth_form',
  'public_key',
] as const

const kinds: readonly string[] = ['school', 'authority', 'board', 'agency']

/**
 * Reads a register of sources: a CSV with a header; `la_number`, `source`, `kind` and `name` are needed, the others may be
 * absent or empty.
 * @throws GatehouseError `bad-input` with the line.
 */
export async function readSources(bytes: AsyncIterable<Uint8Array>): Promise<readonly Source[]> {
  const sources: Source[] = []
  const seen = new Set<string>()
  let places: ReadonlyMap<string, number> | null = null
  for await (const { cells, line } of readCsv(bytes)) {
    if (places === null) {
      places = new Map(cells.map((name, i) => [name.trim().toLowerCase(), i]))
      const missing = columns.slice(0, 4).find((name) => places?.has(name) !== true)
      if (missing !== undefined) throw wrong(line, `There is no column ${missing}.`)
      continue
    }
    const at = places
    const cell = (name: (typeof columns)[number]): string => (cells[at.get(name) ?? -1] ?? '').trim()
    if (!/^[0-9]{3}$/.test(cell('la_number'))) throw wrong(line, 'An authority’s number has three digits.')
    if (!/^[0-9A-Za-z]{3,12}$/.test(cell('source')))
      throw wrong(line, 'A source is named by its number: a school by its URN, an authority by three digits.')
    if (!kinds.includes(cell('kind'))) throw wrong(line, `A source is one of: ${kinds.join(', ')}.`)
    if (cell('public_key') !== '' && !parsePublicKey(cell('public_key')))
      throw wrong(line, 'This is no Ed25519 public key in base64url.')
    const key = `${cell('la_number')} ${cell('source')}`
    if (seen.has(key)) throw wrong(line, 'This source stands twice.')
    seen.add(key)
    sources.push({
      laNumber: cell('la_number'),
      source: cell('source'),
      kind: cell('kind') as Source['kind'],
      name: cell('name') || cell('source'),
      establishment: cell('establishment_number'),
      phase: cell('phase'),
      schoolType: cell('school_type'),
      governance: cell('governance'),
      sixthForm: yesNo(cell('sixth_form'), line),
      publicKey: cell('public_key') || null,
    })
  }
  if (sources.length === 0) throw wrong(1, 'The register holds no source.')
  return sources
}

function yesNo(text: string, line: number): boolean | null {
  if (text === '') return null
  if (['true', 'yes', 'Y', '1'].includes(text)) return true
  if (['false', 'no', 'N', '0'].includes(text)) return false
  throw wrong(line, 'Whether there is a sixth form is true, false or empty.')
}

const wrong = (line: number, what: string): GatehouseError =>
  new GatehouseError('bad-input', what, {
    where: `line ${String(line)}`,
    todo: 'Mend the register and enter it again. Nothing was entered.',
  })
