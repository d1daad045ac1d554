import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** What a connection may cost while its request comes in. Times in milliseconds. */
export interface Pace {
  /** An ordinary request must be here within this time. */
  readonly ordinary: number
  /** An upload has no such time: so many bytes a second must come, counted over a window. */
  readonly upload: { readonly bytesPerSecond: number; readonly window: number; readonly longest: number }
  /** How often it is looked at. */
  readonly every: number
}

/** 256 MB at the least rate would take three days: whoever needs longer than six hours is cut off all the same. */
export const usualPace: Pace = {
  ordinary: 30_000,
  upload: { bytesPerSecond: 1024, window: 30_000, longest: 6 * 3_600_000 },
  every: 5_000,
}

interface Coming {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly upload: boolean
  readonly begun: number
  /** When it was answered though not all of it was here. */
  answered: number | null
  window: { readonly begun: number; readonly bytes: number }
}

/**
 * Ends requests that dawdle, with 408 where nothing was answered yet. Node's own limit is one for every request, and a large
 * return over a slow line takes longer than any that would hold off people who mean no good. Returns what ends the watch.
 */
export function keepPace(
  server: Pick<Server, 'prependListener'>,
  isUpload: (method: string, path: string) => boolean,
  pace: Pace,
): () => void {
  const coming = new Set<Coming>()
  server.prependListener('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const now = performance.now()
    const path = (incoming.url ?? '').split('?')[0] ?? ''
    const one: Coming = {
      incoming,
      outgoing,
      upload: isUpload(incoming.method ?? '', path),
      begun: now,
      answered: null,
      window: { begun: now, bytes: incoming.socket.bytesRead },
    }
    coming.add(one)
    outgoing.once('finish', () => (one.answered = performance.now()))
    incoming.once('close', () => coming.delete(one))
  })
  const timer = setInterval(() => {
    const now = performance.now()
    for (const one of coming) {
      if (one.incoming.complete || one.incoming.destroyed) coming.delete(one)
      else if (isLate(one, pace, now)) {
        coming.delete(one)
        cut(one)
      }
    }
  }, pace.every)
  timer.unref()
  return () => clearInterval(timer)
}

function isLate(one: Coming, { ordinary, upload }: Pace, now: number): boolean {
  const { begun, window, incoming, answered } = one
  if (!one.upload) return now - begun > ordinary
  // Refused before it was here: it has as long to see that as any request.
  if (answered !== null) return now - answered > ordinary
  if (now - begun > upload.longest) return true
  if (now - window.begun < upload.window) return false
  const bytes = incoming.socket.bytesRead
  const least = (upload.bytesPerSecond * (now - window.begun)) / 1000
  // What lies here unread is our slowness, not the sender's.
  const waitsForUs = incoming.readableLength > 0
  one.window = { begun: now, bytes }
  return !waitsForUs && bytes - window.bytes < least
}

function cut({ incoming, outgoing }: Coming): void {
  const { socket } = incoming
  if (!outgoing.headersSent && socket.writable)
    socket.write('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  socket.destroySoon()
  incoming.destroy()
}
