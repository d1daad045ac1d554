import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { censusMessage, upnOf } from '../../../national/collect/testing/census-message.ts'
import { exitCodes } from '../exit-code.ts'
import { runGatehouse } from '../testing/run-gatehouse.ts'

// Every command of the collector once, as a program reads it: exactly one JSON value, and an exit code that tells.

const home = mkdtempSync(join(tmpdir(), 'gatehouse-cli-collect-'))
after(() => rmSync(home, { recursive: true, force: true }))
const path = (name: string): string => join(home, name)

/** Runs `gatehouse collect …`, expects the exit code, and reads the answer. */
async function collect<T>(args: readonly string[], code = 0): Promise<T> {
  const ran = await runGatehouse(home, ['collect', ...args, '--json'])
  assert.equal(ran.code, code, `${args.join(' ')}\n${ran.out}${ran.err}`)
  return JSON.parse(ran.out) as T
}

interface Received {
  readonly return: string
  readonly source: string
  readonly version: number
  readonly state: string
  readonly refused?: { readonly problem: string }
  readonly passedOver?: string
}
interface Found {
  readonly rule: string
  readonly severity: string
  readonly level: string
  readonly location: string
  readonly message: string
  readonly note: { readonly accepts: string }
}
interface Told {
  readonly code?: string
  readonly message?: string
}
const [head, agent, colin] = ['head@a.example', 'agent@la.example', 'colin@dfe.example'] as const
const round = ['school-census', '2026', 'AUT'] as const

