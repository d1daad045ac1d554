import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { appendEntry } from '../../core/ledger/index.ts'
import { readPolicyFolder } from '../../core/policy/index.ts'
import { canonicalSha256 } from '../../core/standards/index.ts'
import type { Agreement, AgreementVersion } from '../../core/vocabulary/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { checkNotice, type NoticeDrift } from './check-notice.ts'
import { escapeMarkdown } from './notice-markdown.ts'
import { latestNotice, noticeVersions } from './notice.store.ts'
import type { NoticePolicy, NoticeSchool } from './notice.ts'
import { publishNoticeUnder, type NoticePublished } from './publish-notice.ts'
import { renderModel, renderNotice } from './render-notice.ts'

const at = new Date('2026-11-24T07:30:00Z')
const minutes = (n: number): Date => new Date(at.getTime() + n * 60_000)

const order = `local-authority department-for-education family educators-and-examining-bodies ofsted bromcom
connect-childcare otrack cpoms inventry eyportal nationwide attendance-support primarysite central-and-local-government
my-book-club classdojo duke-of-york-award oxford-reading-buddy times-tables-rock-stars ed-arcade auditors
health-authorities health-and-social-welfare professional-advisers police-courts-tribunals professional-bodies
national-pupil-database`.split(/\s+/)

const read = await readPolicyFolder(fileURLToPath(new URL('../../../policy/', import.meta.url)))
assert.ok(read.ok, 'the policy folder is sound')
const folder = read.value

const versionOf = (agreement: Agreement, version = 1): AgreementVersion => ({
  agreement,
  version,
  hash: canonicalSha256(agreement),
  approvedAt: new Date('2026-09-01T08:00:00Z'),
  approvedBy: 'Head',
})

const approved: NoticePolicy = {
  ...folder,
  agreements: new Map([...folder.agreements].map(([id, agreement]) => [id, versionOf(agreement)])),
}

const withAgreement = (policy: NoticePolicy, id: string, version: AgreementVersion | null): NoticePolicy => {
  const agreements = new Map(policy.agreements)
  if (version) agreements.set(id, version)
  else agreements.delete(id)
  return { ...policy, agreements }
}

const otrack = approved.agreements.get('otrack')!
const amended = versionOf({ ...otrack.agreement, why: 'Another reason.' }, 2)
const plain: NoticeSchool = { name: 'A School', controller: 'The governors', dpoContact: 'dpo@example.org' }

