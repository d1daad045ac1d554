import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { it } from 'node:test'
import { advice } from './advice.ts'
import type { Task } from './task.store.ts'

const task = (kind: string, detail: Task['detail'] = {}): Task => ({
  id: '',
  kind,
  forRole: 'dpo',
  title: '',
  detail,
  openedAt: new Date(0),
  dueAt: null,
})

it('a task after a no says what this one asks for', () => {
  const [deleted, told, undone] = ['deleted', 'told', 'undone'].map((ask) =>
    advice(task('recall-due', { ask })),
  )
  assert.match(deleted ?? '', /recipient named here to delete/)
  assert.match(told ?? '', /^Tell whoever does/)
  assert.match(undone ?? '', /^Undo it at the school/)
  // One that was opened before `ask` was kept, and one whose detail is not to be trusted.
  for (const detail of [{}, { ask: 'toString' }, { ask: 1 }])
    assert.equal(advice(task('recall-due', detail)), null)
})

it('there is advice for every kind of task that the school’s folders open', () => {
  const opened = globSync('src/school/**/*.ts').flatMap((file) =>
    file.endsWith('.test.ts')
      ? []
      : [...readFileSync(file, 'utf8').matchAll(/kind: '([a-z-]+)',\s*forRole/g)].map(
          ([, kind = '']) => kind,
        ),
  )
  const kinds = new Set([...opened, 'identity-to-sever'])
  assert.ok(kinds.size >= 6, [...kinds].join(', '))
  for (const kind of kinds) assert.ok(advice(task(kind, { reason: 'template', ask: 'told' })), kind)
})
