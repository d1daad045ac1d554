import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readPolicyFolder } from './index.ts'
import { policyFolder, withChangedPolicy, type Change } from './testing/changed-policy.ts'

const read = await readPolicyFolder(policyFolder)
assert.ok(read.ok, JSON.stringify(!read.ok && read.error, null, 1))
const policy = read.value

const noticeIds = [
  'local-authority',
  'department-for-education',
  'family',
  'educators-and-examining-bodies',
  'ofsted',
  'bromcom',
  'connect-childcare',
  'otrack',
  'cpoms',
  'inventry',
  'eyportal',
  'nationwide',
  'attendance-support',
  'primarysite',
  'central-and-local-government',
  'my-book-club',
  'classdojo',
  'duke-of-york-award',
  'oxford-reading-buddy',
  'times-tables-rock-stars',
  'ed-arcade',
  'auditors',
  'health-authorities',
  'health-and-social-welfare',
  'professional-advisers',
  'police-courts-tribunals',
  'professional-bodies',
  'national-pupil-database',
]

describe('the project’s own policy', () => {
  it('has an agreement or procedure for every entry of the notice, in the notice’s order', () => {
    const entries = [
      ...policy.notice.sections.flatMap((section) => section.entries.map(({ id }) => id)),
      policy.notice.national.id,
    ]
    assert.deepEqual(entries, noticeIds)
    const also = policy.notice.sections.flatMap((section) =>
      section.entries.flatMap((entry) => entry.also?.map(({ id }) => `${entry.id}: ${id}`) ?? []),
    )
    assert.deepEqual(also, [
      'department-for-education: department-for-education-census',
      'health-authorities: health-authorities-ncmp',
    ])
    assert.deepEqual(
      new Set(policy.agreements.keys()),
      new Set([...noticeIds, 'department-for-education-census', 'health-authorities-ncmp']),
    )
  })

  it('describes every column of the facts, and nothing else', () => {
    const sql = ['0003-facts', '0018-returns']
      .map((name) => readFileSync(join(policyFolder, `../migrations/${name}.sql`), 'utf8'))
      .join('\n')
    const columns = [...sql.matchAll(/"([a-zA-Z]+\.[a-zA-Z0-9]+)"/g)].map((match) => match[1])
    assert.deepEqual([...policy.items.keys()].sort(), [...new Set(columns)].sort())
  })

  it('has put every named population in its place', () => {
    const conditions = JSON.stringify([
      [...policy.agreements.values()].map(({ population }) => population),
      [...policy.populations.values()],
      policy.prohibitions,
    ])
    assert.doesNotMatch(conditions, /"use":/)
    assert.match(conditions, /"pupil.enrolmentStatus"/)
  })

  it('keeps off what nobody knows, and the law that has not commenced', () => {
    for (const id of ['ed-arcade', 'my-book-club']) assert.equal(policy.agreements.get(id)?.enabled, false)
    for (const id of ['children-act-2004-s16la', 'education-act-1996-s436b']) {
      assert.equal(policy.law.get(id)?.inForce.enabled, false)
    }
  })

  it('says of each file without a published specification that its template is checked', () => {
    for (const id of ['cpoms', 'otrack', 'inventry', 'nationwide', 'connect-childcare', 'attendance-support']) {
      const format = policy.agreements.get(id)?.format
      assert.ok(format?.kind === 'csv' && format.templateRequired, id)
      assert.match(format.specification, /template/)
    }
  })

  it('hashes a wording as people read it', () => {
    const wording = policy.wordings.get('classdojo-account-1')
    assert.match(wording?.sha256 ?? '', /^[0-9a-f]{64}$/)
    assert.doesNotMatch(wording?.text ?? '', /\n/)
  })
})

