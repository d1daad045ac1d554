import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { agreementShape } from './agreement-shape.ts'
import { readPolicyFile } from './policy-file.ts'
import { readShape } from './read-shape.ts'
import { policyFolder } from './testing/changed-policy.ts'

const whole = readFileSync(join(policyFolder, 'agreements/otrack.yaml'), 'utf8')

/** Whatever the text, there is a value or there are faults, each at a place in the file. */
function readsOrTells(text: string): void {
  const read = readShape(readPolicyFile('x.yaml', text), agreementShape)
  if (read.ok) return
  assert.ok(read.error.length > 0)
  const lines = text.split(/\r\n|\n|\r/).length
  for (const { line, column, message, todo } of read.error) {
    assert.ok(line >= 1 && line <= lines + 1, `line ${line} of ${lines}`)
    assert.ok(column >= 1 && message !== '' && todo !== '')
  }
}

describe('a policy file', () => {
  it('tells its faults whatever is done to it', () => {
    const junk = fc.constantFrom('', ':', '{', '}', '[', ']', '- ', '\n', '  ', '&a ', '*a', '!!binary ', '"', '\t', '<<: ', '? ', '\0', '…', '__proto__:')
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), junk, (at, cut, put) =>
        readsOrTells(whole.slice(0, at) + put + whole.slice(at + cut)),
      ),
      { numRuns: 400 },
    )
  })

  it('tells its faults for any text at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), readsOrTells), { numRuns: 400 })
  })

  it('survives nesting, aliases that multiply, and a key that is no name', () => {
    readsOrTells('['.repeat(20_000))
    readsOrTells('- '.repeat(20_000))
    readsOrTells('{a: '.repeat(5_000))
    readsOrTells(`a: &a [x]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]\n`)
    readsOrTells('? [a, b]\n: 1\n')
    readsOrTells('__proto__: { id: x }\nid: otrack\n')
    readsOrTells('')
    readsOrTells('\uFEFFid: x\n')
  })

  it('counts lines and columns as editors do, on any kind of line end', () => {
    for (const end of ['\n', '\r\n']) {
      const file = readPolicyFile('x.yaml', ['a: 1', 'b:', '  - c: 2', '    d: 3'].join(end))
      const { line, column } = file.fault(['b', 0, 'd'], '', '')
      assert.deepEqual([line, column], [4, 8])
      const key = file.fault(['b', 0], '', '', 'd')
      assert.deepEqual([key.line, key.column], [4, 5])
      const above = file.fault(['b', 7, 'e', 'f'], '', '')
      assert.equal(above.line, 3)
    }
  })
})
