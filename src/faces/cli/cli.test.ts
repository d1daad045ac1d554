import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { readPolicyFolder } from '../../core/policy/index.ts'
import { openStore } from '../../core/store/index.ts'
import { loadPolicy } from '../../school/agreements/index.ts'
import { runGatehouse, type Ran } from './testing/run-gatehouse.ts'

// The frame of the command, as a shell sees it. What each command does is tested where its domain stands.

const scratch = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
after(() => rm(scratch, { recursive: true, force: true }))
const home = join(scratch, 'home')

const gatehouse = (args: readonly string[], more: Parameters<typeof runGatehouse>[2] = {}): Promise<Ran> =>
  runGatehouse(home, args, more)

/** The one JSON value that standard output holds. */
const valueOf = ({ out }: Ran): Record<string, unknown> => {
  assert.equal(out.trimEnd().split('\n').length, 1, out)
  return JSON.parse(out) as Record<string, unknown>
}

describe('the command', () => {
  it('helps, with every command under a heading', async () => {
    const { code, out, err } = await gatehouse(['--help'])
    assert.equal(code, 0)
    assert.equal(err, '')
    const headings = [...out.matchAll(/^([^\s].*):$/gm)].map(([, heading]) => heading)
    assert.deepEqual(headings, [
      'Options',
      'See it work',
      'A school’s day',
      'People and rules',
      'National',
      'Proof',
      'Running it',
    ])
    for (const name of ['start', 'import', 'release', 'policy', 'ledger', 'backup', 'restore', 'doctor'])
      assert.match(out, new RegExp(`^  ${name} `, 'm'))
  })

  it('keeps to one JSON value for a machine, also when it helps or is used wrongly', async () => {
    const help = await gatehouse(['decide', '--help', '--json'])
    assert.equal(help.code, 0)
    assert.match(String(valueOf(help)['help']), /--recipient/)
    for (const args of [['nosuch'], ['policy', 'check', 'x']]) {
      const ran = await gatehouse([...args, '--json'])
      assert.equal(ran.code, 2, args.join(' '))
      assert.equal((valueOf(ran)['error'] as { code: string }).code, 'usage')
      assert.equal(ran.err, '')
    }
  })

  it('tells a person of an unknown command on standard error, with the one that was meant', async () => {
    const { code, out, err } = await gatehouse(['relaese'])
    assert.equal(code, 2)
    assert.equal(out, '')
    assert.match(err, /unknown command 'relaese'[\s\S]*Did you mean release\?/)
  })

  it('names a setting that can’t work', async () => {
    const person = await gatehouse(['migrate'], { env: { PORT: 'eighty' } })
    assert.equal(person.code, 9)
    assert.equal(person.out, '')
    assert.match(person.err, /PORT must be a whole number/)
    const machine = await gatehouse(['migrate', '--json'], { env: { PORT: '65536' } })
    assert.equal(machine.code, 9)
    assert.equal((valueOf(machine)['error'] as { code: string }).code, 'misconfigured')
    // A command that needs no setting is not stopped by one.
    assert.equal((await gatehouse(['--help'], { env: { PORT: 'eighty' } })).code, 0)
  })

  it('goes on when nobody reads what it says', async () => {
    for (const args of [['--help'], ['policy', 'check', '--json']]) {
      const { code, err } = await gatehouse(args, { reads: false })
      assert.equal(code, 0)
      assert.equal(err, '')
    }
    assert.equal((await gatehouse(['nosuch', '--json'], { reads: false })).code, 2)
  })
})

describe('policy check', () => {
  it('says file, line and column of each fault', async () => {
    const folder = join(scratch, 'policy')
    await cp('policy', folder, { recursive: true })
    const file = join(folder, 'agreements', 'cpoms.yaml')
    const text = await readFile(file, 'utf8')
    const line = text.split('\n').findIndex((each) => each.includes('pupil.surname')) + 1
    assert.ok(line > 0)
    await writeFile(file, text.replace('pupil.surname', 'pupil.sirname'))
    const person = await gatehouse(['policy', 'check', '--folder', folder])
    assert.equal(person.code, 4)
    assert.match(person.out, new RegExp(`^\\S*agreements/cpoms\\.yaml:${line}:\\d+ .*pupil\\.sirname`, 'm'))
    const machine = await gatehouse(['policy', 'check', '--folder', folder, '--json'])
    assert.equal(machine.code, 4)
    const { ok, faults } = valueOf(machine) as { ok: boolean; faults: { file: string; line: number }[] }
    assert.equal(ok, false)
    assert.ok(faults.some((fault) => fault.file.endsWith('agreements/cpoms.yaml') && fault.line === line))
  })
})

