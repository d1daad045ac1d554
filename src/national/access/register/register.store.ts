import { departmentLedger, type LedgerEntry } from '../../../core/ledger/index.ts'
import { canonicalSha256 } from '../../../core/standards/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector } from '../../collect/index.ts'
import type { Access } from '../open-access.ts'
import type { RegisterRow } from './row.ts'

/** A row of the public register with its place in the ledger: its newest entry proves what it says. */
export interface Registered extends RegisterRow {
  /** People of whom data were given, all releases together at most; rounded. */
  readonly people: number
  readonly extracts: number
  readonly enquiries: number
  readonly entry: number
  readonly leafHash: string
}

export interface Period {
  /** `YYYY-MM-DD`, both included; all of time when absent. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

interface Read {
  readonly index: number
  readonly leafHash: string
  readonly day: string
  readonly entry: LedgerEntry
}

async function entriesIn(tx: Tx, { from = '0000', to = '9999' }: Period): Promise<readonly Read[]> {
  const rows = await tx
    .selectFrom('ledger_entry')
    .select(['index', 'leaf', 'leaf_hash'])
    .where('school_urn', '=', departmentLedger)
    .where('type', 'in', ['access/v1', 'release/v1'])
    .orderBy('index')
    .execute()
  return rows
    .map((row): Read => {
      const entry = JSON.parse(Buffer.from(row.leaf).toString('utf8')) as LedgerEntry
      const at = 'at' in entry ? entry.at : ''
      return {
        index: row.index,
        leafHash: Buffer.from(row.leaf_hash).toString('hex'),
        day: at.slice(0, 10),
        entry,
      }
    })
    .filter(({ day }) => day >= from && day <= `${to}~`)
}

/**
 * The public register, made of the department's ledger alone: each row is what the newest entry about an application commits to.
 * @throws GatehouseError `ledger-broken` where the words kept are not those that the ledger commits to.
 */
export async function readRegister(access: Access, period: Period = {}): Promise<readonly Registered[]> {
  return asCollector(access.collector).read(async (tx) => {
    const entries = await entriesIn(tx, period)
    const documents = new Map(
      (await tx.selectFrom('access_document').select(['hash', 'content']).execute()).map((row) => [
        row.hash,
        row.content,
      ]),
    )
    const rows = new Map<string, Registered>()
    const given = new Map<string, { people: number; extracts: number; enquiries: number }>()
    for (const { index, leafHash, entry } of entries) {
      if (entry.type === 'release/v1') {
        const before = given.get(entry.agreement.id) ?? { people: 0, extracts: 0, enquiries: 0 }
        given.set(entry.agreement.id, {
          people: before.people + entry.pupils.count,
          extracts: before.extracts + (entry.kind === 'feed' ? 1 : 0),
          enquiries: before.enquiries + (entry.kind === 'request' ? 1 : 0),
        })
      }
      if (entry.type !== 'access/v1') continue
      const row = documentOf(documents, entry.document, index)
      rows.set(entry.application, { ...row, people: 0, extracts: 0, enquiries: 0, entry: index, leafHash })
    }
    const to = access.policy.rules.register.roundPeopleTo
    return [...rows.values()].map((row) => {
      const own = given.get(row.reference) ?? { people: 0, extracts: 0, enquiries: 0 }
      const data = row.data === 'pending' && own.extracts > 0 ? 'held' : row.data
      return { ...row, ...own, data, people: Math.round(own.people / to) * to }
    })
  })
}

function documentOf(documents: ReadonlyMap<string, string>, hash: string, index: number): RegisterRow {
  const text = documents.get(hash)
  const row = text === undefined ? undefined : (JSON.parse(text) as RegisterRow)
  if (row === undefined || canonicalSha256(row) !== hash)
    throw new GatehouseError(
      'ledger-broken',
      'The register’s words are not those that the ledger commits to.',
      { where: `entry ${String(index)}` },
    )
  return row
}

/** How much happened in each quarter: counts of the ledger's entries by what they record, refusals among them. */
export interface Quarter {
  readonly quarter: string
  readonly events: Readonly<Record<string, number>>
  readonly extracts: number
  readonly enquiries: number
  readonly people: number
}

export async function quarters(access: Access, period: Period = {}): Promise<readonly Quarter[]> {
  return asCollector(access.collector).read(async (tx) => {
    const found = new Map<
      string,
      { events: Record<string, number>; extracts: number; enquiries: number; people: number }
    >()
    for (const { day, entry } of await entriesIn(tx, period)) {
      const quarter = `${day.slice(0, 4)} Q${String(Math.floor((Number(day.slice(5, 7)) - 1) / 3) + 1)}`
      const own = found.get(quarter) ?? { events: {}, extracts: 0, enquiries: 0, people: 0 }
      found.set(quarter, own)
      if (entry.type === 'access/v1') own.events[entry.event] = (own.events[entry.event] ?? 0) + 1
      if (entry.type === 'release/v1') {
        if (entry.kind === 'feed') own.extracts += 1
        else own.enquiries += 1
        own.people += entry.pupils.count
      }
    }
    return [...found].map(([quarter, own]) => ({ quarter, ...own }))
  })
}

/** Which organisations received data that include this person: every release that commits to them, and nobody else's. */
export interface Received {
  readonly organisation: string
  readonly reference: string
  readonly title: string
  readonly at: string
  readonly items: readonly string[]
  readonly entry: number
}

export async function receivedAbout(access: Access, pmr: string, at: Date): Promise<readonly Received[]> {
  const entries = await access.ledger.entriesOf(access.pupilId(pmr), { at })
  const rows = new Map((await readRegister(access)).map((row) => [row.reference, row]))
  return entries.flatMap(({ index, entry, record }) => {
    if (entry.type !== 'release/v1') return []
    const row = rows.get(entry.agreement.id)
    return [
      {
        organisation: row?.organisation ?? entry.recipient,
        reference: entry.agreement.id,
        title: row?.title ?? '',
        at: entry.at,
        items: record.items.filter(({ present }) => present).map(({ item }) => item),
        entry: index,
      },
    ]
  })
}
