import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { addSchool } from '../../../../test/support/school.ts'
import { openTestStore } from '../../../../test/support/store.ts'
import { readPolicyFolder } from '../../../core/policy/index.ts'
import { openQueue, type Queue, type SchoolStore, type Store } from '../../../core/store/index.ts'
import type {
  Actor,
  Agreement,
  AgreementVersion,
  Recipient,
  Standing,
} from '../../../core/vocabulary/index.ts'
import { decidePupils, type ReleasePolicy } from '../decide-feed.ts'
import { deliveryQueue, type Door } from '../door.ts'
import { encode } from '../encode.ts'
import { fileSecrets } from '../file-secrets.ts'
import type { Parts } from '../release-feed.ts'

export const at = new Date('2026-11-24T07:30:00Z')

const read = await readPolicyFolder(new URL('../../../../policy/', import.meta.url).pathname)
if (!read.ok) throw new Error('the policy folder is broken')
const policyFolder = read.value

export const recipient: Recipient = {
  id: 'test-recipient',
  name: 'Test Recipient',
  kind: 'supplier',
  role: 'processor',
  commercial: true,
  publishes: false,
  country: 'GB',
  contact: 'x@example.org',
  confidence: 'derived',
  source: 'test',
}

export const standing: Standing = {
  recipientId: recipient.id,
  identityVerifiedOn: '2026-09-01',
  identityChangedOn: null,
  contractOn: '2026-09-01',
  transferSafeguard: null,
  transferSafeguardOn: null,
  ageRecipient: null,
  ageRecipientExpiresOn: null,
}

/** A class list that needs no consent; a test changes what it is about. */
export const classList: Agreement = {
  id: 'class-list',
  recipient: recipient.id,
  title: 'Class list',
  kind: 'feed',
  enabled: true,
  purpose: { id: 'class-list', label: 'Class list', educational: true },
  why: 'test',
  items: [
    { item: 'pupil.reference', as: 'pseudonym' },
    { item: 'pupil.forename', as: 'as-is' },
    { item: 'pupil.surname', as: 'as-is' },
    { item: 'pupil.dateOfBirth', as: 'as-is' },
    { item: 'pupil.yearGroup', as: 'as-is' },
  ],
  population: { item: 'pupil.leavingDate', before: '1901-01-01' },
  basis: { article6: 'e', instrument: 'public-task-education', confidence: 'derived' },
  consent: { rule: 'none' },
  objection: 'refuse',
  schedule: { every: 'daily', note: '' },
  format: {
    kind: 'csv',
    templateRequired: false,
    specification: 'test',
    columns: [
      { header: 'Code', item: 'pupil.reference' },
      { header: 'Forename', item: 'pupil.forename' },
      { header: 'Surname', item: 'pupil.surname' },
      { header: 'Born', item: 'pupil.dateOfBirth', write: { date: 'dd/mm/yyyy' } },
      { header: 'Year', item: 'pupil.yearGroup' },
    ],
  },
  transport: { kind: 'download', encrypt: false, note: '' },
  absenceMeans: 'ignore',
  retention: { atRecipient: '', onEnding: 'delete' },
  transfer: { country: 'GB', safeguard: null },
  inForce: { from: '2026-09-01' },
  review: { due: '2027-08-31', graceDays: 30 },
  visibility: 'open',
  confidence: 'derived',
  source: 'test',
}

export const onRoll: Agreement['population'] = { not: { item: 'pupil.leavingDate', present: true } }

export const versionOf = (agreement: Agreement): AgreementVersion => ({
  agreement,
  version: 1,
  hash: 'a'.repeat(64),
  approvedAt: new Date('2026-09-01T00:00:00Z'),
  approvedBy: 'Head',
})

export interface PolicyChange {
  readonly standing?: Partial<Standing>
  readonly recipient?: Partial<Recipient>
}

/** The real dictionary, law and prohibitions with one agreement under test. */
export const policyWith = (agreement: Partial<Agreement>, change: PolicyChange = {}): ReleasePolicy => {
  const whole = { ...classList, population: onRoll, ...agreement }
  return {
    items: policyFolder.items,
    law: policyFolder.law,
    prohibitions: policyFolder.prohibitions,
    wordings: policyFolder.wordings,
    publicAuthority: true,
    recipients: new Map([[recipient.id, { ...recipient, ...change.recipient }]]),
    standings: new Map([[recipient.id, { ...standing, ...change.standing }]]),
    agreements: new Map([[whole.id, versionOf(whole)]]),
  }
}

