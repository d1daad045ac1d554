import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanExample } from './testing/scan-example.ts'

const within = (inner: string): string => `<M>\n<Header><Source>${inner}</Source></Header></M>`

const bombs = `<?xml version="1.0"?>
<!DOCTYPE M [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<M><Header><Source>&c;</Source></Header></M>`

/** What is refused: why, at which line. */
const refused: readonly (readonly [string, string | Uint8Array, RegExp, number])[] = [
  ['an entity bomb', bombs, /document type/, 2],
  [
    'an external entity',
    '<!DOCTYPE M [<!ENTITY e SYSTEM "file:///etc/passwd">]><M>&e;</M>',
    /document type/,
    1,
  ],
  ['an external document type', '<!DOCTYPE M SYSTEM "http://example.org/m.dtd"><M/>', /document type/, 1],
  ['a parameter entity', '<!DOCTYPE M [<!ENTITY % p SYSTEM "x"> %p;]><M/>', /document type/, 1],
  ['an entity of its own', within('&e;'), /entity/, 2],
  ['HTML’s entities', within('a&nbsp;b'), /entity/, 2],
  ['a bare ampersand', within('Tom & Jerry'), /entity/, 2],
  ['a number that is no character', within('&#0;'), /entity/, 2],
  ['the number of a surrogate', within('&#xD83D;'), /entity/, 2],
  ['a number beyond Unicode', within('&#x110000;'), /entity/, 2],
  ['the number of a control character', within('&#x1f;'), /entity/, 2],
  ['an endless number', within(`&#x${'0'.repeat(100)}41;`), /entity/, 2],
  ['UTF-16 with a mark', Buffer.from('\ufeff<M/>', 'utf16le'), /UTF-16/, 1],
  ['UTF-16, the other way round', Buffer.from('\ufeff<M/>', 'utf16le').swap16(), /UTF-16/, 1],
  ['UTF-16 without a mark', Buffer.from('<M/>', 'utf16le'), /UTF-16/, 1],
  ['UTF-32', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x3c]), /UTF-8|allow|XML/, 1],
  ['Latin-1 that says so', '<?xml version="1.0" encoding="ISO-8859-1"?><M/>', /not in UTF-8/, 1],
  ['Latin-1 that doesn’t', Buffer.from(within('Zoë'), 'latin1'), /not UTF-8/, 2],
  [
    'a surrogate in bytes',
    Buffer.concat([Buffer.from('<M>'), Buffer.from([0xed, 0xa0, 0xbd]), Buffer.from('</M>')]),
    /not UTF-8/,
    1,
  ],
  [
    'an overlong form',
    Buffer.concat([Buffer.from('<M>'), Buffer.from([0xc0, 0xbc]), Buffer.from('</M>')]),
    /not UTF-8/,
    1,
  ],
  ['a control character', within('a\u0001b'), /not allow/, 2],
  ['the separator of cells', within('a\u001fb'), /not allow/, 2],
  ['a null', within('a\0b'), /not allow/, 2],
  ['a control character in a comment', '<M><!-- \u0008 --></M>', /not allow/, 1],
  ['a control character in CDATA', within('<![CDATA[\u0008]]>'), /not allow/, 2],
  ['U+FFFF', within('\uffff'), /not allow/, 2],
  ['two roots', '<M></M>\n<M></M>', /second message/, 2],
  ['another root', '<N></N>', /another element/, 1],
  ['a root in another case', '<m></m>', /another element/, 1],
  ['a root with a prefix', '<x:M xmlns:x="u"></x:M>', /another element/, 1],
  ['text before', 'Dear sir, <M/>', /not XML/, 1],
  ['text after', '<M/>\nThe end', /outside/, 2],
  ['CDATA outside', '<M/><![CDATA[x]]>', /outside/, 1],
  ['a declaration late', ' <?xml version="1.0"?><M/>', /declaration stands inside/, 1],
  ['a declaration without a version', '<?xml encoding="UTF-8"?><M/>', /declaration is not/, 1],
  ['the end of CDATA in text', within('a]]>b'), /CDATA/, 2],
  ['two hyphens in a comment', '<M><!-- a -- b --></M>', /hyphens/, 1],
  ['a comment that ends in three', '<M><!-- a ---></M>', /hyphens/, 1],
  ['an attribute twice', '<M a="1" a="2"/>', /twice/, 1],
  ['an attribute without quotes', '<M a=1/>', /quotes/, 1],
  ['an attribute without a value', '<M a/>', /no value/, 1],
  ['attributes without a space', '<M a="1"b="2"/>', /space/, 1],
  ['a tag in an attribute', '<M a="<b>"/>', /inside another/, 1],
  ['an entity in an attribute', '<M a="&e;"/>', /entity/, 1],
  ['a name that is none', '<M><1a/></M>', /where no tag begins/, 1],
  ['a space before a name', '<M>< Header/></M>', /where no tag begins/, 1],
  ['tags that cross', '<M><Header><Source></Header></Source></M>', /closing tag/, 1],
  ['a closing tag alone', '</M>', /closing tag/, 1],
  ['a closing tag that goes on', '<M></Mm>', /closing tag/, 1],
  ['a closing tag with an attribute', '<M></M a="1">', /closing tag/, 1],
  ['a processing instruction without a name', '<M><? x?></M>', /proper name/, 1],
  ['nothing', '', /empty/, 1],
  ['white space', ' \n ', /ends before/, 2],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /UTF-8|not XML/, 1],
]

