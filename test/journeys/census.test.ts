import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { makeIdentity, recipientOf } from '../../src/core/standards/age/index.ts'
import { openStore } from '../../src/core/store/index.ts'
import { markPlayed } from '../../src/demonstration/demonstration-clock.ts'
import { importDay } from '../../src/demonstration/import-day.ts'
import { policyOf, prepareSchool, staffMember } from '../../src/demonstration/prepare-school.ts'
import { readSchoolFacts } from '../../src/demonstration/school-facts.ts'
import { recordStanding } from '../../src/school/agreements/index.ts'
import { publishNotice } from '../../src/school/notice/index.ts'
import { writeSchoolWorld } from '../../world/index.ts'

// The demonstration school's autumn census by the command: built from the register, checked, every error explained.

const home = mkdtempSync(join(tmpdir(), 'gatehouse-census-'))
const file = join(home, 'autumn.xml')
const at = new Date('2026-11-24T07:30:00Z')

interface Found {
  readonly rule: string
  readonly severity: string
  readonly level: string
  readonly location: string
  readonly message: string
  readonly pupil?: string | null
  readonly mend?: readonly { readonly of: string; readonly path: string; readonly item: string | null }[]
}
interface Built {
  readonly sha256: string
  readonly pupils: { readonly onRoll: number; readonly left: number }
  readonly leftOut: readonly { readonly item: string; readonly pupilIds: readonly string[] }[]
  readonly findings: readonly Found[]
}

function gatehouse(args: readonly string[], more: Record<string, string> = {}) {
  const env: NodeJS.ProcessEnv = { ...process.env, GATEHOUSE_HOME: home, ...more }
  delete env['DATABASE_URL']
  delete env['NODE_TEST_CONTEXT']
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/gatehouse.ts', ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  })
  return { status, stdout, stderr }
}
const valueOf = (args: readonly string[]): { status: number | null; value: unknown } => {
  const { status, stdout, stderr } = gatehouse([...args, '--json'])
  assert.equal(stderr, '')
  return { status, value: JSON.parse(stdout) as unknown }
}

