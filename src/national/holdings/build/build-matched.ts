import type { Person } from '../../collect/index.ts'
import { linksOf, openMatching } from '../../match/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { buildHoldings, type BuildReport } from './build-holdings.ts'

/** The holdings with the references that the matching gives the records now. */
export async function buildMatched(
  home: HoldingsHome,
  person: Person,
  at: Date,
  note = '',
): Promise<BuildReport> {
  const matching = await openMatching(home.collector, { memory: home.memory, threads: home.threads })
  return buildHoldings(home, person, (ids, file) => linksOf(matching, ids, file), at, note)
}
