import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector } from '../../collect/index.ts'
import type { Facets } from './facets.ts'

/** Where versions lie: one folder each, never changed once it is there. */
export const versionsFolder = ({ home }: Pick<Collector, 'home'>): string =>
  join(home, 'statistics', 'versions')

export const versionFolder = (collector: Pick<Collector, 'home'>, id: string): string =>
  join(versionsFolder(collector), id)

export const dataFile = (collector: Pick<Collector, 'home'>, id: string): string =>
  join(versionFolder(collector, id), 'data.csv')
export const metaFile = (collector: Pick<Collector, 'home'>, id: string): string =>
  join(versionFolder(collector, id), 'data.meta.csv')
export const cubeFile = (collector: Pick<Collector, 'home'>, id: string): string =>
  join(versionFolder(collector, id), 'cube.parquet')
export const chartFile = (collector: Pick<Collector, 'home'>, id: string): string =>
  join(versionFolder(collector, id), 'chart.svg')

export const readFacets = async (collector: Pick<Collector, 'home'>, id: string): Promise<Facets> =>
  JSON.parse(await readFile(join(versionFolder(collector, id), 'facets.json'), 'utf8')) as Facets
