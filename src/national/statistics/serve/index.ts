export {
  catalogueOf,
  dataSetId,
  selectVersion,
  type Catalogue,
  type PublicDataSet,
  type PublicPublication,
} from './catalogue.ts'
export { cubesOf, TookTooLong, type Cubes } from './cubes.ts'
export { pagingOf, query, type Paging, type QueryAnswer, type QueryRow } from './query.ts'
export {
  readBody,
  readPage,
  readParameters,
  type QueryRequest,
  type Read,
  type Sort,
} from './read-request.ts'
export type { Criteria, Remark } from './criteria.ts'
export { statisticsOf, type Statistics } from './statistics.ts'
