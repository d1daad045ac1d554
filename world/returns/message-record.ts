/** A record of a message while it is being made; `writeMessage` takes it as it is. */
export interface MessageRecord {
  readonly items: Record<string, string>
  readonly below?: Record<string, MessageRecord[]>
}