export const partsWith = (agreement: Partial<Agreement>, change: PolicyChange = {}): Parts => ({
  policy: () => Promise.resolve(policyWith(agreement, change)),
  decidePupils,
  encode,
  isInNotice: () => Promise.resolve(true),
})

export interface SmallSchool {
  readonly store: Store
  readonly school: SchoolStore
  readonly queue: Queue
  readonly home: string
  readonly door: Door
  doorOf(actor: Actor): Door
}

/** An empty school on the engine under test, with a queue and a home folder that go away after the file’s tests. */
export async function openSmallSchool(urn = '123456'): Promise<SmallSchool> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-release-'))
  // Hooks run in the order in which they were added, and a queue can't stop once its store is closed.
  const opened: { queue?: Queue } = {}
  after(async () => {
    await opened.queue?.stop()
    rmSync(home, { recursive: true, force: true })
  })
  const store = await openTestStore()
  const school = await addSchool(store, urn)
  const queue = await openQueue(store.engine, [deliveryQueue], { retryLimit: 2, retryDelay: 0 })
  opened.queue = queue
  const doorOf = (actor: Actor): Door => ({
    school: store.school(urn, actor),
    queue,
    secrets: fileSecrets(home),
    home,
  })
  return { store, school, queue, home, door: doorOf(school.actor), doorOf }
}

export interface SmallPupil {
  readonly id?: string
  readonly forename?: string
  readonly surname?: string
  readonly leavingDate?: string
  readonly destination?: readonly [la: string, establishment: string]
  readonly more?: Readonly<Record<string, unknown>>
}

/** Adds pupils with distinct names and returns their ids in the order of the school's files: by id. */
export async function addPupils(
  school: SchoolStore,
  pupils: readonly SmallPupil[],
): Promise<readonly string[]> {
  const rows = pupils.map((pupil, i) => ({
    school_urn: school.urn,
    id: pupil.id ?? `00000000-0000-4000-8000-${String(i + 1).padStart(12, '0')}`,
    mis_id: `mis-${pupil.id ?? i}-${randomUUID().slice(0, 8)}`,
    surname: pupil.surname ?? `Surname${String.fromCharCode(65 + (i % 26))}`,
    forename: pupil.forename ?? `Forename${String.fromCharCode(65 + (i % 26))}`,
    date_of_birth: '2018-03-04',
    sex: 'F',
    year_group: '3',
    registration_group: '3A',
    enrolment_status: 'C',
    entry_date: '2022-09-01',
    leaving_date: pupil.leavingDate ?? null,
    destination_la: pupil.destination?.[0] ?? null,
    destination_establishment: pupil.destination?.[1] ?? null,
    source_digest: 'x',
    ...pupil.more,
  }))
  await school.write((tx) => tx.insertInto('pupil').values(rows).execute())
  return rows.map(({ id }) => id)
}

export async function addContact(
  school: SchoolStore,
  pupilId: string,
  contact: {
    readonly id: string
    readonly forename: string
    readonly priority: number
    readonly mobile?: string
  },
): Promise<void> {
  await school.write(async (tx) => {
    await tx
      .insertInto('contact')
      .values({
        school_urn: school.urn,
        id: contact.id,
        mis_id: contact.id,
        surname: 'Contact',
        forename: contact.forename,
        mobile: contact.mobile ?? null,
      })
      .execute()
    await tx
      .insertInto('pupil_contact')
      .values({
        school_urn: school.urn,
        pupil_id: pupilId,
        contact_id: contact.id,
        priority: contact.priority,
        relationship: 'MOT',
        parental_responsibility: true,
      })
      .execute()
  })
}

/** Records a choice of a contact, straight into the store. */
export async function choose(
  school: SchoolStore,
  choice: {
    readonly pupilId: string
    readonly contactId: string
    readonly wording: string
    readonly state: 'given' | 'refused' | 'withdrawn'
    readonly recordedAt?: Date
    readonly kind?: 'consent' | 'permission'
    readonly tiedTo?: string
  },
): Promise<void> {
  const wording = policyFolder.wordings.get(choice.wording)
  if (!wording) throw new Error('no such wording')
  await school.write((tx) =>
    tx
      .insertInto('consent_choice')
      .values({
        school_urn: school.urn,
        pupil_id: choice.pupilId,
        purpose: wording.purpose,
        kind: choice.kind ?? 'consent',
        tied_to: choice.tiedTo ?? null,
        state: choice.state,
        giver: 'contact',
        giver_contact_id: choice.contactId,
        wording_id: wording.id,
        wording_sha256: wording.sha256,
        method: 'paper',
        recorded_at: choice.recordedAt ?? new Date('2026-10-01T09:00:00Z'),
        recorded_by: 'test',
      })
      .execute(),
  )
}
