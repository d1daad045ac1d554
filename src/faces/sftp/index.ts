export { startSftp, usualBounds, type Bounds, type RunningSftp } from './serve.ts'
