import type { Collector } from '../../collect/index.ts'
import { catalogueOf, type Catalogue } from './catalogue.ts'
import { cubesOf, type Cubes } from './cubes.ts'

/** The query service of one collector: shared by API and pages, so that the bound on questions is one. */
export interface Statistics {
  readonly collector: Collector
  readonly catalogue: Catalogue
  readonly cubes: Cubes
}

const known = new WeakMap<Collector, Statistics>()

export function statisticsOf(collector: Collector): Statistics {
  const there = known.get(collector)
  if (there) return there
  const made = { collector, catalogue: catalogueOf(collector), cubes: cubesOf(collector) }
  known.set(collector, made)
  return made
}
