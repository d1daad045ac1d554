import type { TagView } from '../frame/tag.ts'

const states: Readonly<Record<string, TagView>> = {
  queued: { text: 'Waiting to be sent', colour: 'blue' },
  sending: { text: 'Being sent', colour: 'blue' },
  sent: { text: 'Sent', colour: 'green' },
  acknowledged: { text: 'Received', colour: 'green' },
  dead: { text: 'Could not be sent', colour: 'red' },
  cancelled: { text: 'Cancelled', colour: 'grey' },
}

const laidOut: TagView = { text: 'Waits to be taken', colour: 'yellow' }

/** Where a delivery stands, as a tag. A download or copy sheet is laid out; it has left when somebody took it. */
export const deliveryTag = (state: string | null, transport: string | null): TagView =>
  state === 'sent' && (transport === 'download' || transport === 'copy-sheet')
    ? laidOut
    : (states[state ?? ''] ?? { text: 'Not sent anywhere', colour: 'grey' })