describe('the demonstration school’s census', () => {
  let built: Built
  const rules = (found: readonly Found[], severity = 'error'): ReadonlySet<string> =>
    new Set(found.filter((one) => one.severity === severity).map(({ rule }) => rule))

  before(async () => {
    const files = join(home, 'world')
    await writeSchoolWorld(files)
    const facts = await readSchoolFacts(join(files, 'school.yaml'))
    const policy = await policyOf('policy')
    const store = await openStore({ folder: join(home, 'store') })
    await prepareSchool(store, facts, policy, { password: 'a-password-of-the-test', at })
    const dpo = store.school(facts.school.urn, staffMember(facts, 'dpo'))
    const shown = facts.standing.find(({ recipientId }) => recipientId === 'department-for-education')
    assert.ok(shown)
    const { recipientId, identityVerifiedOn, contractOn } = shown
    const ageRecipient = await recipientOf((await makeIdentity('x25519')).identity)
    await recordStanding(dpo, { recipientId, identityVerifiedOn, contractOn, ageRecipient })
    const office = store.school(facts.school.urn, staffMember(facts, 'office'))
    const { wordings } = policy
    await importDay(office, { files, policyFolder: 'policy', wordings, at, say: () => undefined })
    await publishNotice(store.school(facts.school.urn, staffMember(facts, 'head')), at)
    await store.close()
    markPlayed(home, at)
  })
  after(() => rmSync(home, { recursive: true, force: true }))

  it('is built from the register, for this machine alone', () => {
    const { status, value } = valueOf([
      'census', 'build', '--term', 'autumn', '--year', '2026', '--out', file,
    ]) // prettier-ignore
    assert.equal(status, 0)
    built = value as Built
    assert.equal(built.pupils.onRoll, 421)
    assert.equal(statSync(file).mode & 0o077, 0)
    const ledger = valueOf(['ledger', 'verify'])
    assert.doesNotMatch(JSON.stringify(ledger.value), /release/)
  })

  it('leaves out the address of a child who must not be found and the former identity of an adopted one', () => {
    const items = new Map(built.leftOut.map(({ item, pupilIds }) => [item, pupilIds.length]))
    assert.equal(items.get('pupil.postcode'), 1)
    assert.equal(items.get('pupil.formerUpn'), 1)
    const protectedPupil = built.leftOut.find(({ item }) => item === 'pupil.postcode')?.pupilIds[0]
    assert.ok(built.findings.some(({ rule, pupil }) => rule === '2355' && pupil === protectedPupil))
  })

  it('explains each error by what the register does not hold, or by what is to be mended', () => {
    // Items of which the register has nothing, and attendance of last summer, which was never imported.
    const notHeld = new Set(['1846', '1855', '1875', '2500', '2575', '5230', '5235'])
    // Hours that the register has only in all, and pupils whose records contradict themselves on purpose.
    const toMend = new Set(['1741', '1852', '1940', '3110', '3140', '5225'])
    for (const rule of rules(built.findings))
      assert.ok(notHeld.has(rule) || toMend.has(rule), `error ${rule}`)
    for (const finding of built.findings) {
      assert.ok(finding.message.length > 10 && finding.location.length > 0)
      if (finding.level === 'pupil' && !/^(School|Return)/.test(finding.location))
        assert.match(finding.pupil ?? '', /^[0-9a-f-]{36}$/, finding.rule)
    }
    const own = built.findings.find(({ rule }) => rule === '1741')
    assert.ok(own?.mend?.some(({ path, item }) => path === 'mis' && item === 'pupil.serviceChild'))
  })

  it('is found the same by the check of any file, without a store', () => {
    const { status, value } = valueOf(['census', 'validate', file])
    assert.equal(status, 3)
    assert.deepEqual(
      (value as Built).findings.map(({ rule, location }) => `${rule} ${location}`),
      built.findings.map(({ rule, location }) => `${rule} ${location}`),
    )
    const folder = join(home, 'files')
    const cut = readFileSync(file).subarray(0, 5000)
    spawnSync('mkdir', ['-p', folder])
    writeFileSync(join(folder, 'cut.xml'), cut)
    writeFileSync(join(folder, 'whole.xml'), readFileSync(file))
    const both = gatehouse(['census', 'validate', folder, '--json'], { GATEHOUSE_HOME: join(home, 'none') })
    assert.equal(both.status, 3)
    const all = JSON.parse(both.stdout) as { findings: readonly (Found & { file: string })[] }
    const unreadable = all.findings.filter(({ rule }) => rule === 'unreadable')
    assert.equal(unreadable.length, 1)
    assert.match(unreadable[0]?.file ?? '', /cut\.xml$/)
    assert.match(unreadable[0]?.location ?? '', /^line \d+$/)
  })

  it('is summed up for the head, signed off by the head alone, and voided by a newer build', () => {
    const summed = valueOf(['census', 'summary', file]).value
    const value = summed as { summary: { onRoll: number }; signedOff: unknown }
    assert.equal(value.summary.onRoll, 421)
    assert.equal(value.signedOff, null)
    const office = gatehouse(['census', 'sign-off', file, '--as', 'office@wrekinview.example'])
    assert.equal(office.status, 3)
    const head = gatehouse(['census', 'sign-off', file, '--as', 'head@wrekinview.example'])
    assert.equal(head.status, 0, head.stderr)
    const again = gatehouse([
      'census',
      'build',
      '--term',
      'autumn',
      '--year',
      '2026',
      '--out',
      join(home, 'b.xml'),
    ])
    assert.equal(again.status, 0)
    const late = gatehouse(['census', 'submit', file], { COLLECTOR_URL: 'http://127.0.0.1:9' })
    assert.equal(late.status, 5)
    assert.match(late.stderr, /newer build/)
  })

  it('is not sent by the ways that feeds are sent', () => {
    const { stdout } = gatehouse(['release', '--recipient', 'department-for-education-census'])
    assert.match(stdout, /statutory return/)
  })
})
