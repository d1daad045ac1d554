import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { GatehouseError, type ItemId, type Subject, type Value } from '../../vocabulary/index.ts'
import {
  academicYearOf,
  ctfFileName,
  ctfFromItems,
  ctfItems,
  ctfVersions,
  itemsFromCtf,
  readCtf,
  writeCtf,
  type CtfHeader,
  type CtfPart,
  type CtfPupil,
  type ItemRow,
} from './index.ts'

const header: CtfHeader = {
  version: '26.0',
  dateTime: '2026-11-24T07:30:00',
  qualifier: 'full',
  supplierId: 'Gatehouse',
  source: { la: '894', establishment: '2999', urn: '900001', name: 'Wrekin View', academicYear: '2026' },
  destination: { la: '894', establishment: '2001' },
}

const pupil: CtfPupil = {
  upn: 'B801200005001',
  surname: "O'Brien & Söhne <x>",
  forename: 'Zoë',
  dateOfBirth: '2016-02-29',
  sex: 'F',
  basicDetails: {
    yearGroup: '5',
    languages: { type: [{ kind: 'F', language: 'ENG' }] },
    disabilities: { disability: ['HEAR', 'VIS'] },
    other: [{ name: 'Religion', text: 'CE', children: [] }],
  },
  fsm: {
    instances: [{ startDate: '2024-01-01', ukCountry: 'ENG', category: 'TFSM' }, { startDate: '2026-09-01' }],
  },
  sen: {
    episodes: [{ startDate: '2023-09-01', provision: 'K' }],
    needs: { need: [{ rank: '1', type: 'SLCN' }] },
  },
  contacts: {
    contact: [
      { order: '1', surname: 'Brien', phones: { phone: [{ type: 'M', number: '07700 900123' }] } },
      { order: '2', surname: 'Else', address: { line1: '1 High Street', postcode: 'TF1 1AA' } },
    ],
  },
  assessments: { keyStage: [{ stage: 'KS1', results: [{ subject: 'ENG', result: 'EXS' }] }] },
  other: [{ name: 'Extra', text: '', children: [{ name: 'Inner', text: 'kept', children: [] }] }],
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(input: Uint8Array | string, size = 1000): Promise<CtfPart[]> {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  const parts: CtfPart[] = []
  for await (const part of readCtf(pieces(bytes, size))) parts.push(part)
  return parts
}

const pupilsOf = (parts: readonly CtfPart[]): CtfPupil[] =>
  parts.flatMap((part) => (part.kind === 'pupil' ? [part.pupil] : []))
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('a common transfer file', () => {
  it('comes back as it was written, unknown elements included, in pieces of any size', async () => {
    const bytes = writeCtf(header, [pupil, { surname: 'Ng' }])
    for (const size of [1, 3, 17, 100_000]) {
      const [first, one, two, end] = await read(bytes, size)
      assert.ok(first?.kind === 'header' && one?.kind === 'pupil' && two?.kind === 'pupil')
      assert.deepEqual(first.header, header)
      assert.deepEqual(one.pupil, pupil)
      assert.deepEqual(one.unknown, ['BasicDetails/Religion', 'Extra'])
      assert.deepEqual(two.pupil, { surname: 'Ng' })
      assert.deepEqual(end, { kind: 'end', pupils: 2, unknown: [] })
      assert.equal(
        one.line,
        text(bytes)
          .split('\n')
          .findIndex((line) => line.includes('<Pupil>')) + 1,
      )
    }
  })

  it('writes what each version has', () => {
    for (const version of ctfVersions) {
      const out = text(writeCtf({ ...header, version }, [pupil]))
      const major = Number(version)
      assert.equal(out.includes('<Sex>F</Sex>'), major >= 23, version)
      assert.equal(out.includes('<Gender>F</Gender>'), major < 23, version)
      assert.equal(out.includes('<FSMCategory>'), major >= 26, version)
      assert.ok(out.includes(`<CTFversion>${version}</CTFversion>`))
    }
    assert.throws(() => writeCtf({ ...header, version: '19.0' }, []), { code: 'bad-input' })
  })

  it('reads versions it does not write, Gender or Sex alike', async () => {
    for (const [version, element] of [
      ['15.0', 'Gender'],
      ['31.0', 'Sex'],
    ] as const) {
      const out = text(writeCtf(header, [{ sex: 'F' }]))
        .replace('26.0', version)
        .replace(/<(\/?)Sex>/g, `<$1${element}>`)
      assert.deepEqual(pupilsOf(await read(out)), [{ sex: 'F' }])
    }
  })

  it('leaves out what has no value and refuses what has no place or no character', () => {
    assert.ok(!text(writeCtf(header, [{ surname: 'A', basicDetails: {} }])).includes('BasicDetails'))
    for (const bad of [
      { nickname: 'x' },
      { surname: 'a\u0000' },
      { surname: '\ud800' },
      { surname: 'a\uffff' },
      { surname: ' ' },
    ]) {
      assert.throws(
        () => writeCtf(header, [bad]),
        (error: unknown) => error instanceof GatehouseError && (error.where ?? '').startsWith('pupil 1'),
      )
    }
  })

  it('says which element stands twice where one may', async () => {
    const out = text(writeCtf(header, [pupil])).replace('<UPN>', '<UPN>A123456789012</UPN><UPN>')
    const part = (await read(out))[1]
    assert.ok(part?.kind === 'pupil')
    assert.deepEqual(part.repeated, ['UPN'])
  })

  it('reads Windows-1252 when the file declares it, and a byte-order mark', async () => {
    const out = text(writeCtf(header, [{ forename: 'Zoë' }]))
    const latin = Buffer.from(out.replace('UTF-8', 'ISO-8859-1'), 'latin1')
    for (const size of [1, 5000]) assert.deepEqual(pupilsOf(await read(latin, size)), [{ forename: 'Zoë' }])
    assert.deepEqual(pupilsOf(await read('\ufeff' + out)), [{ forename: 'Zoë' }])
  })

  it('names files by their schools, never by a path', () => {
    assert.equal(ctfFileName(header, 1), '8942999_CTF_8942001_001.xml')
    const unknown = { ...header, destination: { la: 'XXX', establishment: 'XXXX' } }
    assert.equal(ctfFileName(unknown, 12), '8942999_CTF_XXXXXXX_012.xml')
    for (const la of ['../', '89', '894/']) {
      assert.throws(
        () => ctfFileName({ ...header, source: { la, establishment: '2999' } }, 1),
        GatehouseError,
      )
    }
  })

  it('counts the school year from September', () => {
    assert.deepEqual(['2026-08-31', '2026-09-01', '2027-01-01'].map(academicYearOf), ['2025', '2026', '2026'])
  })
})

const wrap = (inner: string): string =>
  `<?xml version="1.0"?>\n<CTfile><Header><CTFversion>26.0</CTFversion><SourceSchool><LEA>894</LEA><Estab>2999</Estab></SourceSchool>` +
  `<DestSchool><LEA>894</LEA><Estab>2001</Estab></DestSchool></Header>\n<CTFpupilData>\n<Pupil>${inner}</Pupil></CTFpupilData></CTfile>`

describe('refusing a file', () => {
  const bomb = `<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY lol "lol">\n<!ENTITY lol2 "&lol;&lol;">\n]>\n<CTfile>&lol2;</CTfile>`
  const cases: [string, string | Uint8Array, string, RegExp][] = [
    ['entity bomb', bomb, 'line 2', /DOCTYPE/],
    [
      'external entity',
      '<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<CTfile/>',
      'line 2',
      /DOCTYPE/,
    ],
    ['undeclared entity', wrap('\n<Surname>&xxe;</Surname>'), 'line 5', /entity/],
    ['cut off', writeCtf(header, [pupil]).slice(0, 700), 'line 25', /ends before/],
    ['another root', '<ATfile></ATfile>', 'line 1', /no common transfer file/],
    ['not XML', 'StudentId,Name\n1,A\n', 'line 3', /well-formed|ends before|character/],
    ['empty', '', 'line 1', /empty/],
    ['no header', '<CTfile><CTFpupilData></CTFpupilData></CTfile>', 'line 1', /no header/],
    [
      'pupil before header',
      '<CTfile><CTFpupilData><Pupil/></CTFpupilData></CTfile>',
      'line 1',
      /before its header/,
    ],
    ['nested too deep', wrap('<a>'.repeat(50)), 'line 4', /nested/],
    ['giant value', wrap(`<Surname>${'x'.repeat(30_000)}</Surname>`), 'line 4', /longer/],
    ['giant value without end', wrap(`<Surname>${'x'.repeat(3_000_000)}`), 'line 4', /characters/],
    ['giant comment', wrap(`<!--${'x'.repeat(3_000_000)}-->`), 'line 4', /characters/],
    ['giant attribute', wrap(`<Surname a="${'x'.repeat(3_000_000)}"/>`), 'line 4', /characters/],
    [
      'many attributes',
      wrap(`<Surname ${Array.from({ length: 20 }, (_, i) => `a${i}="x"`).join(' ')}/>`),
      'line 4',
      /attributes/,
    ],
    ['many elements', wrap('<a/>'.repeat(30_000)), 'line 4', /elements/],
    ['much text in many', wrap(`<a>${'x'.repeat(19_000)}</a>`.repeat(300)), 'line 4', /together/],
    ['control character', wrap('<Surname>&#1;</Surname>'), 'line 4', /well-formed|character/],
    ['wrong encoding', Buffer.from(wrap('<Surname>Zo\xeb</Surname>'), 'latin1'), 'line 4', /UTF-8/],
    ['UTF-16', Buffer.from('\ufeff' + wrap(''), 'utf16le'), 'line 1', /UTF-16/],
    ['strange encoding', wrap('').replace('?>', ' encoding="UTF-7"?>'), 'line 1', /encoding/],
    ['XML 1.1', wrap('').replace('1.0"?', '1.1"?'), 'line 1', /XML 1\.0/],
    ['stray end tag', wrap('</b>'), 'line 4', /well-formed|ends before/],
    ['second header', wrap('').replace('</CTfile>', '<Header/></CTfile>'), 'line 4', /two headers/],
  ]
  for (const [name, input, where, what] of cases) {
    it(name, async () => {
      const before = process.memoryUsage().heapUsed
      await assert.rejects(read(input, 65_536), (error: unknown) => {
        assert.ok(error instanceof GatehouseError, String(error))
        assert.equal(error.code, 'bad-input')
        assert.match(error.message, what)
        assert.equal(error.where, where)
        assert.doesNotMatch(error.explain(), /passwd|xxe|lol|StudentId/)
        return true
      })
      assert.ok(process.memoryUsage().heapUsed - before < 100_000_000)
    })
  }

  it('survives any damage: pupils or a GatehouseError, nothing else', async () => {
    const good = writeCtf(header, [pupil, pupil])
    const hostile = fc.constantFrom(
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '&b;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '</Pupil>',
      '<Pupil>',
      '../../x',
      '\u0000',
      '<a xmlns:b="c">',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
        fc.option(fc.tuple(fc.nat(good.length), hostile)),
        fc.option(fc.nat(good.length)),
        fc.integer({ min: 1, max: 400 }),
        async (flips, insert, cut, size) => {
          let bytes = good.slice(0, cut ?? good.length)
          for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value
          if (insert)
            bytes = Buffer.concat([
              bytes.subarray(0, insert[0]),
              Buffer.from(insert[1]),
              bytes.subarray(insert[0]),
            ])
          try {
            await read(bytes, size)
          } catch (error) {
            assert.ok(error instanceof GatehouseError, String((error as Error).stack))
            assert.match(error.where ?? '', /^line \d+$/)
          }
        },
      ),
      { numRuns: 600 },
    )
  })
})

