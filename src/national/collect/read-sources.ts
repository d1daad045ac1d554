import { readCsv } from '../../core/standards/csv/index.ts'
import { parsePublicKey } from '../../core/standards/jws/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { parseSshKey } from './ssh-key.ts'
import type { Source } from './sources.store.ts'

const kinds: readonly string[] = ['school', 'authority', 'board', 'agency']

/**
 * Reads a register of sources, a CSV with a header, in one of two forms. Of any kind: `la_number`, `source`, `kind`, `name`;
 * and, where they are known, `establishment_number`, `phase`, `school_type`, `governance`, `sixth_form`, `public_key`,
 * `sftp_key`. Of schools alone: `urn`, `laestab`, `name`, `phase`, `type`, `governance`, `sixth_form` and the keys; their
 * authorities are sources too.
 * @throws GatehouseError `bad-input` with the line.
 */
export async function readSources(bytes: AsyncIterable<Uint8Array>): Promise<readonly Source[]> {
  const sources = new Map<string, Source>()
  let places: ReadonlyMap<string, number> | null = null
  let last = 1
  for await (const { cells, line } of readCsv(bytes)) {
    last = line
    if (places === null) {
      places = new Map(cells.map((name, i) => [name.trim().toLowerCase(), i]))
      const needed = places.has('urn') ? ['urn', 'laestab', 'name'] : ['la_number', 'source', 'kind', 'name']
      const missing = needed.find((name) => places?.has(name) !== true)
      if (missing !== undefined) throw wrong(line, `There is no column ${missing}.`)
      continue
    }
    const source = sourceOf(places, cells, line)
    const key = `${source.laNumber} ${source.source}`
    if (sources.has(key)) throw wrong(line, 'This source stands twice.')
    sources.set(key, source)
  }
  if (sources.size === 0) throw wrong(last, 'The register holds no source.')
  if (places?.has('urn')) {
    for (const { laNumber } of [...sources.values()]) {
      const key = `${laNumber} ${laNumber}`
      if (!sources.has(key)) sources.set(key, authority(laNumber))
    }
  }
  return [...sources.values()]
}

const authority = (laNumber: string): Source => ({
  laNumber,
  source: laNumber,
  kind: 'authority',
  name: `Local authority ${laNumber}`,
  establishment: '',
  phase: '',
  schoolType: '',
  governance: '',
  sixthForm: null,
  publicKey: null,
})

function sourceOf(places: ReadonlyMap<string, number>, cells: readonly string[], line: number): Source {
  const cell = (name: string): string => (cells[places.get(name) ?? -1] ?? '').trim()
  const schools = places.has('urn')
  const laNumber = schools ? cell('laestab').slice(0, 3) : cell('la_number')
  const source = schools ? cell('urn') : cell('source')
  const kind = schools ? 'school' : cell('kind')
  if (!/^[0-9]{3}$/.test(laNumber)) throw wrong(line, 'An authority’s number has three digits.')
  if (!/^[0-9A-Za-z]{3,12}$/.test(source))
    throw wrong(line, 'A source is named by its number: a school by its URN, an authority by three digits.')
  if (!kinds.includes(kind)) throw wrong(line, `A source is one of: ${kinds.join(', ')}.`)
  if (schools && !/^[0-9]{7}$/.test(cell('laestab')))
    throw wrong(line, 'A school’s number is its authority’s and its own: seven digits.')
  if (cell('public_key') !== '' && !parsePublicKey(cell('public_key')))
    throw wrong(line, 'This is no Ed25519 public key in base64url.')
  if (cell('sftp_key') !== '' && !parseSshKey(cell('sftp_key')))
    throw wrong(line, 'This is no Ed25519 key as OpenSSH writes it: ssh-ed25519 AAAA….')
  return {
    laNumber,
    source,
    kind: kind as Source['kind'],
    name: cell('name') || source,
    establishment: schools ? cell('laestab').slice(3) : cell('establishment_number'),
    phase: cell('phase'),
    schoolType: schools ? cell('type') : cell('school_type'),
    governance: cell('governance'),
    sixthForm: yesNo(cell('sixth_form'), line),
    publicKey: cell('public_key') || null,
    sftpKey: parseSshKey(cell('sftp_key'))?.text ?? null,
  }
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
