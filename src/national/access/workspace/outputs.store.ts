import { hash, randomUUID } from 'node:crypto'
import type { AnalyticsRow, Lane } from '../../../core/analytics/index.ts'
import { writeCsv } from '../../../core/standards/csv/index.ts'
import { GatehouseError, fail, ok, type Result } from '../../../core/vocabulary/index.ts'
import { asCollector } from '../../collect/index.ts'
import type { Doer } from '../applications/event.ts'
import type { Refused } from '../applications/handle.ts'
import { usersOf } from '../applications/state.ts'
import { unmet } from '../applications/unmet.ts'
import { compileParts } from '../extracts/compile-agreement.ts'
import { schoolsOf } from '../extracts/build-files.ts'
import type { Access } from '../open-access.ts'
import { doOn, findApplication, userProblems, type Done } from '../work.store.ts'
import { checkOutput, type Released } from './check-output.ts'
import { cellsOf, queryStatement, withinAgreement, type Cell, type Query } from './query.ts'

export interface Answered {
  readonly rows: readonly AnalyticsRow[]
  readonly cells: readonly Cell[]
}

/** Whether this user may use this agreement at this instant; asked before, during and after every query. */
async function mayUse(access: Access, user: string, reference: string, at: Date): Promise<Refused | null> {
  return asCollector(access.collector).read(async (tx) => {
    const { organisation, state } = await findApplication(tx, reference)
    if (state.stage !== 'active') return { code: 'stage', says: `The agreement is ${state.stage}.` }
    if (state.answers.route !== 'workspace')
      return { code: 'route', says: 'This agreement is not for the workspace.' }
    const standing = unmet(access.policy, organisation, state, at)
    if (standing.length > 0) return { code: 'unmet', says: standing.join(' ') }
    if (!usersOf(state).includes(user))
      return { code: 'not-named', says: 'The agreement does not name this person.' }
    const own = await userProblems(access, tx, organisation.id, user, at)
    return own.length > 0 ? { code: 'user', says: own.join(' ') } : null
  })
}

/**
 * Answers one query inside the workspace. The agreement is looked at again while the engine works: when it stops, the query
 * ends at once and its result is never given.
 */
export async function ask(
  access: Access,
  user: string,
  reference: string,
  query: Query,
  holdings: Lane,
  clock: () => Date,
  lookEveryMs = 200,
): Promise<Result<Answered, Refused>> {
  const before = await mayUse(access, user, reference, clock())
  if (before) return fail(before)
  const { organisation, state } = await asCollector(access.collector).read((tx) =>
    findApplication(tx, reference),
  )
  const within = withinAgreement(state, query)
  if (!within.ok) return within
  const parts = compileParts(access, reference, organisation, state, clock(), 'none').filter(
    (part) => part.dataSet === query.dataSet && query.years.includes(part.year),
  )
  const asked = [...new Set([...Object.keys(query.where), ...query.groupBy])].filter(
    (name) => name !== 'academic_year',
  )
  const schools = (await Promise.all(parts.map((part) => schoolsOf(part, holdings, asked)))).flat()
  if (schools.length === 0)
    return fail({ code: 'nobody', says: 'Nobody in the holdings is permitted by this agreement.' })
  const work = { done: false }
  const watch = (async (): Promise<Refused | null> => {
    while (!work.done) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      const stopped = await mayUse(access, user, reference, clock())
      if (stopped) return stopped
    }
    return null
  })()
  try {
    const running = holdings.rows(queryStatement(query, schools))
    running.catch(() => undefined)
    const first = await Promise.race([running, watch])
    if (first && 'code' in first) return fail(first)
    const after = await mayUse(access, user, reference, clock())
    if (after) return fail(after)
    const rows = await running
    return ok({ rows, cells: cellsOf(query, rows) })
  } finally {
    work.done = true
    await watch
  }
}

