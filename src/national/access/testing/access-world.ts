import assert from 'node:assert/strict'
import { openAnalytics, type Analytics } from '../../../core/analytics/index.ts'
import { makeIdentity } from '../../../core/standards/age/index.ts'
import type { Store } from '../../../core/store/index.ts'
import type { Result } from '../../../core/vocabulary/index.ts'
import { testCollector } from '../../collect/testing/test-collector.ts'
import {
  draftApplication,
  giveKey,
  openAccess,
  recordPerson,
  registerOrganisation,
  verifyOrganisation,
  work,
  type Access,
  type Command,
  type Doer,
  type Refused,
  type Review,
  type SomeAnswers,
} from '../index.ts'

export const now = new Date('2026-10-20T10:00:00Z')
export const later = (days: number, hours = 0): Date =>
  new Date(now.getTime() + days * 86_400_000 + hours * 3_600_000)

const staff = (name: string, ...duties: string[]): Doer => ({
  name,
  role: 'collector',
  organisation: null,
  duties,
})
export const officer = staff('Olive', 'access-office')
export const secondOfficer = staff('Oscar', 'access-office')
export const panel = [staff('Pavla', 'access-panel'), staff('Piet', 'access-panel')] as const
export const checkers = [staff('Cleo', 'output-check'), staff('Carl', 'output-check')] as const
export const applicant = (organisation: string): Doer => ({
  name: `Applicant of ${organisation}`,
  role: 'applicant',
  organisation,
  duties: [],
})

