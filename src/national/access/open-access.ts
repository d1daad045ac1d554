import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openDepartmentLedger, type DepartmentLedger } from '../../core/ledger/index.ts'
import { createOrLoadSecret } from '../../core/store/index.ts'
import { asCollector, type Collector, type Person } from '../collect/index.ts'
import { declarationsOf, type Declarations } from '../holdings/index.ts'
import type { Doer } from './applications/event.ts'
import { readAccessPolicy, type AccessPolicy } from './terms/access-policy.ts'

/** Access as every part of it is handed it. */
export interface Access {
  readonly collector: Collector
  readonly policy: AccessPolicy
  readonly declarations: Declarations
  readonly ledger: DepartmentLedger
  /** A key of one project alone, derived from the department's: with it pseudonyms are made. */
  projectKey(reference: string): Uint8Array
  /** Under which a pupil's openings are kept in the ledger: says nothing of the matching reference. */
  pupilId(pmr: string): string
}

/** @throws GatehouseError `bad-policy`, `misconfigured` */
export async function openAccess(collector: Collector): Promise<Access> {
  const secret = await accessSecret(collector.home)
  const key = (use: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, 'gatehouse/access/v1', use, 32))
  const openings = key('openings')
  return {
    collector,
    policy: await readAccessPolicy(collector.policyFolder),
    declarations: await declarationsOf(collector.policyFolder),
    ledger: await openDepartmentLedger(asCollector(collector), {
      home: collector.home,
      domain: new URL(collector.origin).hostname,
    }),
    projectKey: (reference) => key(`project/${reference}`),
    pupilId: (pmr) => {
      const hex = createHmac('sha256', openings).update(pmr).digest('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
  }
}

const accessSecret = (home: string): Promise<Uint8Array> =>
  createOrLoadSecret(
    {
      file: join(home, 'keys', 'access.key'),
      cannot: 'The key of the projects’ pseudonyms can’t be used.',
      todo: 'Put the right file there, readable by its owner alone (chmod 600). With another, projects would get other pseudonyms.',
    },
    () => randomBytes(32),
  )

/** Somebody of the department as a doer of access, with what the panel's list says of them. */
export const doerOf = ({ policy }: Access, { actor, duties = [] }: Person): Doer => ({
  name: actor.name,
  role: actor.role,
  organisation: null,
  affiliation: policy.rules.panel.affiliations[actor.name] ?? null,
  duties,
})

export const byItself: Doer = {
  name: 'monitor',
  role: 'system',
  organisation: null,
  duties: ['access-office'],
}
