import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { characterRange, takesText } from '../vocabulary/index.ts'
import { readPolicyFolder } from './index.ts'
import { withChangedPolicy } from './testing/changed-policy.ts'

const file = 'agreements/health-authorities.yaml'
const rule = "characters: [A-Z, a-z, 0-9, _, ' ', \"'\", '`', ’, ʼ, ., '-', À-Ö, Ø-ö, ø-ſ] }"
const column = `CHILD_LAST_NAME
      item: pupil.surname
      write: { `

const faultsOf = (to: string): Promise<readonly string[]> =>
  withChangedPolicy([{ file, from: `${column}${rule}`, to: `${column}${to}` }], async (folder) => {
    const read = await readPolicyFolder(folder)
    return read.ok ? [] : read.error.map(({ message }) => message)
  })

describe('the characters that a recipient takes', () => {
  it('are single ones and ranges, by code point', () => {
    assert.deepEqual(characterRange('a-z'), { from: 97, to: 122 })
    assert.deepEqual(characterRange('-'), { from: 45, to: 45 })
    for (const entry of ['', 'ab', 'z-a', 'a-', 'abcd']) assert.equal(characterRange(entry), null, entry)
    assert.ok(takesText(['a-z', 'À-ſ', '-'], 'zoë-łu'))
    assert.ok(!takesText(['a-z'], 'ș'))
    assert.ok(!takesText(['a-z'], 'x\u{1F600}'))
  })

  it('are those of the national immunisation service for its class list: letters up to U+017F', () => {
    const taken = rule.slice(13, -3).split(', ').map((entry) => entry.replace(/^['"](.*)['"]$/, '$1'))
    for (const name of ['O’Hara-Zoë', 'Łukasz', "D'Arcy 2", 'ſ']) assert.ok(takesText(taken, name), name)
    for (const name of ['Ștefănescu', 'Nguyễn', 'Ana (Anna)', 'a/b', 'a,b', '×', '÷', 'Оля']) {
      assert.ok(!takesText(taken, name), name)
    }
  })

  it('may be joined by letters that the recipient agreed to', async () => {
    const letters = "transliterate: { agreed: 'By the team, 1 September 2026', letters: { Ș: S, ț: t } } }"
    assert.deepEqual(await faultsOf(rule.replace(/ }$/, `, ${letters}`)), [])
    const who = await faultsOf(rule.replace(/ }$/, ', transliterate: { letters: { Ș: S } } }'))
    assert.equal(who.length, 1, 'nobody is said to have agreed')
  })

  for (const [what, to, message] of [
    ['a range the wrong way round', 'characters: [z-a] }', /neither a character nor a range/],
    ['a word', 'characters: [letters] }', /neither a character nor a range/],
    ['letters where everything is taken', 'transliterate: { agreed: x, letters: { Ș: S } } }', /every character/],
    [
      'a letter that is taken as it is',
      'characters: [a-z], transliterate: { agreed: x, letters: { b: c } } }',
      /takes “b” as it is/,
    ],
    [
      'a text that is not taken',
      'characters: [a-z], transliterate: { agreed: x, letters: { Ș: S } } }',
      /“S” is not among/,
    ],
    ['two letters', 'characters: [a-z], transliterate: { agreed: x, letters: { ȘȘ: s } } }', /not one letter/],
  ] as const) {
    it(`are refused with ${what}`, async () => {
      const faults = await faultsOf(to)
      assert.ok(
        faults.some((fault) => message.test(fault)),
        faults.join(' '),
      )
    })
  }
})
