export { readStandards } from './read-standards.ts'
