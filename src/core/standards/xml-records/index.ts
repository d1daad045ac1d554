export { cellEnd } from './record-rows.ts'
export type { RecordTable } from './record-shape.ts'
export type { MessageFault, MessageLimits, MessageNote, MessageReading, MessageReport } from './message.ts'
export { scanMessage } from './scan-message.ts'