const booleans: ItemId[] = ['pupil.medicalFlag', 'pupil.lookedAfter', 'contact.parentalResponsibility']
const integers: ItemId[] = [
  'contact.priority',
  ...[...ctfItems].filter((item) => item.startsWith('pupil.sessions')),
]
const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((s) => s.normalize('NFC'))
  .filter(
    (s) =>
      s.trim() !== '' && !/[\u0000-\u001f\ufffe\uffff]|; |;$/.test(s) && s.isWellFormed() && !/^\d+$/.test(s),
  )
const valueFor = (item: ItemId): fc.Arbitrary<Value> =>
  booleans.includes(item) ? fc.boolean() : integers.includes(item) ? fc.nat(400) : word
const itemsOf = (prefix: string): fc.Arbitrary<ReadonlyMap<ItemId, Value>> => {
  const items = [...ctfItems].filter(
    (item) => item.startsWith(prefix) && !item.startsWith('pupil.destination'),
  )
  return fc
    .tuple(...items.map((item) => fc.option(valueFor(item))))
    .map(
      (values) =>
        new Map(items.flatMap((item, i) => (values[i] == null ? [] : [[item, values[i]] as const]))),
    )
    .chain((map) => fc.shuffledSubarray([...map], { minLength: 0 }).map((entries) => new Map(entries)))
}
const some = (prefix: string) =>
  fc.array(
    itemsOf(prefix).filter((items) => items.size > 0),
    { maxLength: 3 },
  )