/** Asks to take the answer of a query out: checked by the software at once, then by two people. */
export async function askOutput(
  access: Access,
  by: Doer,
  user: string,
  reference: string,
  query: Query,
  holdings: Lane,
  clock: () => Date,
): Promise<Result<Done & { readonly output: string }, Refused>> {
  const answered = await ask(access, user, reference, query, holdings, clock)
  if (!answered.ok) return answered
  const { rows, cells } = answered.value
  const header = [...query.groupBy, 'pupils']
  const file = writeCsv(
    [header, ...rows.map((row) => header.map((name) => String((row[name] as string | number | null) ?? '')))],
    { formula: 'prefix' },
  )
  const text = typeof file === 'string' ? file : Buffer.from(file).toString('utf8')
  const output = randomUUID()
  const at = clock()
  return asCollector(access.collector).write(async (tx) => {
    const found = await findApplication(tx, reference)
    const earlier = await tx
      .selectFrom('access_output')
      .select(['id', 'application', 'cells'])
      .where('released_at', 'is not', null)
      .orderBy('released_at')
      .orderBy('id')
      .execute()
    const released = earlier.map((row): Released => ({
      id: row.id,
      project: row.application,
      cells: row.cells as readonly Cell[],
    }))
    const checks = checkOutput(access.policy, cells, Buffer.byteLength(text), released)
    const done = await doOn(access, tx, found, { kind: 'ask-output', output, checks }, by, at)
    if (!done.ok) return done
    await tx
      .insertInto('access_output')
      .values({
        organisation: found.organisation.id,
        id: output,
        application: reference,
        at,
        query: JSON.stringify(query),
        cells: JSON.stringify(cells),
        file: text,
        sha256: hash('sha256', text),
      })
      .execute()
    return ok({ ...done.value, output })
  })
}

/** A checker's verdict. The second approval releases; what was released meanwhile by anybody is compared again first. */
export async function judgeOutput(
  access: Access,
  by: Doer,
  output: string,
  verdict: 'approve' | 'changes' | 'reject',
  reason: string,
  at: Date,
): Promise<Result<Done, Refused>> {
  return asCollector(access.collector).write(async (tx) => {
    const row = await tx
      .selectFrom('access_output')
      .select(['application', 'cells', 'file', 'sha256', 'organisation'])
      .where('id', '=', output)
      .executeTakeFirst()
    if (!row) throw new GatehouseError('not-found', 'There is no such output.')
    const earlier = await tx
      .selectFrom('access_output')
      .select(['id', 'application', 'cells'])
      .where('released_at', 'is not', null)
      .orderBy('released_at')
      .orderBy('id')
      .execute()
    const checks = checkOutput(
      access.policy,
      row.cells as readonly Cell[],
      Buffer.byteLength(row.file),
      earlier.map((each) => ({
        id: each.id,
        project: each.application,
        cells: each.cells as readonly Cell[],
      })),
    )
    const failed = checks.filter(({ outcome }) => outcome === 'not-met')
    if (verdict === 'approve' && failed.length > 0)
      return fail({ code: 'checks', says: failed.map(({ says }) => says).join(' ') })
    const found = await findApplication(tx, row.application)
    const done = await doOn(
      access,
      tx,
      found,
      { kind: 'judge-output', output, sha256: row.sha256, verdict, reason },
      by,
      at,
    )
    if (done.ok && done.value.happened.some(({ kind }) => kind === 'output-released'))
      await tx.updateTable('access_output').set({ released_at: at }).where('id', '=', output).execute()
    return done
  })
}

/** An output's file: for its checkers while it waits, for its project once it was released. @throws GatehouseError */
export async function outputFile(
  access: Access,
  by: Doer,
  output: string,
): Promise<{
  readonly file: string
  readonly application: string
  readonly sha256: string
  readonly query: unknown
}> {
  const row = await asCollector(access.collector).read((tx) =>
    tx
      .selectFrom('access_output')
      .select(['file', 'application', 'sha256', 'query', 'released_at', 'organisation'])
      .where('id', '=', output)
      .executeTakeFirst(),
  )
  if (!row) throw new GatehouseError('not-found', 'There is no such output.')
  const checker = by.organisation === null && (by.role === 'operator' || by.duties.includes('output-check'))
  if (!checker && (row.released_at === null || by.organisation !== row.organisation))
    throw new GatehouseError('not-allowed', 'This output has not been released.')
  return { file: row.file, application: row.application, sha256: row.sha256, query: row.query }
}
