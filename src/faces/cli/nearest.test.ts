import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nearest } from './nearest.ts'

const known = ['otrack', 'cpoms', 'oxford-reading-buddy', 'times-tables-rock-stars']

describe('the nearest id', () => {
  it('is named for a slip of the finger, a swap, or a part of it', () => {
    for (const typed of ['otrak', 'ortack', 'OTRACK', 'ottrack'])
      assert.equal(nearest(typed, known), 'Did you mean otrack?', typed)
    assert.equal(nearest('rock-stars', known), 'Did you mean times-tables-rock-stars?')
  })

  it('is not guessed: of something else all are listed', () => {
    assert.equal(nearest('zebra', known), `Choose one of: ${known.join(', ')}.`)
    assert.equal(nearest('', known), `Choose one of: ${known.join(', ')}.`)
    assert.equal(nearest('x', []), 'There is none yet.')
  })
})
