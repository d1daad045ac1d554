import type { TagView } from '../frame/tag.ts'

const states: Readonly<Record<string, TagView>> = {
  queued: { text: 'Waiting to be sent', colour: 'blue' },
  sending: { text: 'Being sent', colour: 'blue' },
  sent: { text: 'Sent', colour: 'green' },
  acknowledged: { text: 'Received', colour: 'green' },
  dead: { text: 'Could not be sent', colour: 'red' },
  cancelled: { text: 'Cancelled', colour: 'grey' },
}

/** Where a delivery stands, as a tag. */
export const deliveryTag = (state: string | null): TagView =>
  states[state ?? ''] ?? { text: 'Not sent anywhere', colour: 'grey' }
