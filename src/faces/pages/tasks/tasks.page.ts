import { Hono } from 'hono'
import { dateInEngland, GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import { actorOf, may, roleNames, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { pupilSummary } from '../../../school/register/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { longDate } from '../words/dates.ts'
import { count } from '../words/numbers.ts'
import { advice } from './advice.ts'
import { aboutWords, agreementOf, pupilsOf } from './about.ts'
import { closeTask, isFor, openTasks, type Task } from './task.store.ts'
import type { TasksView } from './tasks.view.ts'

const page = render<TasksView>('tasks/tasks.njk')

type Link = TasksView['groups'][number]['tasks'][number]['links'][number]

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const mostPupils = 10

/** The pages on which the matter of a task can be seen to; pupils by name, for those who may see them. */
async function linksOf(tx: Tx, task: Task, role: StaffRole): Promise<readonly Link[]> {
  const agreement = agreementOf(task)
  const links: Link[] = []
  if (agreement !== null) {
    links.push({ href: `/agreements/${agreement}`, text: 'Open the agreement' })
    if (task.kind === 'release-held' && may(role, 'preview-release')) {
      links.push({ href: `/agreements/${agreement}/preview`, text: 'Look at the file that is held' })
    }
  }
  if (task.detail['reason'] === 'not-in-notice') links.push({ href: '/notices', text: 'Open the notice' })
  const pupils = may(role, 'see-pupils') ? pupilsOf(task) : []
  for (const id of pupils.slice(0, mostPupils)) {
    const pupil = await pupilSummary(tx, id)
    if (pupil) {
      links.push({
        href: `/pupils/${id}`,
        text: `Pupil: ${pupil.preferredForename ?? pupil.forename} ${pupil.surname}`,
      })
    }
  }
  if (pupils.length > mostPupils && agreement !== null) {
    const more = `and ${count(pupils.length - mostPupils, 'more pupil')}`
    links.push({ href: `/agreements/${agreement}/preview`, text: more })
  }
  return links
}

/** A file that could not be delivered is tried again, or somebody heard that it arrived all the same. */
function actionsOf(task: Task, role: StaffRole): TasksView['groups'][number]['tasks'][number]['actions'] {
  const release = text(task.detail['releaseId'])
  if (task.kind !== 'delivery-dead' || release === null || !may(role, 'release')) return []
  return [
    { action: `/releases/${release}/retry`, text: 'Try again' },
    { action: `/releases/${release}/arrived`, text: 'The recipient has it' },
  ]
}

const heading = (role: string): string =>
  `For the ${(roleNames[role as StaffRole] as string | undefined)?.toLowerCase() ?? role}`

async function tasksView(
  tx: Tx,
  role: StaffRole,
  at: Date,
  error: TasksView['error'] = null,
): Promise<TasksView> {
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
        advice: advice(task),
        failure: task.kind === 'delivery-dead' && may(role, 'release') ? text(task.detail['why']) : null,
        actions: isFor(task, role) ? actionsOf(task, role) : [],
        opened: longDate(task.openedAt),
        due: task.dueAt && longDate(task.dueAt),
        overdue:
          task.dueAt && dateInEngland(task.dueAt) < dateInEngland(at)
            ? { text: 'Overdue', colour: 'red' as const }
            : null,
        links: await linksOf(tx, task, role),
        mayClose: may(role, 'close-task') && isFor(task, role),
      })
    }
    groups.push({ heading: heading(forRole), tasks: mine })
  }
  return { groups, error }
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
    const outcome = (text((await c.req.parseBody())['outcome']) ?? '').trim()
    const id = c.req.param('id')
    const task = (await school.read(openTasks)).find((one) => one.id === id)
    if (!task) throw new GatehouseError('not-found', 'This task is closed already, or was never open.')
    if (!isFor(task, staff.role)) throw new GatehouseError('not-allowed', 'This task is for another role.')
    if (outcome === '') {
      const error = { taskId: id, text: 'Say what was done before you close the task' }
      const view = await school.read((tx) => tasksView(tx, staff.role, gatehouse.clock.now(), error))
      return page(c, { title: 'Error: Tasks', section: 'tasks', status: 422 }, view)
    }
    await closeTask(school, id, outcome.slice(0, 300), gatehouse.clock.now())
    return c.redirect('/tasks?done=closed', 303)
  })

  return app
}