describe('gatehouse collect … --json', () => {
  let a = ''
  let b = ''

  it('enters sources, all or none, and says the line at fault', async () => {
    const columns = 'la_number,source,kind,name,governance'
    writeFileSync(path('bad.csv'), `${columns}\n894,100001,school,Abbey,CO\n94,100002,school,Brook,CO\n`)
    const bad = await runGatehouse(home, ['collect', 'sources', path('bad.csv'), '--json'])
    assert.equal(bad.code, exitCodes.input)
    assert.match(bad.out, /line 3/)
    writeFileSync(path('twice.csv'), `${columns}\n894,100001,school,A,CO\n894,100001,school,B,CO\n`)
    assert.match(
      JSON.stringify(await collect<Told>(['sources', path('twice.csv')], exitCodes.input)),
      /twice/,
    )
    writeFileSync(path('none.csv'), `${columns}\n`)
    assert.match(
      JSON.stringify(await collect<Told>(['sources', path('none.csv')], exitCodes.input)),
      /no source/,
    )
    writeFileSync(
      path('good.csv'),
      `${columns}\n894,100001,school,Abbey,CO\n894,100002,school,Brook,CO\n894,894,authority,Telford,\n`,
    )
    assert.deepEqual(await collect(['sources', path('good.csv')]), { entered: 3 })
  })

  it('adds people of every scope, once, and gives a password once', async () => {
    const add = (email: string, ...scope: readonly string[]) =>
      ['account', 'add', '--email', email, '--name', 'Somebody', ...scope] as const
    assert.deepEqual(await collect(add(colin, '--collector')), { email: colin, scope: { kind: 'collector' } })
    assert.deepEqual(await collect(add(agent, '--authority', '894')), {
      email: agent,
      scope: { kind: 'authority', laNumber: '894' },
    })
    assert.deepEqual(await collect(add(head, '--authority', '894', '--source', '100001')), {
      email: head,
      scope: { kind: 'source', laNumber: '894', source: '100001' },
    })
    await collect(add(colin, '--collector'), exitCodes.absent)
    await collect(add('x@y.example', '--authority', '894', '--source', '999999'), exitCodes.absent)
    await collect(add('x@y.example'), exitCodes.input)
    await collect(add('nowhere', '--collector'), exitCodes.input)
    await collect([...add('x@y.example', '--collector'), '--as', head], exitCodes.refused)
    await collect([...add('x@y.example', '--authority', '894'), '--duties', 'statistics'], exitCodes.input)
    assert.deepEqual(await collect(['account', 'duties', colin, 'match-review', 'output-check']), {
      email: colin,
      duties: ['match-review', 'output-check'],
    })
    await collect(['account', 'duties', colin, 'everything'], exitCodes.input)
    const given = await collect<{ password: string; days: number }>(['password', agent])
    assert.ok(given.password.length >= 12 && given.days > 0)
    await collect(['status', '--as', 'nobody@a.example'], exitCodes.absent)
  })

  it('shows its keys, opens and closes a round', async () => {
    const key = await collect<{ age: string; ed25519: string }>(['key'])
    assert.match(key.age, /^age1/)
    assert.match(key.ed25519, /^[A-Za-z0-9_-]{43}$/)
    assert.deepEqual(await collect(['open', ...round]), {
      collection: 'school-census',
      year: 2026,
      term: 'AUT',
      open: true,
    })
    await collect(['close', ...round, '--as', agent], exitCodes.refused)
    await collect(['open', 'school-census', '1999', 'AUT'], exitCodes.input)
    assert.equal((await collect<{ open: boolean }>(['close', ...round])).open, false)
    mkdirSync(path('in'))
    writeFileSync(
      path('in/a.xml'),
      censusMessage({ urn: '100001', pupils: [{ upn: upnOf(1) }, { upn: upnOf(2) }] }),
    )
    const [closed] = await collect<readonly Received[]>(['receive', path('in/a.xml')], exitCodes.input)
    assert.equal(closed?.refused?.problem, 'not-open')
    await collect(['open', ...round])
  })

  it('receives files and folders, passes over what stands, replaces with a reason, refuses the rest', async () => {
    writeFileSync(
      path('in/b.xml'),
      censusMessage({ urn: '100002', pupils: [{ upn: upnOf(1) }, { upn: upnOf(9) }] }),
    )
    const taken = await collect<readonly Received[]>(['receive', path('in')])
    assert.deepEqual(
      taken.map(({ source, version, state }) => [source, version, state]),
      [
        ['100001', 1, 'loaded-and-validated'],
        ['100002', 1, 'loaded-and-validated'],
      ],
    )
    ;[a = '', b = ''] = taken.map((each) => each.return)
    const again = await collect<readonly Received[]>(['receive', path('in')])
    assert.ok(again.length === 2 && again.every(({ passedOver }) => passedOver !== undefined))
    writeFileSync(path('a2.xml'), censusMessage({ urn: '100001', pupils: [{ upn: upnOf(1) }] }))
    const [stands] = await collect<readonly Received[]>(['receive', path('a2.xml')], exitCodes.input)
    assert.equal(stands?.refused?.problem, 'return-stands')
    const [second] = await collect<readonly Received[]>(['receive', path('a2.xml'), '--replace', 'One left'])
    assert.equal(second?.version, 2)
    a = second.return
    writeFileSync(path('odd.xml'), '<Message>\n<Header>')
    const [odd] = await collect<readonly Received[]>(['receive', path('odd.xml')], exitCodes.input)
    assert.equal(odd?.refused?.problem, 'unreadable')
    const [other] = await collect<readonly Received[]>(
      ['receive', path('in/b.xml'), '--replace', 'Ours', '--as', head],
      exitCodes.input,
    )
    assert.equal(other?.refused?.problem, 'wrong-source')
    assert.deepEqual(await collect(['resume']), { validated: [], stuck: [], cleared: 0 })
  })

  it('tells what was found, as an array of rule, severity, level, location and message', async () => {
    const found = await collect<readonly Found[]>(['findings', a])
    assert.ok(found.length > 0)
    for (const each of found)
      for (const name of ['rule', 'severity', 'level', 'location', 'message'] as const)
        assert.equal(typeof each[name], 'string')
    const [{ rule } = { rule: '' }] = found
    const some = await collect<readonly Found[]>(['findings', a, '--rule', rule])
    assert.ok(some.length > 0 && some.every((each) => each.rule === rule))
    await collect(['findings', b, '--as', head], exitCodes.absent)
    assert.ok((await collect<readonly unknown[]>(['rules', '--collection', 'school-census'])).length > 300)
  })

  it('writes notes and decides on them, one or all', async () => {
    const found = await collect<readonly Found[]>(['findings', a])
    const asking = [...new Set(found.filter(({ note }) => note.accepts === 'reason').map(({ rule }) => rule))]
    const confirming = [
      ...new Set(found.filter(({ note }) => note.accepts === 'confirmation').map(({ rule }) => rule)),
    ]
    assert.ok(asking.length > 0)
    await collect(
      ['note', a, '--rule', asking[0] ?? '', '--text', 'confirmed', '--as', head],
      exitCodes.refused,
    )
    await collect(['note', a, '--rule', '1', '--text', 'x', '--kind', 'poem'], exitCodes.input)
    await collect(['note', a, '--rule', '1', '--findings', 'one'], exitCodes.input)
    const notes: string[] = []
    for (const rule of asking) {
      const text = 'A small school with one class only.'
      notes.push(
        (await collect<{ note: string }>(['note', a, '--rule', rule, '--text', text, '--as', head])).note,
      )
    }
    for (const rule of confirming)
      await collect(['note', a, '--rule', rule, '--kind', 'confirmation', '--as', head])
    const [one = ''] = notes
    await collect(['note', a, '--reject', one, '--as', colin], exitCodes.input)
    await collect(['note', a, '--accept', one, '--as', head], exitCodes.refused)
    assert.deepEqual(await collect(['note', a, '--accept', one, '--as', colin]), {
      note: one,
      outcome: 'accepted',
    })
    await collect(['note', a, '--accept-all', '--as', colin], exitCodes.input)
    const all = await collect<{ accepted: readonly string[] }>([
      'note', a, '--accept-all', '--reason', 'Seen at our visit', '--as', agent,
    ]) // prettier-ignore
    assert.deepEqual([...all.accepted].sort(), notes.slice(1).sort())
  })

  it('follows a return to its authorisation, and says why not', async () => {
    const move = <T>(name: string, by: string, code = 0, ...more: readonly string[]): Promise<T> =>
      collect<T>([name, a, '--as', by, ...more], code)
    const [early] = await move<readonly { refused: { why: string } }[]>('authorise', colin, exitCodes.refused)
    assert.equal(early?.refused.why, 'wrong-state')
    assert.deepEqual(await move('submit', head), [
      { return: a, from: 'loaded-and-validated', state: 'submitted' },
    ])
    const [no] = await move<readonly { refused: { why: string } }[]>('reject', agent, exitCodes.refused)
    assert.equal(no?.refused.why, 'no-reason')
    await move('reject', agent, 0, '--reason', 'Look at the classes')
    await move('submit', head)
    await move('approve', agent)
    assert.deepEqual(await move('authorise', colin), [{ return: a, from: 'approved', state: 'authorised' }])
    await collect(['withdraw', b, '--as', colin, '--reason', 'Sent by mistake'])
    const [again] = await collect<readonly Received[]>(['receive', path('in/b.xml')])
    b = again?.return ?? ''
    assert.equal(again?.version, 2)
  })

  it('counts rounds, tells a return’s history, lists what waits and who is late', async () => {
    const [status] = await collect<
      readonly { national: { expected: number; states: Record<string, number> } }[]
    >(['status'])
    assert.equal(status?.national.expected, 2)
    assert.equal(status.national.states['authorised'], 1)
    const one = await collect<{ state: string; events: readonly { move: string }[] }>(['status', a])
    assert.equal(one.state, 'authorised')
    assert.deepEqual(one.events.map(({ move }) => move), [
      'replace', 'validate', 'submit', 'reject', 'submit', 'approve', 'authorise',
    ]) // prettier-ignore
    const queue = await collect<readonly { return: string }[]>(['queue'])
    assert.deepEqual(
      queue.map((each) => each.return),
      [b],
    )
    const chased = await collect<readonly { source: string }[]>(['chase'])
    assert.ok(Array.isArray(chased))
  })

  it('finds children in two returns, and exports what was received', async () => {
    const found = await collect<{
      sameUpn: number
      groups: readonly {
        id: string
        records: readonly { return: string; ordinal: number; status: number }[]
      }[]
    }>(['duplicates', ...round, '--list'])
    assert.equal(found.sameUpn, 1)
    const [group] = found.groups
    const main = group?.records.at(-1)
    assert.ok(group && main)
    const place = ['--return', main.return, '--pupil', String(main.ordinal)]
    await collect(['duplicate', group.id, ...place, '--as', agent], exitCodes.refused)
    await collect(['duplicate', group.id, ...place])
    const again = await collect<typeof found>(['duplicates', ...round, '--list'])
    assert.deepEqual(
      again.groups[0]?.records.map((one) => [one.return, one.status]).sort(),
      group.records.map((one) => [one.return, one.return === main.return ? 9 : 109]).sort(),
    )
    await collect(['duplicates', ...round, '--as', agent], exitCodes.refused)
    const exported = await collect<readonly { return: string; files: readonly string[] }[]>([
      'export',
      a,
      b,
      '--out',
      path('out'),
    ])
    assert.deepEqual(
      exported.map((each) => each.return),
      [a, b],
    )
    assert.equal(readdirSync(path('out')).length, 2)
    await collect(['export', a, '--out', path('out')], exitCodes.absent)
  })
})