const row: fc.Arbitrary<ItemRow> = fc
  .record({ values: itemsOf('pupil.'), contact: some('contact.'), history: some('schoolHistory.') })
  .map(({ values, contact, history }) => ({
    values,
    children: new Map<Subject, readonly ReadonlyMap<ItemId, Value>[]>([
      ...(contact.length ? [['contact', contact] as const] : []),
      ...(history.length ? [['schoolHistory', history] as const] : []),
    ]),
  }))

const sorted = (items: ReadonlyMap<ItemId, Value>) =>
  Object.fromEntries([...items].sort(([a], [b]) => (a < b ? -1 : 1)))
const plain = (rows: readonly ItemRow[]) =>
  rows.map(({ values, children }) => ({
    values: sorted(values),
    children: Object.fromEntries([...children].map(([subject, list]) => [subject, list.map(sorted)])),
  }))

describe('items to a file and back', () => {
  it('gives exactly the items that went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 4 }), async (rows) => {
        const back = await itemsFromCtf(ctfFromItems(header, rows))
        assert.deepEqual(plain(back.rows), plain(rows))
        assert.deepEqual(back.header, header)
      }),
      { numRuns: 300 },
    )
  })

  it('groups results by stage, and takes header items when told', async () => {
    const result = (stage: string, subject: string) =>
      new Map<ItemId, Value>([
        ['result.stage', stage],
        ['result.subject', subject],
        ['result.value', '1'],
      ])
    const rows: ItemRow[] = [
      {
        values: new Map<ItemId, Value>([
          ['pupil.surname', 'A'],
          ['school.urn', '900001'],
          ['pupil.uln', null],
        ]),
        children: new Map([['result', [result('KS1', 'ENG'), result('KS2', 'MAT'), result('KS1', 'MAT')]]]),
      },
    ]
    const bytes = ctfFromItems(header, rows)
    assert.equal(text(bytes).match(/<KeyStage>/g)?.length, 2)
    const back = await itemsFromCtf(bytes, new Set(['school.urn']))
    assert.deepEqual(
      [...(back.rows[0]?.values ?? [])],
      [
        ['pupil.surname', 'A'],
        ['school.urn', '900001'],
      ],
    )
    assert.deepEqual(
      back.rows[0]?.children
        .get('result')
        ?.map((items) => `${items.get('result.stage')} ${items.get('result.subject')}`),
      ['KS1 ENG', 'KS1 MAT', 'KS2 MAT'],
    )
  })

  it('refuses an item without a place, and a pupil that disagrees with the header', () => {
    const one = (item: ItemId, value: Value): ItemRow[] => [
      { values: new Map([[item, value]]), children: new Map() },
    ]
    assert.throws(() => ctfFromItems(header, one('pupil.medicalNeeds', 'x')), {
      code: 'bad-policy',
      where: 'pupil.medicalNeeds',
    })
    assert.throws(() => ctfFromItems(header, one('school.urn', '123456')), {
      code: 'bad-input',
      where: 'school.urn',
    })
    assert.throws(
      () => ctfFromItems(header, [{ values: new Map(), children: new Map([['attendance', [new Map()]]]) }]),
      { code: 'bad-policy' },
    )
  })

  it('convicts a file with one thing more, less or other', async () => {
    const rows: ItemRow[] = [
      {
        values: new Map<ItemId, Value>([
          ['pupil.surname', 'Ng'],
          ['pupil.medicalFlag', true],
        ]),
        children: new Map(),
      },
    ]
    const good = text(ctfFromItems(header, rows))
    for (const bad of [
      good.replace('</Surname>', '</Surname>\n      <Secret>x</Secret>'),
      good.replace('</Surname>', '</Surname><!-- x -->'),
      good.replace('<Pupil>', '<Pupil note="x">'),
      good.replace('    </Pupil>', '      <UCI>1</UCI>\n    </Pupil>'),
      good.replace('</CTFpupilData>', '</CTFpupilData><Extra/>'),
    ]) {
      assert.notEqual(bad, good)
      await assert.rejects(itemsFromCtf(new TextEncoder().encode(bad)), GatehouseError, bad)
    }
  })
})
