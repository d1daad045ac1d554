export { cellEnd } from './record-rows.ts'
export type { RecordTable } from './record-shape.ts'
export {
  scanMessage,
  type MessageFault,
  type MessageLimits,
  type MessageNote,
  type MessageReading,
  type MessageReport,
} from './scan-message.ts'
