export { peopleStream, type PeopleOptions, type PersonRecord } from './people.ts'
export { streamCensus, type CensusOptions } from './stream-census.ts'
export { streamPeople, type StreamedPeople } from './stream-people.ts'
