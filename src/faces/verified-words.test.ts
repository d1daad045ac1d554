import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { VerifyReport } from '../core/ledger/index.ts'
import { verifiedWords } from './verified-words.ts'

const report: VerifyReport = {
  ok: true,
  origin: 'school.example/gatehouse/disclosures',
  size: 1200,
  root: 'x',
  published: 1198,
  signedAt: new Date('2026-11-24T07:30:00Z'),
  checked: { entries: 1200, checkpoints: 1, files: 14, openings: 420, erased: 3 },
  faults: [],
}

describe('the words of a verification', () => {
  it('say what was looked at, what is not published yet, and what it can’t tell', () => {
    const { heading, lines } = verifiedWords(report)
    assert.equal(heading, 'All 1,200 entries verify.')
    const text = lines.join('\n')
    for (const expected of [
      /1 checkpoint, each signed by both/,
      /14 files, byte for byte/,
      /420 records.* 3 more were erased/,
      /covers the first 1,198; 2 entries will be in the next/,
      /can’t tell/,
    ])
      assert.match(text, expected)
    assert.match(verifiedWords({ ...report, published: 1200 }).lines.join('\n'), /covers all of them/)
    assert.match(
      verifiedWords({ ...report, published: 0, signedAt: null }).lines.join('\n'),
      /nobody outside can check/,
    )
  })

  it('name the places that differ and never say that it verifies', () => {
    const faults = Array.from({ length: 25 }, (_, i) => ({ place: `entry ${i}`, why: 'It is missing.' }))
    const { heading, lines } = verifiedWords({ ...report, ok: false, faults })
    assert.match(heading, /does not verify/)
    assert.equal(lines[0], 'entry 0: It is missing.')
    assert.match(lines.join('\n'), /And 5 more/)
    assert.match(lines.at(-1) ?? '', /Stop sharing/)
    assert.doesNotMatch(lines.join('\n'), /byte for byte/)
  })
})
