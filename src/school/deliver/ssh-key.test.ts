import assert from 'node:assert/strict'
import { it } from 'node:test'
import { makeSshKey, publicHalf } from './ssh-key.ts'

it('makes keys that can all be read back', () => {
  for (let i = 0; i < 2000; i++) {
    const pair = makeSshKey()
    assert.ok(pair.public.startsWith(publicHalf(pair.private) ?? 'unreadable'))
  }
})