/** A broken variant: what is changed, the text of the line at which the fault must be told, and what it must say. */
const broken: readonly (Change & {
  name: string
  at: string
  says: RegExp
  in?: string
  also?: readonly [string, string]
})[] = [
  {
    name: 'a key that is not known',
    file: 'agreements/otrack.yaml',
    from: 'absenceMeans: leaver',
    to: 'absenceMeans: leaver\nabsentMeans: leaver',
    at: 'absentMeans: leaver',
    says: /“absentMeans” is not known here/,
  },
  {
    name: 'a key that is missing',
    file: 'recipients/otrack.yaml',
    from: 'country: GB\n',
    to: '',
    at: 'id: otrack',
    says: /“country” is missing/,
  },
  {
    name: 'a value of the wrong kind',
    file: 'agreements/otrack.yaml',
    from: 'enabled: true',
    to: "enabled: 'yes'",
    at: 'enabled:',
    says: /“enabled” has the wrong kind of value/,
  },
  {
    name: 'a value that is not known',
    file: 'agreements/otrack.yaml',
    from: 'absenceMeans: leaver',
    to: 'absenceMeans: forget',
    at: 'absenceMeans: forget',
    says: /value that is not known.*ignore, deactivate, leaver, delete/s,
  },
  {
    name: 'a wording that does not say what kind of choice it asks for',
    file: 'wordings.yaml',
    from: '  purpose: prospectus\n  kind: consent\n',
    to: '  purpose: prospectus\n',
    at: 'purpose: prospectus',
    says: /“kind” is missing/,
  },
  {
    name: 'a wording without a label',
    file: 'wordings.yaml',
    from: '  label: ClassDojo account\n',
    to: '',
    at: 'purpose: classdojo-account',
    says: /“label” is missing/,
  },
  {
    name: 'a kind of choice that is not known',
    file: 'wordings.yaml',
    from: 'kind: biometric',
    to: 'kind: fingerprint',
    at: 'kind: fingerprint',
    says: /value that is not known.*consent, opt-out, biometric, permission/s,
  },
  {
    name: 'two wordings of one purpose that ask for different kinds of choice',
    file: 'wordings.yaml',
    from: '  purpose: prospectus\n',
    to: '  purpose: website-photo\n  kind: opt-out\n  label: x\n  text: x\nprospectus-2:\n  purpose: prospectus\n',
    at: 'kind: opt-out',
    says: /“website-photo” is asked as opt-out here and as consent in “website-photo-1”/,
  },
  {
    name: 'a consent rule whose wording asks for another kind of choice',
    file: 'wordings.yaml',
    from: 'kind: permission',
    to: 'kind: consent',
    in: 'agreements/eyportal.yaml',
    at: 'rule: permission',
    says: /rule is permission, but the wording “eligibility-check-1” .* asks for consent/,
  },
  {
    name: 'a consent rule that is not known',
    file: 'agreements/otrack.yaml',
    from: 'consent: { rule: none }',
    to: 'consent: { rule: assumed }',
    at: 'rule: assumed',
    says: /opt-in/,
  },
  {
    name: 'a file that is not YAML',
    file: 'agreements/otrack.yaml',
    from: 'items:\n',
    to: 'items: [\n',
    at: 'population:',
    says: /not YAML/,
  },
  {
    name: 'the same name twice',
    file: 'law.yaml',
    from: 'school-meals:\n',
    to: 'consent:\n',
    at: 'consent:',
    says: /occurs twice/,
  },
  {
    name: 'an alias',
    file: 'agreements/otrack.yaml',
    from: 'population: { use: reception-to-year-6 }',
    to: 'population: &p { use: reception-to-year-6 }\nextra: *p',
    at: 'extra: *p',
    says: /alias/i,
  },
  {
    name: 'an id that is not the file’s name',
    file: 'agreements/otrack.yaml',
    from: 'id: otrack\n',
    to: 'id: o-track\n',
    at: 'id: o-track',
    says: /not the file’s name/,
  },
  {
    name: 'an item that does not exist',
    file: 'agreements/otrack.yaml',
    from: '- { item: pupil.preferredForename }',
    to: '- { item: pupil.preferedForename }',
    at: 'pupil.preferedForename',
    says: /no item “pupil.preferedForename”.*Did you mean “pupil.preferredForename”/s,
  },
  {
    name: 'an item listed twice',
    file: 'agreements/otrack.yaml',
    from: '- { item: pupil.preferredForename }\n',
    to: '- { item: pupil.preferredForename }\n  - { item: pupil.preferredForename, why: twice }\n',
    at: 'why: twice',
    says: /listed twice/,
  },
  {
    name: 'a form that is not allowed for the item',
    file: 'agreements/otrack.yaml',
    from: '- { item: pupil.yearGroup }',
    to: '- { item: pupil.yearGroup, as: initial }',
    at: 'as: initial',
    says: /pupil.yearGroup may not leave in the form “initial”/,
  },
  {
    name: 'the internal reference as it is',
    file: 'agreements/otrack.yaml',
    from: '- { item: pupil.reference, as: pseudonym }',
    to: '- { item: pupil.reference }',
    at: '- { item: pupil.reference }',
    says: /may not leave in the form “as-is”/,
  },
  {
    name: 'another form for objectors where they are refused',
    file: 'agreements/otrack.yaml',
    from: '- { item: pupil.preferredForename }',
    to: '- { item: pupil.preferredForename, ifObjected: initial }',
    at: 'ifObjected: initial',
    says: /does not pseudonymise/,
  },
  {
    name: 'a recipient that does not exist',
    file: 'agreements/otrack.yaml',
    from: 'recipient: otrack',
    to: 'recipient: o-trak',
    at: 'recipient: o-trak',
    says: /no recipient “o-trak”/,
  },
  {
    name: 'an instrument that does not exist',
    file: 'agreements/otrack.yaml',
    from: 'instrument: public-task-education',
    to: 'instrument: public-task-educating',
    at: 'instrument: public-task-educating',
    says: /no instrument “public-task-educating”.*Did you mean/s,
  },
  {
    name: 'an instrument that is switched off',
    file: 'agreements/local-authority.yaml',
    from: 'instrument: pupil-registration-regulations-2024',
    to: 'instrument: education-act-1996-s436b',
    at: 'instrument: education-act-1996-s436b',
    says: /not in force, or is switched off/,
  },
  {
    name: 'a population that does not exist',
    file: 'agreements/otrack.yaml',
    from: 'population: { use: reception-to-year-6 }',
    to: 'population: { use: reception-to-year-7 }',
    at: 'use: reception-to-year-7',
    says: /no population “reception-to-year-7”.*Did you mean “reception-to-year-6”/s,
  },
  {
    name: 'a condition that can’t be compiled',
    file: 'agreements/otrack.yaml',
    from: 'population: { use: reception-to-year-6 }',
    to: 'population:\n  all:\n    - { use: on-roll }\n    - { item: pupil.yearGroup, range: { from: 1, to: 6 } }',
    at: 'range: { from: 1, to: 6 }',
    says: /can’t be compiled/,
  },
  {
    name: 'a condition over an item that has several values',
    file: 'agreements/otrack.yaml',
    from: 'population: { use: reception-to-year-6 }',
    to: 'population: { item: suspension.category, equals: SUSP }',
    at: 'suspension.category',
    says: /several values/,
  },
  {
    name: 'a condition with a word outside the language',
    file: 'populations.yaml',
    from: '- { item: pupil.sessionsUnauthorised, range: { from: 10, to: 1000 } }',
    to: '- { item: pupil.sessionsUnauthorised, more: 10 }',
    at: 'more: 10',
    says: /can’t be compiled/,
  },
  {
    name: 'a population that uses itself',
    file: 'populations.yaml',
    from: 'when: { use: reception-to-year-6 }',
    to: 'when: { use: immunisation-years }',
    at: 'when: { use: immunisation-years }',
    says: /uses itself/,
  },
  {
    name: 'a column whose item is not granted',
    file: 'agreements/otrack.yaml',
    from: '- { header: EAL, item: pupil.eal }',
    to: '- { header: EAL, item: pupil.eal }\n    - { header: Born, item: pupil.dateOfBirth }',
    at: 'header: Born',
    says: /“Born” carries pupil.dateOfBirth, which the agreement does not grant/,
  },
  {
    name: 'an item that no column carries',
    file: 'agreements/otrack.yaml',
    from: '    - { header: EAL, item: pupil.eal }\n',
    to: '',
    at: '- { item: pupil.eal,',
    says: /no column carries it/,
  },
  {
    name: 'a column that occurs twice',
    file: 'agreements/otrack.yaml',
    from: '- { header: Class, item: pupil.registrationGroup }',
    to: '- { header: Forename, item: pupil.registrationGroup }',
    at: 'header: Forename, item: pupil.registrationGroup',
    says: /occurs twice/,
  },
  {
    name: 'a contact column that does not say which contact',
    file: 'agreements/eyportal.yaml',
    from: 'item: contact.nationalInsuranceNumber, contact: 1 }',
    to: 'item: contact.nationalInsuranceNumber }',
    at: 'header: National Insurance number',
    says: /which contact/,
  },
  {
    name: 'a contact number on an item of the pupil',
    file: 'agreements/otrack.yaml',
    from: '{ header: Class, item: pupil.registrationGroup }',
    to: '{ header: Class, item: pupil.registrationGroup, contact: 1 }',
    at: 'header: Class',
    says: /not about a contact/,
  },
  {
    name: 'many values in one cell',
    file: 'agreements/otrack.yaml',
    from: '- { header: Class, item: pupil.registrationGroup }',
    to: '- { header: Mark, item: attendance.code }',
    at: '- { header: Mark, item: attendance.code }',
    says: /does not grant/,
  },
  {
    name: 'many values in one cell, granted',
    file: 'agreements/nationwide.yaml',
    from: '- { item: pupil.allergens }',
    to: '- { item: pupil.allergens }\n  - { item: attendance.code }',
    also: ['- { header: Allergens, item: pupil.allergens }', '- { header: Allergens, item: pupil.allergens }\n    - { header: Mark, item: attendance.code }'],
    at: 'header: Mark',
    says: /has several values a pupil/,
  },
  {
    name: 'a procedure with a file',
    file: 'agreements/ofsted.yaml',
    from: 'format: { kind: none,',
    to: 'format: { kind: json,',
    at: 'kind: json',
    says: /procedure has no file/,
  },
  {
    name: 'a file without a way to send it',
    file: 'agreements/otrack.yaml',
    from: 'transport: { kind: download,',
    to: 'transport: { kind: none,',
    at: 'transport: { kind: none,',
    says: /no way to send it/,
  },
  {
    name: 'a review due before the agreement is in force',
    file: 'agreements/otrack.yaml',
    from: "review: { due: '2027-08-31'",
    to: "review: { due: '2026-08-31'",
    at: "review: { due: '2026-08-31'",
    says: /review is due before/,
  },
  {
    name: 'an agreement that ends before it begins',
    file: 'agreements/otrack.yaml',
    from: "inForce: { from: '2026-09-01' }",
    to: "inForce: { from: '2026-09-01', to: '2026-08-01' }",
    at: "to: '2026-08-01'",
    says: /ends before it begins/,
  },
  {
    name: 'a date that does not exist',
    file: 'agreements/otrack.yaml',
    from: "inForce: { from: '2026-09-01' }",
    to: "inForce: { from: '2026-09-31' }",
    at: "from: '2026-09-31'",
    says: /must exist/,
  },
  {
    name: 'a consent rule with an unknown wording',
    file: 'agreements/classdojo.yaml',
    from: 'wording: classdojo-account-1',
    to: 'wording: classdojo-account-9',
    at: 'wording: classdojo-account-9',
    says: /no wording “classdojo-account-9”/,
  },
  {
    name: 'a consent rule whose wording asks for something else',
    file: 'agreements/classdojo.yaml',
    from: 'wording: classdojo-account-1',
    to: 'wording: website-photo-1',
    at: 'wording: website-photo-1',
    says: /asks for another purpose/,
  },
  {
    name: 'a consent rule with an unknown purpose',
    file: 'agreements/classdojo.yaml',
    from: 'purpose: classdojo-account',
    to: 'purpose: everything',
    at: 'purpose: everything',
    says: /No wording asks for the purpose/,
  },
  {
    name: 'consent as a basis that nobody is asked for',
    file: 'agreements/classdojo.yaml',
    from: 'consent: { rule: opt-in, purpose: classdojo-account, wording: classdojo-account-1 }',
    to: 'consent: { rule: none }',
    at: 'consent: { rule: none }',
    says: /asks nobody for it/,
  },
  {
    name: 'special-category data without an Article 9 condition',
    file: 'agreements/family.yaml',
    from: '- { item: pupil.yearGroup }',
    to: '- { item: pupil.yearGroup }\n  - { item: pupil.allergens }',
    at: '- { item: pupil.allergens }',
    says: /need an Article 9 condition/,
  },
  {
    name: 'an Article 9 condition without its paragraph',
    file: 'agreements/nationwide.yaml',
    from: '  schedule1: Part 2 paragraph 6\n',
    to: '',
    at: 'article6: e',
    says: /Schedule 1/,
  },
  {
    name: 'substantial public interest without a policy document',
    file: 'agreements/nationwide.yaml',
    from: '  policyDocument: true\n',
    to: '',
    at: 'article6: e',
    says: /policy document/,
  },
  {
    name: 'legitimate interests of a public authority',
    file: 'agreements/inventry.yaml',
    from: 'article6: e',
    to: 'article6: f',
    at: 'article6: f',
    says: /legitimate interests/,
  },
  {
    name: 'an item that a prohibition always keeps back',
    file: 'agreements/health-and-social-welfare.yaml',
    from: '- { item: pupil.dateOfBirth }',
    to: '- { item: pupil.dateOfBirth }\n  - { item: contact.nationalInsuranceNumber }',
    at: 'contact.nationalInsuranceNumber',
    says: /could never leave: A National Insurance number/,
  },
  {
    name: 'a transfer that nobody safeguards',
    file: 'agreements/classdojo.yaml',
    from: 'safeguard: International data transfer addendum',
    to: 'safeguard: null',
    at: 'safeguard: null',
    says: /without a safeguard/,
  },
  {
    name: 'a recipient abroad whose data are said to stay',
    file: 'agreements/classdojo.yaml',
    from: 'transfer: { country: US,',
    to: 'transfer: { country: GB,',
    at: 'transfer: { country: GB,',
    says: /outside the United Kingdom/,
  },
  {
    name: 'a prohibition about an unknown item',
    file: 'prohibitions.yaml',
    from: '- pupil.uln\n',
    to: '- pupil.ulm\n',
    at: '- pupil.ulm',
    says: /no item “pupil.ulm”/,
  },
  {
    name: 'a prohibition with an exception that does not exist',
    file: 'prohibitions.yaml',
    from: 'unless: { recipients: [eyportal] }',
    to: 'unless: { recipients: [eyporta] }',
    at: 'recipients: [eyporta]',
    says: /no recipient “eyporta”/,
  },
  {
    name: 'a property about an unknown agreement',
    file: 'properties.yaml',
    from: 'where: { agreement: { ids: [auditors] } }',
    to: 'where: { agreement: { ids: [auditor] } }',
    at: 'ids: [auditor]',
    says: /no agreement “auditor”/,
  },
  {
    name: 'a property with a test outside the language',
    file: 'properties.yaml',
    from: 'must: { agreement: { formats: [none], transports: [none] } }',
    to: 'must: { agreement: { formats: [none], carriers: [none] } }',
    at: 'carriers: [none]',
    says: /“carriers” is not known here/,
  },
  {
    name: 'an entry of the notice without an agreement',
    file: 'notice.yaml',
    from: '{ id: auditors, label: Our auditors }',
    to: '{ id: accountants, label: Our auditors }',
    at: 'id: accountants',
    says: /no agreement or procedure behind it/,
  },
  {
    name: 'an agreement without an entry in the notice',
    file: 'notice.yaml',
    from: '      - { id: auditors, label: Our auditors }\n',
    to: '',
    in: 'agreements/auditors.yaml',
    at: 'id: auditors',
    says: /not in the notice/,
  },
  {
    name: 'an entry of the notice twice',
    file: 'notice.yaml',
    from: '{ id: auditors, label: Our auditors }',
    to: '{ id: ofsted, label: Our auditors }',
    at: 'id: ofsted, label: Our auditors',
    says: /“ofsted” twice/,
  },
  {
    name: 'a transformation that makes no sense',
    file: 'items.yaml',
    from: 'transformations: [as-is, year, age-band]',
    to: 'transformations: [as-is, year, district]',
    at: 'transformations: [as-is, year, district]',
    says: /makes no sense/,
  },
  {
    name: 'a prohibition that unknown slips past',
    file: 'prohibitions.yaml',
    from: '- not: { item: pupil.childInNeed, equals: false }',
    to: '- { item: pupil.childInNeed, equals: true }',
    at: '- { item: pupil.childInNeed, equals: true }',
    says: /not on record would pass/,
  },
  {
    name: 'a prohibition that spares unknown',
    file: 'prohibitions.yaml',
    from: 'pupil: { not: { item: pupil.lookedAfter, equals: true } }',
    to: 'pupil: { not: { not: { item: pupil.lookedAfter, equals: true } } }',
    at: 'pupil: { not: { not: { item: pupil.lookedAfter, equals: true } } }',
    says: /not on record would pass/,
  },
  {
    name: 'a population that admits unknown',
    file: 'agreements/primarysite.yaml',
    from: 'population: { use: on-roll }',
    to: 'population: { all: [{ use: on-roll }, { not: { item: pupil.lookedAfter, equals: true } }] }',
    at: 'population: { all: [{ use: on-roll }, { not: { item: pupil.lookedAfter, equals: true } }] }',
    says: /not on record would pass/,
  },
  {
    name: 'an agreement named under an entry that does not exist',
    file: 'notice.yaml',
    from: 'also: [{ id: health-authorities-ncmp,',
    to: 'also: [{ id: health-authorities-dental,',
    at: 'health-authorities-dental',
    says: /names “health-authorities-dental”, but there is no agreement/,
  },
  {
    name: 'an agreement named under an entry and in one of its own',
    file: 'notice.yaml',
    from: 'also: [{ id: health-authorities-ncmp,',
    to: 'also: [{ id: ofsted,',
    at: 'id: ofsted, label: National',
    says: /names “ofsted” twice/,
  },
  {
    name: 'a file that nothing reads',
    file: 'prohibition.yaml',
    from: null,
    to: 'x: 1\n',
    at: 'x: 1',
    says: /nothing reads it/,
  },
]

