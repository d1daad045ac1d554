import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MessageFault } from '../standards/xml-records/index.ts'
import type { Finding } from './index.ts'
import { outcomesOf } from './testing/outcome-of-bytes.ts'
import { termOf } from './testing/sample-return.ts'

const outcomeOf = outcomesOf(await termOf('school-census', 2026, 'SPR'))

/** The most memory in use while it runs beyond what was before, in MiB, and the seconds of processor it took. */
async function costOf(
  message: () => Iterable<Uint8Array>,
): Promise<{ fault: MessageFault | null; findings: readonly Finding[]; memory: number; seconds: number }> {
  const before = process.memoryUsage.rss()
  const start = process.cpuUsage()
  let most = before
  function* watched(): Generator<Uint8Array> {
    for (const chunk of message()) {
      yield chunk
      most = Math.max(most, process.memoryUsage.rss())
    }
  }
  const { fault, findings } = await outcomeOf(watched())
  const { user, system } = process.cpuUsage(start)
  most = Math.max(most, process.memoryUsage.rss())
  return { fault, findings, memory: (most - before) / 2 ** 20, seconds: (user + system) / 1e6 }
}

function* filled(begin: string, piece: string, bytes: number, end: string): Generator<Uint8Array> {
  yield Buffer.from(begin)
  const block = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
  for (let made = 0; made < bytes; made += block.length) yield block
  yield Buffer.from(end)
}

describe('an absurd file', () => {
  const hundred = 100 * 2 ** 20
  const begin = '<?xml version="1.0"?>\n<Message>\n'
  const absurd: readonly (readonly [
    what: string,
    message: () => Iterable<Uint8Array>,
    why: RegExp,
    line: number,
  ])[] = [
    [
      'an attribute of 100 MB',
      () => filled(`${begin}<Header a="`, 'x', hundred, '"/></Message>'),
      /longer/,
      3,
    ],
    [
      'a value of 100 MB',
      () => filled(`${begin}<Header><Source><LEA>`, 'x', hundred, '</LEA></Source></Header></Message>'),
      /longer/,
      3,
    ],
    ['a comment of 100 MB', () => filled(`${begin}<!--`, 'x', hundred, '--></Message>'), /longer/, 3],
    ['a name of 100 MB', () => filled(`${begin}<`, 'x', hundred, '/></Message>'), /longer/, 3],
    [
      'a CDATA section of 100 MB',
      () => filled(`${begin}<Header><![CDATA[`, 'x', hundred, ']]></Header></Message>'),
      /longer/,
      3,
    ],
    [
      'a million nested elements',
      () => filled(begin, '<a>', 3e6, `${'</a>'.repeat(1e6)}</Message>`),
      /nested deeper/,
      3,
    ],
    [
      'a million attributes',
      () => filled(`${begin}<Header`, ' abcdefgh="1"', 13e6, '/></Message>'),
      /twice|longer/,
      3,
    ],
    ['100 MB before the message', () => filled('', ' ', hundred, '<Message/>'), /ends before|longer|none/, 1],
  ]
  for (const [what, message, why, line] of absurd) {
    it(`is refused in bounded memory and time: ${what}`, async () => {
      const { fault, memory, seconds } = await costOf(message)
      assert.match(fault?.message ?? 'none', why)
      if (fault) assert.equal(fault.line, line)
      assert.ok(memory < 64, `${memory.toFixed(0)} MiB`)
      assert.ok(seconds < 20, `${seconds.toFixed(1)} s`)
    })
  }

  it('is read in bounded memory and time: ten million empty elements', async () => {
    const { fault, findings, memory, seconds } = await costOf(() => filled(begin, '<a/>', 4e7, '</Message>'))
    assert.equal(fault, null)
    assert.ok(findings.filter(({ rule }) => rule === 'S1').length <= 500)
    assert.ok(memory < 256, `${memory.toFixed(0)} MiB`)
    assert.ok(seconds < 60, `${seconds.toFixed(1)} s`)
  })
})