export const value = <T>(result: Result<T, Refused>): T => {
  assert.ok(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.says}`)
  return result.value
}
export const refusal = (result: Result<unknown, Refused>): Refused => {
  assert.ok(!result.ok, 'it was not refused')
  return result.error
}

export async function testAccess(store: Store): Promise<Access> {
  return openAccess(await testCollector(store))
}

/** An organisation that is verified, with a key and two users whose proofs are current. Gives the key's other half. */
export async function enter(
  access: Access,
  id: string,
  more: { commercial?: boolean; name?: string } = {},
): Promise<string> {
  const identity = {
    name: more.name ?? `University of ${id}`,
    number: `RC${id}`,
    owner: 'Its members',
    control: 'Its council',
  }
  await registerOrganisation(
    access,
    officer,
    id,
    {
      identity,
      sort: more.commercial ? 'company' : 'university',
      commercial: more.commercial ?? false,
      country: 'GB',
      ico: 'Z1234567',
    },
    now,
  )
  await verifyOrganisation(access, officer, id, 'Charter seen', now)
  const { identity: secret, recipient } = await makeIdentity('x25519')
  await giveKey(access, applicant(id), id, recipient, now)
  for (const user of ['ada', 'ben']) {
    await recordPerson(
      access,
      applicant(id),
      id,
      user,
      { kind: 'entered', name: user, email: `${user}@${id}.example` },
      now,
    )
    await recordPerson(
      access,
      applicant(id),
      id,
      user,
      { kind: 'declared', on: '2026-10-01', text: 'a' },
      now,
    )
    await recordPerson(
      access,
      applicant(id),
      id,
      user,
      { kind: 'trained', on: user === 'ben' ? '2025-01-15' : '2026-10-01', body: 'ONS' },
      now,
    )
  }
  return secret
}

const accepted = ['NO-REID', 'NO-ONWARD', 'NO-DECIDE', 'NO-ENFORCE', 'NO-MARKET', 'NO-COMM'].map((code) => ({
  code,
  parameters: {},
}))

export const answers = (more: SomeAnswers = {}): SomeAnswers => ({
  title: 'Moves between schools and attendance',
  summary: 'How changing school bears on attendance.',
  purposes: [{ code: 'RES-EDU', parameters: {} }],
  route: 'extract',
  environment: 'ons-srs',
  country: 'GB',
  users: ['ada', 'ben'],
  items: [
    { dataSet: 'school_census', column: 'sex', from: 2025, to: 2026, justification: '' },
    { dataSet: 'school_census', column: 'ncyear', from: 2025, to: 2026, justification: '' },
    {
      dataSet: 'school_census',
      column: 'birth_month',
      from: 2026,
      to: 2026,
      justification: 'Relative age is the question.',
    },
  ],
  population: { laCodes: ['894'] },
  gateway: 'A university that researches education.',
  dpia: { link: 'https://research.example/dpia', date: '2026-09-01' },
  ethics: 'Board of 1 September 2026',
  commercial: false,
  funder: 'A research council',
  accepts: [
    ...accepted,
    { code: 'PLACE', parameters: { countries: ['GB'] } },
    { code: 'TRAINED', parameters: { months: 12 } },
    { code: 'DESTROY', parameters: { days: 30 } },
  ],
  start: '2026-10-01',
  end: '2026-12-31',
  ...more,
})

export const benefits = (access: Access): SomeAnswers => ({
  benefits: Object.fromEntries(
    Object.keys(access.policy.rules.principles).map((each) => [each, 'Said in full.']),
  ),
  audience: 'Schools and authorities',
  outputs: 'An open article',
})

export const review = (access: Access, more: Partial<Review> = {}): Review => ({
  outcome: 'approved',
  principles: Object.fromEntries(
    Object.keys(access.policy.rules.principles).map((each) => [each, 'It does.']),
  ),
  items: { '*': 'Each is needed.' },
  codes: { '*': 'As offered.' },
  conditions: [],
  reason: 'Good research.',
  ...more,
})

/** As far as the panel's table. */
export async function toReview(access: Access, organisation: string, given: SomeAnswers): Promise<string> {
  const { reference } = value(
    await draftApplication(access, applicant(organisation), organisation, given, now),
  )
  const act = async (by: Doer, command: Command) => value(await work(access, by, reference, command, now))
  await act(applicant(organisation), { kind: 'submit' })
  const gateway = {
    kind: 'confirm-gateway',
    gateway: 'prescribed-person',
    reason: 'It researches education.',
  } as const
  await act(officer, gateway)
  await act(secondOfficer, gateway)
  await act(applicant(organisation), { kind: 'give-benefits', answers: benefits(access) })
  await act(officer, { kind: 'resolve-check', check: 'setting', met: true, reason: 'Seen.' }).catch(
    () => undefined,
  )
  return reference
}

export async function decide(
  access: Access,
  reference: string,
  more: Partial<Review> = {},
): Promise<Result<unknown, Refused>> {
  for (const member of panel)
    value(await work(access, member, reference, { kind: 'review', review: review(access, more) }, now))
  return work(access, panel[0], reference, { kind: 'decide' }, now)
}

/** From nothing to an agreement that everybody has signed. */
export async function toActive(access: Access, organisation: string, given: SomeAnswers): Promise<string> {
  const reference = await toReview(access, organisation, given)
  const done = value(await decide(access, reference)) as { state: { terms: { hash: string } | null } }
  const hash = done.state.terms?.hash ?? ''
  value(
    await work(
      access,
      applicant(organisation),
      reference,
      { kind: 'sign', party: 'organisation', who: organisation, hash },
      now,
    ),
  )
  value(
    await work(access, officer, reference, { kind: 'sign', party: 'department', who: 'Olive', hash }, now),
  )
  for (const who of given.users ?? [])
    value(
      await work(access, applicant(organisation), reference, { kind: 'sign', party: 'user', who, hash }, now),
    )
  return reference
}

/** Holdings of two years and two authorities, made up: pupils p0 to p199 by turns. */
export async function testHoldings(): Promise<Analytics> {
  const engine = await openAnalytics()
  await engine.run(`create table school_census as
    select 2025 + cast(i // 200 as integer) as academic_year, 'AUT' as term, '1' as version, 'pmr-' || cast(i % 200 as varchar) as pmr,
      case when i % 4 = 0 then '100002' else '100001' end as urn, case when i % 4 = 0 then '895' else '894' end as la_code,
      case when i % 2 = 0 then 'F' else 'M' end as sex, cast(1 + i % 6 as varchar) as ncyear, case when i % 50 = 1 then 12 else 1 + i % 11 end as birth_month,
      case when i % 10 = 0 then 'K' else 'N' end as sen_group
    from range(400) t(i)`)
  return engine
}
