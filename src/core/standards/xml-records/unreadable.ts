import type { MessageFault } from './message.ts'

/** Thrown within the scanner where a message can't be read any further; it leaves as a value. */
export class Unreadable extends Error {
  readonly fault: MessageFault
  constructor(line: number, message: string, todo: string) {
    super(message)
    this.fault = { line, message, todo }
  }
}
