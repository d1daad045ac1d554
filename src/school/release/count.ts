import type { ItemId, RefusalCode } from '../../core/vocabulary/index.ts'
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
  for (const { row } of pupils) {
    if (!row.inPopulation) continue
    if (!sent.has(row.pupilId) && !row.verdict.permitted.some(({ item }) => carried.has(item)))
      withheldPupils++
    for (const code of refusalCodes(row.verdict.refused, carried)) {
      withheldReasons[code] = (withheldReasons[code] ?? 0) + 1
    }
  }
  const leaving = new Set(rows.flatMap(({ permits }) => permits.map(({ item }) => item)))
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
