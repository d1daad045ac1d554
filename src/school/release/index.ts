export { noFault, type FaultPoint } from './fault-point.ts'
export type { ReleasedPayload } from './released-payload.ts'
