import { Hono } from 'hono'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import { actorOf, may, roleNames, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { pupilSummary } from '../../../school/register/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { longDate } from '../words/dates.ts'
import { aboutWords, agreementOf, pupilsOf } from './about.ts'
import { closeTask, isFor, openTasks, type Task } from './task.store.ts'
import type { TasksView } from './tasks.view.ts'

const page = render<TasksView>('tasks/tasks.njk')

type Link = TasksView['groups'][number]['tasks'][number]['links'][number]

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const mostPupils = 10

/** The pages on which the matter of a task can be seen to; pupils by name, for those who may see them. */
async function linksOf(tx: Tx, task: Task, maySeePupils: boolean): Promise<readonly Link[]> {
  const agreement = agreementOf(task)
  const links: Link[] =
    agreement === null ? [] : [{ href: `/agreements/${agreement}`, text: 'Open the agreement' }]
  for (const id of maySeePupils ? pupilsOf(task).slice(0, mostPupils) : []) {
    const pupil = await pupilSummary(tx, id)
    if (pupil) {
      links.push({
        href: `/pupils/${id}`,
        text: `${pupil.preferredForename ?? pupil.forename} ${pupil.surname}`,
      })
    }
  }
  return links
}

const heading = (role: string): string =>
  `For the ${(roleNames[role as StaffRole] as string | undefined)?.toLowerCase() ?? role}`

async function tasksView(tx: Tx, role: StaffRole, at: Date): Promise<TasksView> {
  const current = await currentPolicy(tx)
  const tasks = await openTasks(tx)
  const roles = [...new Set(tasks.map((task) => task.forRole))].sort(
    (a, b) => Number(b === role) - Number(a === role) || a.localeCompare(b),
  )
  const groups: TasksView['groups'][number][] = []
  for (const forRole of roles) {
    const mine: TasksView['groups'][number]['tasks'][number][] = []
    for (const task of tasks.filter((one) => one.forRole === forRole)) {
      mine.push({
        id: task.id,
        title: task.title,
        about: aboutWords(task, current),
        opened: longDate(task.openedAt),
        due: task.dueAt && longDate(task.dueAt),
        overdue: task.dueAt && task.dueAt < at ? { text: 'Overdue', colour: 'red' as const } : null,
        links: await linksOf(tx, task, may(role, 'see-pupils')),
        mayClose: may(role, 'close-task') && isFor(task, role),
      })
    }
    groups.push({ heading: heading(forRole), tasks: mine })
  }
  return { groups }
}

export function tasksRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  app.get('/tasks', guard('see-sharing'), async (c) => {
    const staff = signedIn(c)
    const view = await schoolFor(gatehouse, actorOf(staff)).read((tx) =>
      tasksView(tx, staff.role, gatehouse.clock.now()),
    )
    return page(c, { title: 'Tasks', section: 'tasks' }, view)
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
