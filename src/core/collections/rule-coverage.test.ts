import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ListedRule, Rule } from './definition.ts'
import { listCollections } from './list-collections.ts'
import { ruleCoverage } from './rule-coverage.ts'

const rules = (many: number): Rule[] => Array.from({ length: many }, () => ({}) as Rule)
const listed = (...reasons: ListedRule['reason'][]): ListedRule[] =>
  reasons.map((reason) => ({ number: '1', severity: 'error', reason, about: '' }))

void test('rules that run and rules that are listed, by reason', () => {
  assert.deepEqual(
    ruleCoverage([
      { rules: rules(3), listed: listed('superseded', 'needs data not public') },
      { rules: rules(2), listed: listed('superseded') },
    ]),
    { total: 8, implemented: 5, listed: 3, byReason: { 'needs data not public': 1, superseded: 2 } },
  )
  assert.deepEqual(ruleCoverage([]), { total: 0, implemented: 0, listed: 0, byReason: {} })
})

void test('collections and their years are the folders that are named so', async () => {
  const policy = await mkdtemp(join(tmpdir(), 'gatehouse-list-'))
  try {
    for (const folder of ['b/2025', 'b/2026', 'b/notes', 'a/2026'])
      await mkdir(join(policy, 'collections', folder), { recursive: true })
    await writeFile(join(policy, 'collections', 'workflow.yaml'), '')
    assert.deepEqual(await listCollections(policy), [
      { collection: 'a', year: 2026 },
      { collection: 'b', year: 2026 },
      { collection: 'b', year: 2025 },
    ])
  } finally {
    await rm(policy, { recursive: true, force: true })
  }
})
