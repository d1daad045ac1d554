import type { Tx } from '../../core/store/index.ts'
import { noSettings, type ReturnSettings } from './return-settings.ts'

/** What a return says of the school itself, and how attendance codes count. No pupil's data. */
export interface CensusFacts {
  readonly urn: string
  readonly name: string
  readonly laNumber: string
  readonly establishmentNumber: string
  readonly phase: string
  /** As the school was founded here: maintained, academy or independent. */
  readonly governance: string
  readonly settings: ReturnSettings
  /** By attendance code, as the school has it: whether a session of it was possible; null for one that is no session. */
  readonly countsAsPossible: ReadonlyMap<string, boolean | null>
  /** Of the return that is built now among those of its term, from 1. */
  readonly serial: number
}

export async function takeCensusFacts(
  tx: Tx,
  of: { readonly collection: string; readonly year: number; readonly term: string },
): Promise<CensusFacts> {
  const school = await tx
    .selectFrom('school')
    .select(['school_urn', 'name', 'la_number', 'establishment_number', 'phase', 'governance'])
    .executeTakeFirstOrThrow()
  const setting = await tx
    .selectFrom('return_setting')
    .select('body')
    .where('collection', '=', of.collection)
    .executeTakeFirst()
  const codes = await tx
    .selectFrom('attendance_code')
    .select(['code', 'meaning', 'counts_as_possible'])
    .execute()
  const { built } = await tx
    .selectFrom('return_build')
    .select(({ fn }) => fn.countAll<number>().as('built'))
    .where('collection', '=', of.collection)
    .where('year', '=', of.year)
    .where('term', '=', of.term)
    .executeTakeFirstOrThrow()
  return {
    urn: school.school_urn,
    name: school.name,
    laNumber: school.la_number,
    establishmentNumber: school.establishment_number,
    phase: school.phase,
    governance: school.governance,
    settings: (setting?.body as ReturnSettings | undefined) ?? noSettings,
    countsAsPossible: new Map(
      codes.map(({ code, meaning, counts_as_possible }) => [
        code,
        meaning === 'not-counted' ? null : counts_as_possible,
      ]),
    ),
    serial: built + 1,
  }
}
