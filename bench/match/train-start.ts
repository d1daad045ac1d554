// Makes policy/matching/start.json: the model to begin with, learned from generated people. Run by hand after a change of model.yaml:
// node bench/match/train-start.ts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { streamPeople } from '../../world/people-stream/index.ts'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import type { Matching } from '../../src/national/match/index.ts'
import {
  emptyIncoming,
  learn,
  openKnown,
  findFresh,
  prepareRecords,
  readModelFile,
  readAliases,
  takeIn,
} from '../../src/national/match/training.ts'
import { rawPeople } from './match-people.ts'

const people = 150_000
/** So many children the first returns of a country are about: what share of pairs is one child follows from it. */
const children = 8_000_000

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-start-'))
try {
  const { files } = await streamPeople(folder, { people, terms: 4, seed: 20260101 })
  const definition = await readModelFile('policy')
  const matching = {
    definition,
    aliases: await readAliases('policy'),
    keys: { naming: Buffer.alloc(32), sealing: Buffer.alloc(32), severing: Buffer.alloc(32) },
    folder,
  } as unknown as Matching
  const analytics = await openAnalytics({ folders: [folder], memory: '4GB', spill: folder })
  await emptyIncoming(matching, analytics)
  for (const file of files) await takeIn(matching, analytics, rawPeople(file), { table: 'pupil', once: true })
  await openKnown(matching, analytics, { run: 0, model: 0, segments: [] }, folder)
  const identities = await findFresh(analytics)
  await prepareRecords(matching, analytics, null)
  const learned = await learn(analytics, definition, identities)
  // Less alike never says more: homes of generated people are in few areas.
  const comparisons = learned.model.comparisons.map(({ name, levels }) => {
    const [last, before] = [levels.at(-1), levels.at(-2)]
    const steeper = last && before && last.weight > before.weight
    return {
      name,
      levels: steeper
        ? [...levels.slice(0, -1), { ...last, u: last.m * 2 ** -before.weight, weight: before.weight }]
        : levels,
    }
  })
  const lambda = (learned.model.lambda * identities) / children
  const scaled = { ...learned.model, comparisons, lambda }
  // Names and birthdays of generated people are no country’s: only how often two agree by chance is kept.
  const floors = learned.model.shares ?? {}
  writeFileSync(
    'policy/matching/start.json',
    `${JSON.stringify({ version: 0, ...learned, trainedAt: null, model: scaled, floors, terms: {} }, null, 1)}\n`,
  )
  for (const { name, levels } of scaled.comparisons)
    console.log(name, levels.map(({ label, weight }) => `${label}: ${weight.toFixed(1)}`).join('; '))
  console.log(identities, scaled.lambda, learned.model.shares)
  analytics.close()
} finally {
  rmSync(folder, { recursive: true })
}
