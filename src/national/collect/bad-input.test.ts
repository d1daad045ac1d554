import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { asCollector } from './collector.ts'
import { receiveReturn, type Delivery } from './index.ts'
import { censusMessage } from './testing/census-message.ts'
import { collectedFiles, testCollector, testSource, testTime, theOperator } from './testing/test-collector.ts'

const store = await openTestStore()
const collector = await testCollector(store, [testSource('100001', { establishment: '2001' })])
const message = censusMessage({ urn: '100001', pupils: 12 })
const bytes = Buffer.from(message)

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bad-'))
process.env['TMPDIR'] = folder
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const returnsKept = (): Promise<number> =>
  asCollector(collector).read(async (tx) => {
    const { many } = await tx
      .selectFrom('collected_return')
      .select(({ fn }) => fn.countAll<string>().as('many'))
      .executeTakeFirstOrThrow()
    return Number(many)
  })

/** The refusal of what is delivered so: no return, no file and nothing temporary is left of it. */
async function refusalOf(open: Delivery['open'], name = 'return.xml') {
  const before = { files: collectedFiles(collector), returns: await returnsKept() }
  const result = await receiveReturn(collector, theOperator, { name, open }, testTime)
  assert.ok(!result.ok, 'it was taken in')
  assert.deepEqual(before, { files: collectedFiles(collector), returns: await returnsKept() })
  assert.deepEqual(readdirSync(folder), [])
  assert.deepEqual([...collector.staging], [])
  return result.error
}

const opening = (...chunks: readonly (string | Uint8Array)[]): Delivery['open'] =>
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
const repeated = (begin: string, piece: string, size: number, end: string): Delivery['open'] =>
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* () {
    yield Buffer.from(begin)
    const block = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
    for (let made = 0; made < size; made += block.length) yield Buffer.from(block)
    yield Buffer.from(end)
  }

const doctype = (what: string): string => message.replace('?>\n', `?>\n<!DOCTYPE Message ${what}>\n`)
const head = message.slice(0, message.indexOf('<Pupils>'))
const hundred = 100 * 2 ** 20

const bad: readonly (readonly [what: string, open: Delivery['open'], why: RegExp])[] = [
  ['an entity bomb', opening(doctype('[<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]')), /document type/],
  ['an external entity', opening(doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]')), /document type/],
  ['UTF-16', opening(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(message, 'utf16le')])), /UTF-16/],
  ['Latin-1', opening(Buffer.from(message.replace('>Pupil A<', '>Beyoncé<'), 'latin1')), /not UTF-8/],
  ['a NUL byte', opening(message.replace('>Pupil A<', '>Pu\0pil<')), /not allow/],
  ['an empty file', opening(''), /empty/],
  [
    'a zip',
    opening(Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'), Buffer.alloc(4000, 0x9d)),
    /not XML|UTF-8|not allow/,
  ],
  ['an error page', opening('<!DOCTYPE html>\n<html><body>502</body></html>'), /document type/],
  ['a page to sign in', opening('<html><body>Sign in</body></html>'), /another element|collection/],
  ['a message that goes on', opening(message, message.replace(/^.*\n/, '')), /second message/],
  [
    'an attribute of 100 MB before the header',
    repeated('<Message a="', 'x', hundred, '"/>'),
    /longer|collection/,
  ],
  [
    'an attribute of 100 MB after it',
    repeated(`${head}<Pupils a="`, 'x', hundred, '"/></Message>'),
    /longer/,
  ],
  ['a million nested elements', repeated(head, '<a>', 3e6, '</Message>'), /nested deeper/],
  ['100 MB of white space', repeated('', ' ', hundred, ''), /ends before|collection|header/],
]

describe('receiving what is no return', () => {
  for (const [what, open, why] of bad) {
    it(`refuses it with a line, and keeps nothing: ${what}`, async () => {
      const { problem, detail, todo, line } = await refusalOf(open)
      assert.match(detail, why)
      assert.ok(problem === 'unreadable' || problem === 'wrong-collection', problem)
      assert.ok(todo.length > 0)
      assert.ok((line ?? 0) >= 1, 'a line')
      assert.doesNotMatch(JSON.stringify({ detail, todo }), /Pupil|Beyonc|passwd/)
    })
  }

  it('refuses it where it is cut off, at every thousandth byte', async () => {
    const end = bytes.lastIndexOf('>') + 1
    for (let cut = 0; cut < end; cut += 1000) {
      const { problem, line } = await refusalOf(opening(bytes.subarray(0, cut), ''))
      assert.equal(problem, 'unreadable', String(cut))
      assert.ok(
        (line ?? 0) >= 1 && (line ?? 0) <= bytes.subarray(0, cut).filter((byte) => byte === 10).length + 1,
      )
    }
  })

  it('takes in the sound one after all of them', async () => {
    const result = await receiveReturn(
      collector,
      theOperator,
      { name: 'return.xml', open: opening(bytes) },
      testTime,
    )
    assert.ok(result.ok, JSON.stringify(result))
    assert.equal(await returnsKept(), 1)
  })
})
