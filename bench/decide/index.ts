import { fileURLToPath } from 'node:url'
import { compileCase, type CompiledCase, type DecisionCase } from '../../src/core/decide/index.ts'
import { cedarOracle, daysMeant, type CedarOracle } from '../../src/core/decide/testing/cedar-oracle.ts'
import { factsOf, type PupilModel } from '../../src/core/decide/testing/pupil-model.ts'
import { dateInEngland, type ItemId } from '../../src/core/vocabulary/index.ts'
import { decideSchool } from '../../src/school/agreements/index.ts'
import type { Measure } from '../import/index.ts'
import { casbinEnforcer, casbinPupil, casbinRecipient } from './casbin-policies.ts'
import { at, enlarge, openBenchSchool, samplePupils, type BenchSchool } from './school.ts'

const today = dateInEngland(at)

interface Engine {
  readonly name: string
  permits(agreement: number, pupil: number, item: ItemId): boolean
}

export async function run(options: { readonly large?: number } = {}): Promise<readonly Measure[]> {
  const bench = await openBenchSchool()
  try {
    const { policy } = bench
    const cases = [...policy.agreements.values()].flatMap((version): DecisionCase[] => {
      const recipient = policy.recipients.get(version.agreement.recipient)
      const standing = policy.standings.get(version.agreement.recipient)
      return recipient && standing ? [{ at, version, recipient, standing }] : []
    })
    const pupils = await samplePupils(bench, 60)
    const items = [...policy.items.keys()]
    const sampled = cases.length * pupils.length * items.length

    const compiled = cases.map((c) => {
      const result = compileCase(policy, c)
      if (!result.ok) throw new Error(`${c.version.agreement.id} can't be compiled`)
      return result.value
    })
    const facts = pupils.map((pupil) => factsOf(pupil, at, today))
    const ours = pure(compiled, facts)
    const others = [cedar(bench, cases, pupils), await casbin(bench, cases, pupils)]
    let permits = 0
    for (const [a, c] of cases.entries()) {
      for (const p of pupils.keys()) {
        for (const item of items) {
          const permitted = ours.permits(a, p, item)
          if (permitted) permits++
          for (const other of others) {
            if (other.permits(a, p, item) !== permitted) {
              throw new Error(`${other.name} differs: ${c.version.agreement.id}, ${item}, pupil ${p}`)
            }
          }
        }
      }
    }

    const rates = others.map((engine) => ({ engine, ...timeAll(engine, cases.length, pupils.length, items) }))
    const single = timeAll(ours, cases.length, pupils.length, items)
    const best = Math.max(...rates.map(({ aSecond }) => aSecond))
    const small = await setWise(bench, items.length, 15)
    const times = options.large ?? 10
    await enlarge(bench, times)
    const large = await setWise(bench, items.length, 5)

    return [
      {
        what: `decisions compared beforehand, all alike (${permits} permits)`,
        value: sampled,
        unit: 'decisions',
      },
      ...rates.map(({ engine, aSecond }) => ({
        what: `${engine.name}, facts handed over ready`,
        value: aSecond,
        unit: 'decisions a second',
      })),
      {
        what: `ours set-wise, ${small.pupils} pupils × ${cases.length} agreements × ${items.length} items, facts read and policy compiled each time`,
        value: small.aSecond,
        unit: 'decisions a second',
        aim: '≥ 100 × the better of the others',
        met: small.aSecond >= 100 * best,
      },
      { what: 'ours set-wise, times the better of the others', value: small.aSecond / best, unit: '×' },
      {
        what: 'the whole school once, median',
        value: small.median,
        unit: 'ms',
        aim: '< 50 ms',
        met: small.median < 50,
      },
      {
        what: `ours set-wise, ${large.pupils} pupils`,
        value: large.aSecond,
        unit: 'decisions a second',
        aim: 'a decision costs no more than in the small school',
        met: large.aSecond >= small.aSecond,
      },
      {
        what: 'one case with reasons and the smallest change, ours, median',
        value: single.median,
        unit: 'µs',
      },
      { what: 'the same, 99th of 100', value: single.p99, unit: 'µs' },
      ...rates.flatMap(({ engine, median, p99 }) => [
        { what: `one case, ${engine.name}, without reasons, median`, value: median, unit: 'µs' },
        { what: `the same, 99th of 100`, value: p99, unit: 'µs' },
      ]),
    ]
  } finally {
    await bench.store.close()
  }
}

