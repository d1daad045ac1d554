import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RequestContext } from '../../index.ts'
import { clientAddress } from './client-address.ts'
import { newThrottle, triesPerAddress, windowMinutes } from './throttle.ts'

const at = new Date('2026-11-24T07:30:00Z')
const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)

describe('the throttle of sign-in', () => {
  it('lets so many tries through in its window, and starts again after it', () => {
    const throttle = newThrottle()
    for (let n = 0; n < triesPerAddress; n++) assert.ok(throttle.begin('a', at))
    assert.equal(throttle.begin('a', later(1)), false)
    assert.ok(throttle.begin('b', later(1)), 'another address')
    assert.equal(throttle.begin('a', later(windowMinutes - 0.1)), false)
    assert.ok(throttle.begin('a', later(windowMinutes)))
  })

  it('does not count what was right: a whole staff behind one address signs in', () => {
    const throttle = newThrottle()
    for (let n = 0; n < 10 * triesPerAddress; n++) {
      assert.ok(throttle.begin('school', at))
      throttle.forgive('school')
    }
  })

  it('keeps no more than so many addresses', () => {
    const throttle = newThrottle()
    for (let n = 0; n < triesPerAddress; n++) throttle.begin('first', at)
    assert.equal(throttle.begin('first', at), false)
    for (let n = 0; n < 10_000; n++) throttle.begin(`other ${n}`, at)
    assert.ok(throttle.begin('first', at), 'the oldest was forgotten')
  })
})

const from = (peer: string, forwarded?: string): string =>
  clientAddress({
    env: { incoming: { socket: { remoteAddress: peer, remotePort: 1, remoteFamily: 'IPv4' } } },
    req: { header: () => forwarded },
  } as unknown as RequestContext)

describe('where a request comes from', () => {
  it('is told by a proxy on this machine alone', () => {
    assert.equal(from('203.0.113.5'), '203.0.113.5')
    assert.equal(from('203.0.113.5', '198.51.100.7'), '203.0.113.5')
    assert.equal(from('127.0.0.1', '10.0.0.1, 198.51.100.7'), '198.51.100.7')
    assert.equal(from('::1', '198.51.100.7'), '198.51.100.7')
  })

  it('is one place for a whole IPv6 network, however it is written', () => {
    const written = ['2001:db8:0:1::5', '2001:0DB8:0000:0001:ffff:0:0:7', '2001:db8:0:1:9::']
    assert.deepEqual([...new Set(written.map((address) => from(address)))], ['2001:db8:0:1'])
    assert.notEqual(from('2001:db8:0:2::5'), '2001:db8:0:1')
    assert.equal(from('::ffff:203.0.113.5'), '::ffff:203.0.113.5')
  })
})
