import type { Tx } from '../../../core/store/index.ts'
import { pupilSummary } from '../../../school/register/index.ts'

export interface NamedPupil {
  readonly id: string
  readonly name: string
  readonly group: string
}

/** Pupils by id, as a person of the school reads them. For a page alone: never for an address or a log. */
export async function namedPupils(tx: Tx, ids: Iterable<string>): Promise<ReadonlyMap<string, NamedPupil>> {
  const named = new Map<string, NamedPupil>()
  for (const id of new Set(ids)) {
    const pupil = await pupilSummary(tx, id)
    if (pupil)
      named.set(id, {
        id,
        name: `${pupil.surname}, ${pupil.preferredForename ?? pupil.forename}`,
        group: pupil.registrationGroup ?? '',
      })
  }
  return named
}
