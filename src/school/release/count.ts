import type { Verdict } from '../../core/decide/index.ts'
import type { ItemId, RefusalCode } from '../../core/vocabulary/index.ts'
import { oncePer } from './once-per.ts'
import type { Counts } from './outcome.ts'
import type { DecidedPupil, PermittedRow } from './permit-rows.ts'

/** Counts what leaves and what is withheld, and why: codes and numbers only. */
export function count(
  pupils: readonly DecidedPupil[],
  rows: readonly PermittedRow[],
  carried: ReadonlySet<ItemId>,
): Counts {
  const sent = new Set(rows.map(({ pupilId }) => pupilId))
  const withheldReasons: Partial<Record<RefusalCode, number>> = {}
  let withheldPupils = 0
  const codesOf = oncePer((verdict: Verdict) => refusalCodes(verdict.refused, carried))
  for (const { row } of pupils) {
    if (!row.inPopulation) continue
    if (!sent.has(row.pupilId)) withheldPupils++
    for (const code of codesOf(row.verdict)) withheldReasons[code] = (withheldReasons[code] ?? 0) + 1
  }
  const leaving = new Set([...new Set(rows.map(({ permits }) => permits))].flat().map(({ item }) => item))
  return {
    permittedPupils: rows.length,
    withheldPupils,
    withheldReasons,
    items: [...carried].filter((item) => leaving.has(item)),
  }
}

const refusalCodes = (
  refused: ReadonlyMap<ItemId, readonly RefusalCode[]>,
  carried: ReadonlySet<ItemId>,
): ReadonlySet<RefusalCode> => new Set([...carried].flatMap((item) => refused.get(item) ?? []))
