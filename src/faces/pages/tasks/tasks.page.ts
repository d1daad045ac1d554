import { Hono } from 'hono'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import { actorOf, may, roleNames, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { longDate } from '../words/dates.ts'
import { closeTask, isFor, openTasks, type Task } from './task.store.ts'
import type { TasksView } from './tasks.view.ts'

const page = render<TasksView>('tasks/tasks.njk')

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** The page on which the matter of a task can be seen to, from the ids that the task carries. */
function linkOf(task: Task, maySeePupils: boolean): TasksView['groups'][number]['tasks'][number]['link'] {
  const pupil = text(task.detail['pupilId'])
  if (pupil !== null && maySeePupils) return { href: `/pupils/${pupil}`, text: 'Open this pupil' }
  const agreement = text(task.detail['agreementId'])
  if (agreement !== null) return { href: `/agreements/${agreement}`, text: 'Open the agreement' }
  return null
}

const heading = (role: string): string =>
  `For the ${(roleNames[role as StaffRole] as string | undefined)?.toLowerCase() ?? role}`

export function tasksView(tasks: readonly Task[], role: StaffRole, at: Date): TasksView {
  const roles = [...new Set(tasks.map((task) => task.forRole))].sort(
    (a, b) => Number(b === role) - Number(a === role) || a.localeCompare(b),
  )
  return {
    groups: roles.map((forRole) => ({
      heading: heading(forRole),
      tasks: tasks
        .filter((task) => task.forRole === forRole)
        .map((task) => ({
          id: task.id,
          title: task.title,
          opened: longDate(task.openedAt),
          due: task.dueAt && longDate(task.dueAt),
          overdue: task.dueAt && task.dueAt < at ? { text: 'Overdue', colour: 'red' as const } : null,
          link: linkOf(task, may(role, 'see-pupils')),
          mayClose: may(role, 'close-task') && isFor(task, role),
        })),
    })),
  }
}

export function tasksRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  app.get('/tasks', guard('see-sharing'), async (c) => {
    const staff = signedIn(c)
    const tasks = await schoolFor(gatehouse, actorOf(staff)).read(openTasks)
    return page(c, { title: 'Tasks', section: 'tasks' }, tasksView(tasks, staff.role, gatehouse.clock.now()))
  })

  app.post('/tasks/:id/close', guard('close-task'), async (c) => {
    const staff = signedIn(c)
    const school = schoolFor(gatehouse, actorOf(staff))
    const outcome = text((await c.req.parseBody())['outcome'])
    if (outcome === null) throw new GatehouseError('bad-input', 'Say what was done before you close a task.')
    const id = c.req.param('id')
    const task = (await school.read(openTasks)).find((one) => one.id === id)
    if (!task) throw new GatehouseError('not-found', 'This task is closed already, or was never open.')
    if (!isFor(task, staff.role)) throw new GatehouseError('not-allowed', 'This task is for another role.')
    await closeTask(school, id, outcome.slice(0, 300), gatehouse.clock.now())
    return c.redirect('/tasks?done=closed', 303)
  })

  return app
}
