import type { CensusCase } from './census-pupil.ts'

const numbers: Readonly<Record<string, number>> = { AUT: 1, SPR: 2, SUM: 3 }

/**
 * The name that schools' systems give a census file: `8942999_SC1_894LL26_001.xml`. One example is public (spring), the
 * numbers of the other terms are derived; the collector reads the header and not the name.
 */
export function fileNameOf({ definition, facts }: CensusCase): string {
  const { laNumber, establishmentNumber, serial } = facts
  const number = numbers[definition.term.name] ?? 0
  const year = String(definition.year).slice(2)
  return `${laNumber}${establishmentNumber}_SC${number}_${laNumber}LL${year}_${String(serial).padStart(3, '0')}.xml`
}