describe('a command over a home', () => {
  it('says that what was asked for is not there', async () => {
    const none = await gatehouse(['decide', '--recipient', 'nosuch', '--json'])
    assert.equal(none.code, 5)
    assert.match(JSON.stringify(valueOf(none)), /"code":"not-found","message":"There is no school/)
    const store = await openStore({ folder: join(home, 'store') })
    const policy = await readPolicyFolder('policy')
    assert.ok(policy.ok)
    await loadPolicy(await addSchool(store), policy.value, new Date('2026-11-24T07:30:00Z'))
    await store.close()
    const unknown = await gatehouse(['decide', '--recipient', 'nosuch', '--json'])
    assert.equal(unknown.code, 5)
    assert.match(JSON.stringify(valueOf(unknown)), /"code":"not-found","message":"No recipient or agreement/)
  })

  it('names what was probably meant, and lets no unknown word pass for nothing', async () => {
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['decide', '--recipient', 'ortack'], 5, /Did you mean otrack\?/],
      [['deliver', '--recipient', 'cpom'], 5, /Did you mean cpoms\?/],
      [['deliver', 'not-an-id'], 4, /no release’s id/],
      [['release', '--recipient', 'otrack', '--dry-run', '--despite', 'missing-pupil'], 4, /Did you mean missing-pupils\?/],
      [['import', 'bromcom-pupil', 'x.csv'], 5, /Did you mean bromcom-pupils/],
      [['import', 'ctf', 'nowhere.xml'], 5, /no such file/],
      [['policy', 'impact', '--agreement', 'otrak'], 5, /Did you mean otrack\?/],
      [['policy', 'approve', 'otrack', 'two', '--as', 'head@school.example'], 4, /whole number/],
      [['notice', 'render', '--out', join(scratch, 'nowhere', 'notice.md')], 4, /no such file or folder/],
    ] // prettier-ignore
    for (const [args, code, words] of cases) {
      const ran = await gatehouse(args)
      assert.equal(ran.code, code, `${args.join(' ')}: ${ran.err}`)
      assert.match(ran.err, words)
      assert.equal(ran.out, '')
      assert.doesNotMatch(ran.err, /\n\s+at |node:internal/, 'no stack')
    }
  })

  it('shows what a proposal for a recipient would do that the store does not know yet', async () => {
    const folder = join(scratch, 'proposed')
    await cp('policy', folder, { recursive: true })
    for (const [kind, name] of [
      ['recipients', 'recipient'],
      ['agreements', 'agreement'],
    ] as const) {
      const text = await readFile(join(folder, kind, 'oxford-reading-buddy.yaml'), 'utf8')
      assert.ok(text.includes('oxford-reading-buddy'), name)
      await writeFile(
        join(folder, kind, 'new-readers.yaml'),
        text.replaceAll('oxford-reading-buddy', 'new-readers'),
      )
    }
    const notice = join(folder, 'notice.yaml')
    const order = await readFile(notice, 'utf8')
    const entry = /^(\s*)- (?:\{ )?id: oxford-reading-buddy.*\n(?:\1  .*\n)*/m.exec(order)?.[0] ?? ''
    assert.notEqual(entry, '')
    await writeFile(
      notice,
      order.replace(entry, entry + entry.replaceAll('oxford-reading-buddy', 'new-readers')),
    )
    const ran = await gatehouse([
      'policy',
      'impact',
      '--folder',
      folder,
      '--agreement',
      'new-readers',
      '--json',
    ])
    assert.equal(ran.code, 0, ran.out + ran.err)
    assert.match(ran.out, /"agreement":"new-readers"/)
  })

  it('says who holds the embedded store', async () => {
    const store = await openStore({ folder: join(home, 'store') })
    try {
      const held = await gatehouse(['migrate'])
      assert.equal(held.code, 6)
      assert.match(held.err, new RegExp(`Process ${process.pid} `))
    } finally {
      await store.close()
    }
  })
})
