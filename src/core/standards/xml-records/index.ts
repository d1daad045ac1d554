export { cellEnd } from './record-rows.ts'
export type { RecordTable } from './record-shape.ts'
export type {
  MessageFault,
  MessageLimits,
  MessageNote,
  MessagePortions,
  MessageReading,
  MessageReport,
  PortionRows,
} from './message.ts'
export { scanMessage } from './scan-message.ts'
