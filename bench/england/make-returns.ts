// A thread that makes returns, so many ahead as are asked for. The process that collects them does nothing else.
import { parentPort, workerData } from 'node:worker_threads'
import { englandReturns } from '../../world/index.ts'
import type { Made, Making } from './made-returns.ts'

const port = parentPort
if (!port) throw new Error('made-returns.ts starts this as a thread')
const { schools, places, returns, known } = workerData as Making
const passedOver = new Set(known)

let asked = 0
let wake = (): void => undefined
port.on('message', (more: number) => {
  asked += more
  wake()
})

let left = returns
const wanted = (school: { readonly urn: string; readonly places: number }): boolean =>
  left > 0 && school.places <= places && left-- > 0 && !passedOver.has(school.urn)

for await (const { school, name, pupils, bytes } of englandReturns({ schools }, wanted)) {
  while (asked === 0) await new Promise<void>((resolve) => (wake = resolve))
  asked--
  const together = Buffer.concat([...bytes()])
  // A buffer of its own, which can be handed over; small ones share one.
  const message = new Uint8Array(together)
  const made: Made = { urn: school.urn, name, pupils, message }
  port.postMessage(made, [message.buffer])
}
port.postMessage(null)
port.close()
