export { defaultYears, writeYears, type WrittenYears, type YearsOptions } from './write-years.ts'
