import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { example, scanExample } from './testing/scan-example.ts'

/** Whether saxes, a conforming parser, holds the text to be well-formed. */
function wellFormed(text: string): boolean {
  const parser = new SaxesParser({ xmlns: false })
  let sound = true
  parser.on('error', () => (sound = false))
  parser.write(text).close()
  return sound
}

/** Refused on purpose, well-formed or not: another root, another encoding, a document type, another version. */
const onPurpose = /not a message of this kind|not in UTF-8|document type|in UTF-16/

function agree(text: string, sizes: readonly number[]): void {
  if (!text.isWellFormed() || text.includes('1.1')) return
  const { fault } = scanExample(text, sizes)
  assert.deepEqual(scanExample(text).fault, fault, 'the fault is the same wherever the chunks end')
  if (onPurpose.test(fault?.message ?? '')) return
  assert.equal(fault === null, wellFormed(text), JSON.stringify({ text, fault }))
}

const pieces = [
  '<',
  '>',
  '/',
  '</',
  '/>',
  '<M>',
  '</M>',
  '<M ',
  'M',
  '<a>',
  '</a>',
  '<a/>',
  'a',
  'a="1"',
  "b='2'",
  ' ',
  '\n',
  '\r',
  '\t',
  '=',
  '"',
  "'",
  '&',
  '&amp;',
  '&#65;',
  '&#x42;',
  '&#0;',
  '&x;',
  ';',
  '#',
  '<!--',
  '-->',
  '--',
  '-',
  '<![CDATA[',
  ']]>',
  ']',
  '<?p ',
  '?>',
  '<?',
  '<?xml version="1.0"?>',
  '!',
  '[',
  'x:y',
  ':',
  '.',
  '1',
  'é',
  '€',
  '😀',
  '\u0001',
  '\ufffe',
  '\u00b7',
  '<é>',
  '</é>',
]
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 })

void test('random messages are well-formed here as they are to saxes', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), sizes, (parts, chunks) => {
      agree(parts.join(''), chunks)
      agree(`<M>${parts.join('')}</M>`, chunks)
    }),
    { numRuns: 4000 },
  )
})

void test('mutated messages are well-formed here as they are to saxes', () => {
  const edit = fc.record({
    at: fc.nat(example.length),
    cut: fc.integer({ min: 0, max: 6 }),
    put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3, unit: 'binary' })),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), sizes, (edits, chunks) => {
      let text = example
      for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut)
      agree(text, chunks)
    }),
    { numRuns: 4000 },
  )
})

/** A tree of elements as text, written in one of the ways in which XML may write it. */
const tree = fc.letrec<{ node: string; nodes: string }>((tie) => ({
  nodes: fc.array(tie('node'), { maxLength: 4 }).map((all) => all.join('')),
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    fc
      .string({ maxLength: 6, unit: 'grapheme' })
      .map((text) => text.replaceAll(/[&<>\p{Cc}\ufffe\uffff]/gu, '')),
    fc.constantFrom('&lt;', '&#x20AC;', '<!-- c -->', '<?p i?>', '<![CDATA[<&]]>', '\r\n'),
    fc
      .tuple(fc.constantFrom('a', 'Header', 'Pupils', 'On', 'Pupil', 'é'), tie('nodes'))
      .map(([name, inner]) => `<${name}>${inner}</${name}>`),
  ),
}))

void test('every well-formed message is read, and its values are those that saxes reads', () => {
  fc.assert(
    fc.property(tree.nodes, sizes, (inner, chunks) => {
      const text = `<M><Header><Source>${inner}</Source></Header></M>`
      assert.equal(wellFormed(text), true)
      const read = scanExample(text, chunks)
      assert.equal(read.fault, null)
      assert.equal(read.rows['header']?.[0]?.[5], sourceText(text))
    }),
    { numRuns: 1000 },
  )
})

/** The text that stands directly in Source, white space as spaces. */
function sourceText(text: string): string {
  const parser = new SaxesParser({ xmlns: false })
  let [value, depth] = ['', 0]
  const add = (part: string): void => {
    if (depth === 3) value += part
  }
  parser.on('opentag', () => depth++)
  parser.on('closetag', () => depth--)
  parser.on('text', add)
  parser.on('cdata', add)
  parser.write(text).close()
  return value.replaceAll(/[\t\r\n]/g, ' ')
}
