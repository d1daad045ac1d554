import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { englandReturns } from '../../world/index.ts'
import { duration, paceOf, secondsLeft, type Sample } from './pace.ts'
import type { England } from './report.ts'

const script = fileURLToPath(new URL('collect-england.ts', import.meta.url))

describe('England in one run', () => {
  it('goes on where it was killed, at whatever moment, and takes no return twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-england-'))
    after(() => rmSync(folder, { recursive: true, force: true }))
    const bounds = ['--schools', '400', '--places', '190', '--returns', '40']
    const env: NodeJS.ProcessEnv = { ...process.env }
    delete env['NODE_TEST_CONTEXT']
    const start = (): ReturnType<typeof spawn> =>
      spawn(process.execPath, [script, '--folder', folder, ...bounds], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    let expected = 0
    let many = 0
    for await (const { pupils } of englandReturns(
      { schools: 400 },
      ({ places }) => places <= 190 && many++ < 40,
    ))
      expected += pupils
    let wait = 0
    for (let kills = 0; kills < 2; kills++) {
      const child = start()
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.once('close', (_, signal) => resolve(signal)),
      )
      // The first line of progress comes when it begins to receive.
      await new Promise<void>((resolve) => child.stderr?.once('data', () => resolve()))
      wait = 500 + Math.random() * (kills === 0 ? 3000 : 8000)
      await new Promise((resolve) => setTimeout(resolve, wait))
      child.kill('SIGKILL')
      await ended
    }
    const child = start()
    const said = child.stdout ? await text(child.stdout) : ''
    const where = `killed ${String(Math.round(wait))} ms after it began`
    const england = JSON.parse(said) as England
    assert.equal(england.returns, 40, where)
    assert.equal(england.refused, 0, where)
    // Every one stands once, whole, with the pupils that were made for it: none of another run's is left over.
    assert.equal(england.distinct, 40, where)
    assert.equal(england.waiting, 0, where)
    assert.equal(england.pupils, expected, where)
    assert.equal(england.folders, 40, where)
    const runs = new Set([...readFileSync(join(folder, 'pace.csv'), 'utf8').matchAll(/^\d+/gm)].map(String))
    assert.equal(runs.size, 3, where)
  })
})

describe('the pace of several runs', () => {
  const at = (run: number, seconds: number, pupils: number): Sample => ({ run, seconds, returns: 0, pupils })
  // 100 a second in the first run, 50 in the second; the pause between them does not count.
  const samples = [
    ...Array.from({ length: 11 }, (_, i) => at(1, i, i * 100)),
    ...Array.from({ length: 11 }, (_, i) => at(2, i * 2, 1000 + i * 100)),
  ]

  it('leaves pauses out, and tells the first tenth from the last', () => {
    const pace = paceOf(samples)
    assert.equal(pace.seconds, 30)
    assert.equal(Math.round(pace.perSecond * 100), 6667)
    assert.equal(pace.first, 100)
    assert.equal(pace.last, 50)
  })

  it('says nothing of tenths where too little was measured', () => {
    assert.equal(paceOf(samples.slice(0, 5)).first, null)
    assert.equal(paceOf([]).perSecond, 0)
  })

  it('estimates the rest from the newest run', () => {
    assert.equal(secondsLeft(samples, 1000), 20)
    assert.equal(secondsLeft(samples.slice(0, 12), 1000), null)
    assert.deepEqual([7, 185, 3720].map(duration), ['7 s', '3 min 05 s', '1 h 02 min'])
  })
})