const pure = (compiled: readonly CompiledCase[], facts: readonly ReturnType<typeof factsOf>[]): Engine => ({
  name: 'ours',
  permits(agreement, pupil, item) {
    const [c, f] = [compiled[agreement], facts[pupil]]
    if (!c || !f) throw new Error('no such case')
    return c.decide(f, item).outcome === 'permit'
  },
})

function cedar(
  { policy }: BenchSchool,
  cases: readonly DecisionCase[],
  pupils: readonly PupilModel[],
): Engine {
  const oracles: readonly CedarOracle[] = cases.map((c) =>
    cedarOracle(policy, c, today, c.version.agreement.id),
  )
  return {
    name: 'cedar-wasm, policies parsed beforehand',
    permits(agreement, pupil, item) {
      const [oracle, model] = [oracles[agreement], pupils[pupil]]
      if (!oracle || !model) throw new Error('no such case')
      return oracle.permits(model, item)
    },
  }
}

async function casbin(
  { policy }: BenchSchool,
  cases: readonly DecisionCase[],
  pupils: readonly PupilModel[],
): Promise<Engine> {
  const enforcers = await Promise.all(cases.map((c) => casbinEnforcer(policy, c)))
  const recipients = cases.map(casbinRecipient)
  const told = cases.map((c) => pupils.map((pupil) => casbinPupil(policy, c, pupil, today)))
  const meant = daysMeant(
    cases.map((c) => c.version.agreement),
    today,
  )
  const day = {
    ...Object.fromEntries(Object.entries(meant).map(([word, number]) => [word.replace('-', '_'), number])),
    today: Number(today.replaceAll('-', '')),
  }
  return {
    name: 'Casbin, one enforcer an agreement',
    permits: (agreement, pupil, item) =>
      enforcers[agreement]?.enforceSync(told[agreement]?.[pupil], recipients[agreement], item, day) ?? false,
  }
}

/** Every case once to warm up, once as a whole for the rate, once each for the single times. */
function timeAll(engine: Engine, agreements: number, pupils: number, items: readonly ItemId[]) {
  const all = (each: (a: number, p: number, item: ItemId) => void): void => {
    for (let a = 0; a < agreements; a++)
      for (let p = 0; p < pupils; p++) for (const item of items) each(a, p, item)
  }
  all((a, p, item) => engine.permits(a, p, item))
  const start = performance.now()
  all((a, p, item) => engine.permits(a, p, item))
  const seconds = (performance.now() - start) / 1000
  const times: number[] = []
  all((a, p, item) => {
    const before = process.hrtime.bigint()
    engine.permits(a, p, item)
    times.push(Number(process.hrtime.bigint() - before) / 1000)
  })
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0
  return { aSecond: (agreements * pupils * items.length) / seconds, median: at(0.5), p99: at(0.99) }
}

/** From the current policy to the last verdict: compiling, the statement, reading its rows, counting. */
async function setWise({ school, policy }: BenchSchool, items: number, runs: number) {
  const times: number[] = []
  let pupils = 0
  for (let i = 0; i < runs + 3; i++) {
    await school.read(async (tx) => {
      const start = performance.now()
      const decided = await decideSchool(tx, policy, at)
      if (i >= 3) times.push(performance.now() - start)
      pupils = decided[0]?.rows.length ?? 0
    })
  }
  times.sort((a, b) => a - b)
  const median = times[Math.floor(times.length / 2)] ?? 0
  return { pupils, median, aSecond: (pupils * policy.agreements.size * items * 1000) / median }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const large = process.argv[2] === undefined ? {} : { large: Number(process.argv[2]) }
  for (const { what, value, unit, aim, met } of await run(large)) {
    const verdict = aim === undefined ? '' : `  (aim: ${aim}: ${met === true ? 'met' : 'missed'})`
    const digits = { maximumFractionDigits: value < 100 ? 1 : 0 }
    console.log(`${value.toLocaleString('en-GB', digits).padStart(14)} ${unit.padEnd(20)} ${what}${verdict}`)
  }
}
