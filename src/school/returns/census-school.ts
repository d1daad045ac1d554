import type { MessageRow } from '../../core/collections/index.ts'
import { timeInEngland } from '../../core/vocabulary/index.ts'
import type { CensusCase } from './census-pupil.ts'

const software = { code: 'Gatehouse', release: '0.1' }

/** The header: which return this is, of which school, built when. */
export function censusHeader({ definition, facts }: CensusCase, at: Date): MessageRow {
  return {
    items: {
      collection: definition.message.known[0] ?? '',
      term: definition.term.name,
      year: String(definition.year),
      referenceDate: definition.term.census,
      sourceLevel: 'S',
      lea: facts.laNumber,
      estab: facts.establishmentNumber,
      urn: facts.urn,
      softwareCode: software.code,
      release: software.release,
      serialNo: String(facts.serial).padStart(3, '0'),
      dateTime: timeInEngland(at),
    },
  }
}

/** The school's own record: its name and phase as it was founded here, the rest as its settings for returns say. */
export function censusSchool({ definition, facts }: CensusCase): MessageRow {
  const table = definition.tables.get('school')
  const said: Record<string, string> = {
    ...(facts.governance === 'academy' ? { governance: 'CA' } : {}),
    ...facts.settings.school,
    schoolName: facts.name,
    phase: facts.phase,
  }
  return {
    items: Object.fromEntries(
      Object.entries(said).filter(([name]) => {
        const item = table?.items.get(name)
        if (!item) return false
        const { terms, phases } = item
        return (
          (terms.length === 0 || terms.includes(definition.term.name)) &&
          (phases.length === 0 || phases.includes(facts.phase))
        )
      }),
    ),
  }
}
