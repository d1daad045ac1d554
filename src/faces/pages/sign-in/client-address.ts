import { isIPv6 } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { RequestContext } from '../../index.ts'

const loopback = /^(127\.|::1$|::ffff:127\.)/

/** An IPv6 network of 64 bits is one household or one server, which can take any address in it. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::')
  const before = head.split(':').filter(Boolean)
  const after = tail.split(':').filter(Boolean)
  const middle = address.includes('::')
    ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
    : []
  return [...before, ...middle, ...after]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}

/**
 * Where a request comes from. A proxy on this machine is believed about whom it speaks for, by the last address it added;
 * from anywhere else that header is hearsay.
 */
export function clientAddress(c: RequestContext): string {
  const peer = peerOf(c)
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  return network(forwarded && loopback.test(peer) ? forwarded : peer)
}

function peerOf(c: RequestContext): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    // Not over a socket: a test that calls the application itself.
    return 'unknown'
  }
}
