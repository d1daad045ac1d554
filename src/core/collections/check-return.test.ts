import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { it } from 'node:test'
import { mostNamed } from './breaches.ts'
import { checkReturn, type CheckBounds } from './check-return.ts'
import type { Finding } from './finding.ts'
import { measure } from './measure.ts'
import { sampleReturn, termOf, upnOf } from './testing/sample-return.ts'

const term = await termOf('school-census', 2026, 'SPR')
const pupils = 60
const sample = await sampleReturn(term, pupils, (pupil) => ({
  ...(pupil % 7 === 0 && { language: 'ZZZ' }),
  // One stands twice, far apart; and one item is not collected in this term.
  ...(pupil === 55 && { upn: upnOf(3) }),
  ...(pupil % 11 === 5 && { youngCarer: '?', mathsGrade: '4' }),
}))

/** Whatever `large` is. */
const bounds = (portion: number): CheckBounds => ({ portion, large: 0 })
const atOnce = bounds(Infinity)

async function found(message: Uint8Array, asked: CheckBounds | undefined): Promise<readonly Finding[]> {
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < message.length; at += 4096) yield message.subarray(at, at + 4096)
  }
  const checked = await checkReturn(source(), term, {}, null, asked)
  assert.ok(checked.ok)
  const { value } = checked
  assert.equal(value.counts.get('pupil'), pupils)
  assert.equal(value.counts.get('session'), 2 * pupils)
  const before = await measure(await value.loaded(), term)
  assert.equal(before.get(1)?.['headcount'], pupils)
  await value.close()
  return value.findings
}

/** The school’s own records come last. */
function schoolLast(message: Uint8Array): Buffer {
  const text = Buffer.from(message).toString()
  const [school = ''] = /<School>.*<\/School>/s.exec(text) ?? []
  assert.ok(school.length > 99)
  return Buffer.from(text.replace(school, '').replace('</Message>', `${school}</Message>`))
}

it('finds the same whether it is asked at once, sparing memory, or in portions of any size', async () => {
  const usual = await found(sample, undefined)
  assert.ok(usual.length > 9)
  assert.ok(usual.some(({ ordinal }) => (ordinal ?? 0) > 50))
  assert.deepEqual(
    new Set(usual.filter(({ rule }) => /^S/.test(rule)).map(({ rule }) => rule)),
    new Set(['S4', 'S9']),
  )
  const twice = [...Map.groupBy(usual, ({ rule }) => rule).values()].filter(
    (those) => those.map(({ ordinal }) => ordinal).join() === '4,56',
  )
  assert.ok(twice.length > 0, 'the one UPN that two pupils have')
  for (const portion of [1, 2000, 9000]) assert.deepEqual(await found(sample, bounds(portion)), usual)
  assert.deepEqual(await found(sample, atOnce), usual)
})

it('finds the same where the school comes after its pupils', async () => {
  const last = schoolLast(sample)
  const usual = await found(last, atOnce)
  assert.ok(usual.length > 9)
  assert.deepEqual(await found(last, bounds(2000)), usual)
})

it('names and counts the same of more wrong records than are named, whichever portion they are in', async () => {
  const text = sample.toString()
  const head = text.slice(0, text.indexOf('<PupilOnRoll>'))
  const many = mostNamed + 30
  const message = Buffer.from(`${head}${'<PupilOnRoll/>\n'.repeat(many)}</PupilsOnRoll></Pupils></Message>`)
  const findings = async (asked: CheckBounds): Promise<readonly Finding[]> => {
    const checked = await checkReturn(Readable.from([message]), term, {}, null, asked)
    assert.ok(checked.ok)
    await checked.value.close()
    return checked.value.findings
  }
  const usual = await findings({ portion: Infinity, large: Infinity })
  assert.ok(usual.some(({ location }) => location === 'Pupil: 30 more records, which are not named'))
  assert.deepEqual(await findings(bounds(300_000)), usual)
})
