import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { returnStates, type ReturnState } from '../../core/collections/index.ts'
import type { NationalActor } from '../../core/vocabulary/index.ts'
import { judgeMove, moves, type Move } from './moves.ts'
import type { Unresolved } from './unresolved.ts'

type Role = NationalActor['role']
const nothing: Unresolved = { errors: 0, unexplained: 0, undecided: 0, rejected: 0 }
const judge = (
  move: Move,
  state: ReturnState,
  role: Role,
  approver: 'authority' | 'none',
  unresolved = nothing,
  reason: string | null = 'because',
  source = '100001',
) =>
  judgeMove(
    move,
    { state, approver, laNumber: '894', source },
    { actor: { kind: 'staff', name: 'x', role } },
    reason,
    unresolved,
  )

// Written out from the workflow's description, not from the code: every move that somebody may make. `*`: either approver.
const mayBeMade = new Map<string, ReturnState>()
const may = (move: Move, states: string, roles: string, approvers: string, to: ReturnState): void => {
  for (const state of states.split(' '))
    for (const role of roles.split(' '))
      for (const approver of approvers === '*' ? ['authority', 'none'] : [approvers])
        mayBeMade.set([move, state, role, approver].join(' '), to)
}
const loaded = 'loaded-and-validated amended-by-source amended-by-agent rejected'
may('submit', loaded, 'source operator', '*', 'submitted')
may('submit', loaded, 'agent', 'authority', 'submitted')
may('approve', 'submitted', 'agent operator', 'authority', 'approved')
may('authorise', 'approved', 'collector operator', '*', 'authorised')
may('authorise', 'submitted', 'collector operator', 'none', 'authorised')
may('reject', 'submitted approved', 'agent', 'authority', 'rejected')
may('reject', 'submitted approved authorised', 'collector operator', '*', 'rejected')
may('withdraw', `${loaded} submitted`, 'source collector operator', '*', 'withdrawn')
may('withdraw', `${loaded} submitted`, 'agent', 'authority', 'withdrawn')

describe('moves', () => {
  it('are those of the workflow and no others, for every state, role and approver', () => {
    let allowed = 0
    for (const move of Object.keys(moves) as Move[])
      for (const state of returnStates)
        for (const role of ['source', 'agent', 'collector', 'operator'] as const)
          for (const approver of ['authority', 'none'] as const) {
            const name = [move, state, role, approver].join(' ')
            const judged = judge(move, state, role, approver)
            assert.equal(judged.ok ? judged.value : null, mayBeMade.get(name) ?? null, name)
            if (judged.ok) allowed++
            else assert.ok(judged.error.detail && judged.error.todo, name)
          }
    assert.equal(allowed, mayBeMade.size)
  })

  it('are an authority’s own of its own return, which the collector alone sees to', () => {
    const own = (move: Move) => judge(move, 'submitted', 'agent', 'none', nothing, 'x', '894')
    assert.ok(own('withdraw').ok)
    assert.ok(judge('submit', 'rejected', 'agent', 'none', nothing, null, '894').ok)
    for (const move of ['approve', 'reject', 'authorise'] as const) assert.ok(!own(move).ok, move)
  })

  it('ask for a reason where something is sent back or taken out', () => {
    for (const reason of [null, '', '  ']) {
      for (const move of ['reject', 'withdraw'] as const) {
        const judged = judge(move, 'submitted', 'collector', 'authority', nothing, reason)
        assert.equal(judged.ok ? null : judged.error.why, 'no-reason')
      }
      assert.ok(judge('submit', 'loaded-and-validated', 'source', 'authority', nothing, reason).ok)
    }
  })

  it('stop at errors before submission, and at everything unresolved before authorisation', () => {
    const whyNot = (move: Move, state: ReturnState, unresolved: Partial<Unresolved>): string | null => {
      const judged = judge(move, state, 'operator', 'none', { ...nothing, ...unresolved })
      return judged.ok ? null : judged.error.why
    }
    assert.equal(whyNot('submit', 'loaded-and-validated', { errors: 1 }), 'unresolved')
    assert.equal(whyNot('submit', 'loaded-and-validated', { unexplained: 9, undecided: 9 }), null)
    for (const left of ['errors', 'unexplained', 'undecided', 'rejected'] as const) {
      assert.equal(whyNot('authorise', 'submitted', { [left]: 1 }), 'unresolved', left)
      assert.equal(whyNot('reject', 'submitted', { [left]: 1 }), null)
    }
  })
})