describe('a broken policy', () => {
  for (const { name, at, says, in: elsewhere, also, ...change } of broken) {
    it(`is refused at its line: ${name}`, async () => {
      const more = also ? [{ file: change.file, from: also[0], to: also[1] }] : []
      await withChangedPolicy([change, ...more], async (folder) => {
        const result = await readPolicyFolder(folder)
        assert.ok(!result.ok, 'it was accepted')
        const file = elsewhere ?? change.file
        const text = (await readFile(join(folder, file), 'utf8')).split('\n')
        const told = result.error.map((fault) => ({
          ...fault,
          words: `${fault.message} ${fault.todo}`,
          stands: fault.file === file ? (text[fault.line - 1] ?? '') : '',
        }))
        const right = told.find((fault) => says.test(fault.words) && fault.stands.includes(at))
        assert.ok(right, JSON.stringify(told, null, 1))
        assert.ok(right.column >= 1 && right.todo !== '')
      })
    })
  }

  it('tells every fault at once, in the order of files and lines', async () => {
    await withChangedPolicy(
      [
        { file: 'agreements/otrack.yaml', from: 'recipient: otrack', to: 'recipient: x' },
        { file: 'agreements/otrack.yaml', from: 'population: { use: reception-to-year-6 }', to: 'population: { use: x }' },
        { file: 'agreements/cpoms.yaml', from: 'instrument: safeguarding-duty', to: 'instrument: x' },
      ],
      async (folder) => {
        const result = await readPolicyFolder(folder)
        assert.ok(!result.ok)
        const places = result.error.map(({ file, line }) => `${file}:${String(line).padStart(3, '0')}`)
        assert.deepEqual(places, [...places].sort())
        assert.deepEqual(new Set(result.error.map(({ file }) => file)), new Set(['agreements/otrack.yaml', 'agreements/cpoms.yaml', 'recipients/otrack.yaml']))
        assert.equal(result.error.length, 4)
      },
    )
  })

  it('says which file is missing', async () => {
    await withChangedPolicy([], async (folder) => {
      await rm(join(folder, 'law.yaml'))
      const result = await readPolicyFolder(folder)
      assert.ok(!result.ok)
      assert.deepEqual(
        result.error.map(({ file, message }) => [file, message]),
        [['law.yaml', 'This file is missing.']],
      )
    })
  })
})
