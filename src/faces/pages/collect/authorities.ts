import { asCollector, type Collector } from '../../../national/collect/index.ts'
import { authorityNames } from '../../../national/collect/show/index.ts'

/** The names of all authorities: they are no secret, and a source’s own scope reaches none. */
export const namesOfAll = (collector: Collector): Promise<ReadonlyMap<string, string>> =>
  asCollector(collector).read(authorityNames)