for (const [what, message, why, line] of refused) {
  void test(`refused: ${what}`, () => {
    for (const sizes of [[1], [3, 2], [1 << 16]]) {
      const { fault } = scanExample(message, sizes)
      assert.match(fault?.message ?? 'none', why)
      assert.equal(fault?.line, line)
    }
  })
}

void test('absurd sizes are refused before they are kept', () => {
  const deep = `<M>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</M>`
  const token = { token: 1000 }
  const faults = [
    scanExample(deep, [64], { depth: 32 }),
    scanExample(within('x'.repeat(2000)), [64], token),
    scanExample(within('x'.repeat(900).concat('<![CDATA[', 'y'.repeat(900), ']]>')), [64], token),
    scanExample(`<M><!--${'x'.repeat(2000)}--></M>`, [64], token),
    scanExample(`<M a="${'x'.repeat(2000)}"/>`, [64], token),
    scanExample(`<M><${'x'.repeat(2000)}/></M>`, [64], token),
    scanExample(`<M>${' '.repeat(5000)}</M>`, [64], { bytes: 4000 }),
    scanExample(
      `<M><Pupils><On><Pupil><Ids><UPN>${'x'.repeat(700)}</UPN><Name>${'x'.repeat(700)}</Name></Ids></Pupil></On></Pupils></M>`,
      [64],
      { record: 1000 },
    ),
  ].map(({ fault }) => fault?.message ?? 'none')
  assert.match(faults[0] ?? '', /nested deeper/)
  for (const fault of faults.slice(1, 6)) assert.match(fault, /longer than any return needs/)
  assert.match(faults[6] ?? '', /larger than any return/)
  assert.match(faults[7] ?? '', /value is longer/)
})

void test('what is well-formed and odd is read', () => {
  for (const odd of [
    '\ufeff<M/>',
    '<M\n/>',
    '<M a=\'"\' b="\'&gt;>"></M\t>',
    '<M><x:Header xmlns:x="u"/></M>',
    '<M><Größe-1.2/></M>',
    '<M>]]]&gt;]</M>',
    '<M><![CDATA[]]]]></M>',
    '<M><!----><!-- - -> --></M>',
    "<?xml version='1.0' encoding=\"utf-8\" standalone='yes' ?>\r\n<M/>\r\n",
    '<?xml version="1.0"?><?xml-stylesheet href="x"?><M/><!-- after -->',
    '<M>&#000065;&#x00000042;</M>',
    '<M>😀\u0085\u2028</M>',
  ]) {
    for (const sizes of [[1], [1 << 16]]) assert.equal(scanExample(odd, sizes).fault, null, odd)
  }
})

void test('a fault never repeats what stood there', () => {
  for (const text of [
    'Zebedee &Quaxley;',
    'Zebedee <Quaxley',
    'Zebedee ]]> Quaxley',
    'Zebedee\u0001Quaxley',
  ]) {
    const { fault } = scanExample(within(text))
    assert.doesNotMatch(JSON.stringify(fault), /Zebedee|Quaxley/)
  }
})