describe('renderNotice', () => {
  const notice = renderNotice(approved, plain, at)

  it('lists all 28 entries, in order, each under its heading', () => {
    const { sections, national } = notice.model
    assert.deepEqual(
      [...sections.flatMap((section) => section.entries), national.entry].map((e) => e.id),
      order,
    )
    let from = 0
    for (const entry of notice.entries) {
      const heading = notice.markdown.indexOf(escapeMarkdown(entry.heading))
      const place = notice.markdown.indexOf(escapeMarkdown(entry.label), from)
      assert.ok(place >= from && heading <= place, entry.id)
      from = place
    }
  })

  it('puts a further agreement under the entry it belongs to, with its own name and state', () => {
    const entry = notice.model.sections.at(-1)?.entries.find(({ id }) => id === 'health-authorities')
    assert.deepEqual(
      entry?.also?.map(({ id, state }) => [id, state]),
      [['health-authorities-ncmp', 'off']],
    )
    assert.ok(notice.entries.some(({ id }) => id === 'health-authorities-ncmp'))
    const text = /### Health authorities\n[\s\S]*?### Health and social/.exec(notice.markdown)?.[0] ?? ''
    assert.match(text, /#### National Child Measurement Programme\n[\s\S]*We send nothing at present/)
    assert.match(notice.html, /<h4 class="govuk-heading-s">National Child Measurement Programme<\/h4>/)
    const on = versionOf({
      ...approved.agreements.get('health-authorities-ncmp')!.agreement,
      enabled: true,
    })
    const shown = renderNotice(withAgreement(approved, on.agreement.id, on), plain, at)
    const further = shown.entries.find(({ id }) => id === on.agreement.id)
    assert.equal(further?.agreementHash, on.hash)
    assert.match(further.facts.find(({ term }) => term === 'Consent')?.text ?? '', /no/)
  })

  it('says what, why and on which ground for everything in force', () => {
    for (const entry of notice.entries.filter((e) => e.state === 'feed' || e.state === 'on-request')) {
      assert.deepEqual(
        entry.facts.map((fact) => fact.term),
        ['Why', 'What', 'What lets us', 'Consent', 'How long it is kept', 'Where', 'Agreement'],
        entry.id,
      )
      assert.ok(entry.facts.every((fact) => fact.text.length > 10 && !/undefined|pupil\./.test(fact.text)))
    }
  })

  it('says consent as it is, and that nothing goes where an agreement is off', () => {
    const text = (id: string, term: string): string =>
      notice.entries.find((e) => e.id === id)?.facts.find((f) => f.term === term)?.text ?? ''
    assert.match(text('classdojo', 'Consent'), /^Only if somebody with parental responsibility said yes/)
    assert.match(text('classdojo', 'Where'), /United States/)
    assert.match(text('eyportal', 'Consent'), /written permission/)
    assert.match(text('otrack', 'Consent'), /^We do not ask for consent/)
    assert.match(text('ed-arcade', 'What'), /nothing/)
    assert.match(text('police-courts-tribunals', 'What'), /^Only on request/)
  })

  it('gives the same bytes for the same policy', () => {
    assert.equal(renderNotice(approved, plain, at).sha256, notice.sha256)
  })

  it('escapes text in both renderings', () => {
    const evil = '<script>alert(1)</script> *bold* [x](javascript:alert(1)) # "quoted"'
    const model = { ...notice.model, title: evil, introduction: evil, closing: evil }
    const { markdown, html } = renderModel(model)
    assert.ok(!html.includes('<script'))
    assert.ok(!/(?<!\\)<script/.test(markdown))
    assert.ok(!/(?<!\\)\[x/.test(markdown))
    const links = [{ label: 'l', url: 'javascript:alert(1)' }]
    assert.ok(
      !renderModel({ ...model, national: { ...model.national, links } }).html.includes('href="javascript'),
    )
  })

  it('never lets a text begin a block or leave a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const escaped = escapeMarkdown(text)
        assert.ok(!/[\n\r]/.test(escaped))
        assert.ok(!/^([-+=#>*]|\d+[.)])/.test(escaped))
        assert.ok(!/(?<!\\)(\\\\)*[<[`]/.test(escaped))
      }),
    )
  })

  it('fits under a page’s own heading', () => {
    assert.match(renderModel(notice.model).html, /^<h1/)
    assert.ok(!/<h[12]/.test(renderModel(notice.model, 3).html))
  })
})

const school = await addSchool(await openTestStore())
const publish = (policy: NoticePolicy, when: Date): Promise<NoticePublished> =>
  publishNoticeUnder(school, () => Promise.resolve(policy), when)
const check = (policy: NoticePolicy, when: Date): Promise<NoticeDrift> =>
  school.read((tx) => checkNotice(tx, policy, when))
const found = async (
  policy: NoticePolicy,
  when: Date,
): Promise<readonly (readonly [string, string | null])[]> =>
  (await check(policy, when)).findings.map((f) => [f.kind, f.id] as const)

describe('the published notice', () => {
  it('drifts while none was published', async () => {
    assert.deepEqual(await found(approved, at), [['not-published', null]])
  })

  it('is published as version 1 with its ledger entry, and is then true', async () => {
    const published = await publish(approved, at)
    assert.deepEqual([published.version, published.isNew], [1, true])
    const { leaf } = await school.read((tx) =>
      tx.selectFrom('ledger_entry').select('leaf').where('index', '=', 0).executeTakeFirstOrThrow(),
    )
    const entry = JSON.parse(Buffer.from(leaf).toString()) as Record<string, unknown>
    assert.deepEqual(
      [entry['type'], entry['version'], entry['sha256'], entry['entries']],
      ['notice/v1', 1, published.sha256, 30],
    )
    assert.deepEqual(await check(approved, minutes(1)), { version: 1, findings: [] })
  })

  it('adds no version when nothing changed', async () => {
    assert.deepEqual((await publish(approved, minutes(1))).isNew, false)
    assert.equal((await school.read((tx) => noticeVersions(tx))).length, 1)
  })

  it('reads back as the very bytes it was published with', async () => {
    const latest = await school.read(latestNotice)
    assert.ok(latest)
    assert.deepEqual(
      [renderModel(latest.model).sha256, renderModel(latest.model).markdown],
      [latest.sha256, latest.markdown],
    )
  })

  it('drifts when an agreement is in force that it has no place for', async () => {
    const stranger = versionOf({ ...otrack.agreement, id: 'stranger' })
    assert.deepEqual(await found(withAgreement(approved, 'stranger', stranger), minutes(1)), [
      ['no-place', 'stranger'],
    ])
  })

  it('drifts when an entry is added and not published', async () => {
    const stranger = versionOf({ ...otrack.agreement, id: 'stranger' })
    const placed = withAgreement(approved, 'stranger', stranger)
    const [first, ...rest] = placed.notice.sections
    const entries = [...first!.entries, { id: 'stranger', label: 'A stranger' }]
    const policy = { ...placed, notice: { ...placed.notice, sections: [{ ...first!, entries }, ...rest] } }
    assert.deepEqual(await found(policy, minutes(1)), [['not-in-notice', 'stranger']])
  })

  it('drifts when nothing stands behind an entry any more', async () => {
    assert.deepEqual(await found(withAgreement(approved, 'otrack', null), minutes(1)), [
      ['nothing-behind', 'otrack'],
    ])
    const ended = versionOf({ ...otrack.agreement, inForce: { from: '2026-09-01', to: '2026-11-23' } })
    assert.deepEqual(await found(withAgreement(approved, 'otrack', ended), minutes(1)), [
      ['nothing-behind', 'otrack'],
    ])
  })

  it('drifts when the words changed', async () => {
    const closing = { ...approved.notice, closing: 'Other words.' }
    assert.deepEqual(await found({ ...approved, notice: closing }, minutes(1)), [['words-changed', null]])
  })

  it('drifts from the approval of a new version until it is published', async () => {
    const policy = withAgreement(approved, 'otrack', amended)
    assert.deepEqual(await found(policy, minutes(2)), [['other-version', 'otrack']])
    assert.equal((await publish(policy, minutes(3))).version, 2)
    assert.deepEqual(await found(policy, minutes(4)), [])
  })

  it('can’t be changed once published', async () => {
    await assert.rejects(
      school.write((tx) => tx.updateTable('notice_version').set({ markdown: 'x' }).execute()),
      { code: 'not-allowed' },
    )
  })

  it('convicts a release that the notice of its day did not name, open or restricted', async () => {
    const policy = withAgreement(approved, 'otrack', amended)
    const release = (
      version: AgreementVersion,
      when: Date,
      visibility: 'open' | 'restricted',
    ): Promise<unknown> =>
      school.write((tx) =>
        appendEntry(
          tx,
          school.urn,
          {
            type: 'release/v1',
            release: '00000000-0000-4000-8000-000000000000',
            at: when.toISOString(),
            kind: 'feed',
            recipient: version.agreement.recipient,
            agreement: { id: version.agreement.id, version: version.version, hash: version.hash },
            purpose: 'progress',
            basis: { article6: 'e', instrument: 'x' },
            items: [],
            permitted: 0,
            withheld: 0,
            withheldReasons: {},
            pupils: { count: 0, root: '0'.repeat(64) },
            payload: { commitment: '0'.repeat(64), format: 'csv' },
            noticeVersion: null,
            releasedBy: 'system',
          },
          when,
          visibility,
        ),
      )
    await release(amended, minutes(5), 'open')
    assert.deepEqual(await found(policy, minutes(6)), [])
    await release(otrack, minutes(6), 'open')
    await release(otrack, minutes(7), 'open')
    await release(versionOf({ ...otrack.agreement, id: 'stranger' }), minutes(7), 'restricted')
    const { findings } = await check(policy, minutes(8))
    assert.deepEqual(
      findings.map((f) => [f.kind, f.id]),
      [
        ['released-outside', 'otrack'],
        ['released-outside', 'stranger'],
      ],
    )
    assert.equal(
      findings[0]?.text,
      '2 releases, from ledger entry 3 on, were made under “otrack” when notice version 2 did not name that version of it.',
    )
  })
})
