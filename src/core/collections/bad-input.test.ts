import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { mostNamed } from './breaches.ts'
import type { Finding } from './index.ts'
import { inChunks, linesOf, outcomesOf } from './testing/outcome-of-bytes.ts'
import { sampleReturn, termOf } from './testing/sample-return.ts'

const spring = await termOf('school-census', 2026, 'SPR')
const sound = await sampleReturn(spring, 40)
const text = sound.toString()
const outcomeOf = outcomesOf(spring)

/** A file of one entry, as a zip program writes it. */
function zipped(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.write('PK\x03\x04', 'latin1')
  local.writeUInt16LE(20, 4)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(content.length, 22)
  local.writeUInt16LE(name.length, 26)
  return Buffer.concat([local, Buffer.from(name), packed])
}

const inside = (what: string): string => text.replace('<Surname>Example</Surname>', what)
const declared = (encoding: string): string => text.replace('encoding="UTF-8"', `encoding="${encoding}"`)
const accented = inside('<Surname>Beyoncé</Surname>')
const at = linesOf(Buffer.from(text.slice(0, text.indexOf('<Surname>'))))
const bomb = `<!DOCTYPE Message [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${String(i)} "&a${i === 0 ? '' : String(i - 1)};&a${i === 0 ? '' : String(i - 1)};">`).join('')}]>\n`
const external = '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
const afterDeclaration = (what: string): string => text.replace('?>\n', `?>\n${what}`)
const utf16 = Buffer.from(text, 'utf16le')

const refused: readonly (readonly [what: string, message: string | Buffer, why: RegExp, line: number])[] = [
  ['an entity bomb', afterDeclaration(bomb), /document type/, 2],
  ['a bomb that is used', afterDeclaration(bomb).replace('>Example<', '>&a29;<'), /document type/, 2],
  ['an external entity', afterDeclaration(external).replace('>Example<', '>&x;<'), /document type/, 2],
  [
    'a parameter entity',
    afterDeclaration('<!DOCTYPE Message [<!ENTITY % p SYSTEM "http://x.example/p">%p;]>\n'),
    /document type/,
    2,
  ],
  [
    'an external definition',
    afterDeclaration('<!DOCTYPE Message SYSTEM "http://x.example/m.dtd">\n'),
    /document type/,
    2,
  ],
  ['an entity that nobody declared', inside('<Surname>&x;</Surname>'), /entity/, at],
  ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), /UTF-16/, 1],
  ['UTF-16 of the other order', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]).swap16(), /UTF-16/, 1],
  ['UTF-16 without a mark', utf16, /UTF-16/, 1],
  ['UTF-16 that is declared alone', declared('UTF-16'), /UTF-8/, 1],
  [
    'Latin-1 that is declared',
    Buffer.from(declared('ISO-8859-1').replace('>Example<', '>Beyoncé<'), 'latin1'),
    /UTF-8/,
    1,
  ],
  ['plain letters that are declared as Latin-1', declared('iso-8859-1'), /UTF-8/, 1],
  ['Windows-1252 that is declared', declared('windows-1252'), /UTF-8/, 1],
  ['Latin-1 that is not declared', Buffer.from(accented, 'latin1'), /not UTF-8/, at],
  ['an overlong character', splice('\xc0\xbc'), /not UTF-8/, at],
  ['half of a surrogate pair', splice('\xed\xa0\x80'), /not UTF-8/, at],
  ['the byte FF', splice('\xff'), /not UTF-8/, at],
  ['a NUL byte', inside('<Surname>Exa\0mple</Surname>'), /not allow/, at],
  ['NUL bytes alone', Buffer.alloc(5000), /UTF-16|not allow|not XML/, 1],
  ['NUL bytes at the end', Buffer.concat([sound, Buffer.alloc(512)]), /not allow|outside/, linesOf(sound)],
  ['two messages in one file', text + text.replace(/^.*\n/, ''), /second message/, linesOf(sound)],
  ['a second declaration', text + text, /declaration/, linesOf(sound)],
  ['a zip', zipped('return.xml', sound), /not XML|UTF-8|not allow/, 1],
  [
    'an error page',
    '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>\n',
    /document type/,
    1,
  ],
  ['an error page without a type', '<html><body><h1>Sign in</h1></body></html>', /another element/, 1],
  ['JSON', '{"error":"unauthorised"}', /not XML/, 1],
  ['CSV', 'UPN,Surname\nA123456789012,Example\n', /not XML/, 1],
  ['an empty file', '', /empty/, 1],
  ['an empty line', '\n', /ends before/, 2],
  ['a byte order mark alone', '\ufeff', /ends before|empty/, 1],
  ['another department’s message', text.replaceAll('Message>', 'Envelope>'), /another element/, 2],
]

function splice(bytes: string): Buffer {
  const place = text.indexOf('>Example<') + 3
  return Buffer.concat([sound.subarray(0, place), Buffer.from(bytes, 'latin1'), sound.subarray(place)])
}

describe('a file that can’t be read', () => {
  for (const [what, message, why, line] of refused) {
    it(`is refused with its line, and leaves nothing: ${what}`, async () => {
      const bytes = Buffer.from(message)
      for (const size of [bytes.length + 1, 7]) {
        const { fault } = await outcomeOf(inChunks(bytes, size))
        assert.match(fault?.message ?? 'none', why)
        assert.equal(fault?.line, line)
        assert.ok(fault.todo.length > 0)
        assert.doesNotMatch(JSON.stringify(fault), /Example|Beyonc|passwd|hahaha/)
      }
    })
  }

  it('is refused where it is cut off, at every thousandth byte and near every end', async () => {
    const end = text.lastIndexOf('>') + 1
    const cuts = [
      ...Array.from({ length: Math.floor(end / 1000) }, (_, i) => (i + 1) * 1000),
      ...Array.from({ length: 60 }, (_, i) => i),
      ...Array.from({ length: 60 }, (_, i) => end - 1 - i),
    ]
    assert.ok(cuts.length > 150, String(cuts.length))
    for (const cut of cuts) {
      const part = sound.subarray(0, cut)
      const { fault } = await outcomeOf(inChunks(part))
      assert.match(fault?.message ?? 'none', cut === 0 ? /empty/ : /ends|inside/, String(cut))
      assert.equal(fault?.line, linesOf(part), String(cut))
    }
  })
})

describe('a file that can be read', () => {
  const shapes = (findings: readonly Finding[]): readonly string[] =>
    findings.filter(({ rule }) => rule.startsWith('S')).map(({ rule, line }) => `${rule} ${String(line)}`)

  it('is the same with a byte order mark, in another case of its encoding, and in one chunk or many', async () => {
    const first = await outcomeOf([sound])
    assert.equal(first.fault, null)
    assert.equal(first.pupils, 40)
    for (const other of [`\ufeff${text}`, declared('utf-8'), text.replace(' encoding="UTF-8"', '')])
      assert.deepEqual(await outcomeOf(inChunks(Buffer.from(other), 333)), first)
  })

  it('has a finding for every section that stands twice, and keeps the first', async () => {
    const header = /<Header>.*<\/Header>/.exec(text)?.[0] ?? ''
    const again = text
      .replace(header, `${header}\n${header.replace('>894<', '>895<')}`)
      .replace('</School>\n', '</School>\n<School><SchoolCharacteristics></SchoolCharacteristics></School>\n')
      .replace('</PupilsOnRoll>', '</PupilsOnRoll>\n<PupilsOnRoll><PupilOnRoll></PupilOnRoll></PupilsOnRoll>')
      .replace('</Pupils>', '</Pupils>\n<Pupils></Pupils>')
    const { fault, findings, pupils } = await outcomeOf(inChunks(Buffer.from(again)))
    assert.equal(fault, null)
    const lines = again.split('\n')
    const second = (begins: string): number => lines.findLastIndex((line) => line.includes(begins)) + 1
    assert.deepEqual(shapes(findings), [
      `S2 ${String(second('>895<'))}`,
      `S2 ${String(second('<SchoolCharacteristics></'))}`,
      `S2 ${String(second('<PupilsOnRoll><PupilOnRoll></'))}`,
      `S2 ${String(second('<Pupils></Pupils>'))}`,
    ])
    assert.equal(pupils, 40)
    const { findings: before } = await outcomeOf([sound])
    const rest = findings.filter(({ rule }) => rule !== 'S2')
    assert.deepEqual(
      rest.map(({ rule }) => rule),
      before.map(({ rule }) => rule),
    )
  })

  it('names the first records that break a rule and counts the others', async () => {
    const many = mostNamed + 1234
    const head = text.slice(0, text.indexOf('<PupilOnRoll>'))
    const message = `${head}${'<PupilOnRoll/>\n'.repeat(many)}</PupilsOnRoll></Pupils></Message>`
    const { findings, pupils } = await outcomeOf(inChunks(Buffer.from(message)))
    assert.equal(pupils, many)
    const mine = findings.filter(({ rule }) => rule === '1500')
    assert.equal(mine.length, mostNamed + 1)
    const [rest, first] = mine
    assert.equal(rest?.location, 'Pupil: 1234 more records, which are not named')
    assert.equal(rest.severity, 'error')
    assert.equal(first?.ordinal, 1)
    assert.equal(mine.at(-1)?.ordinal, mostNamed)
    for (const [rule, all] of Map.groupBy(findings, (each) => each.rule))
      assert.ok(all.length <= mostNamed + 1, rule)
  })
})
