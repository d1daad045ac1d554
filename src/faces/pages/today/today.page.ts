import { Hono } from 'hono'
import { dateInEngland, type RecipientId, type StaffRole } from '../../../core/vocabulary/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { changedFeeds, dueFeeds, type ChangedFeed } from '../../../school/release/index.ts'
import {
  actorOf,
  doorFor,
  may,
  roleNames,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestEnv,
} from '../../index.ts'
import { openCase } from '../agreement/open-case.ts'
import { shutReasons } from '../agreement/state.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { pictureView } from '../picture/picture.view.ts'
import {
  latestReleases,
  leftByDay,
  pastReleases,
  whereIs,
  type PastRelease,
} from '../picture/releases.store.ts'
import { aboutWords, agreementOf } from '../tasks/about.ts'
import { isFor, openTasks, type Task } from '../tasks/task.store.ts'
import { scheduleWords } from '../words/codes.ts'
import { dayOfWeek, longDate, shortDateAndTime } from '../words/dates.ts'
import { deliveryTag } from '../words/delivery.ts'
import { count, number } from '../words/numbers.ts'
import { withheldWords } from '../words/withheld.ts'
import { noticeNames, recipientNames } from '../words/names.ts'
import type { TodayView } from './today.view.ts'

const page = render<TodayView>('today/today.njk')
const week = 7 * 86_400_000

const sum = (releases: readonly PastRelease[], of: (release: PastRelease) => number): number =>
  releases.reduce((total, release) => total + of(release), 0)

const figure = (n: number, one: string, many: string) => ({
  number: number(n),
  label: n === 1 ? one : many,
  note: null,
})

/** Why a file that is due does not leave: the agreement is shut, or a person must look at the file first. */
function obstacleOf(shut: string | undefined, held: Task | undefined): string | null {
  if (shut !== undefined || held === undefined) return shut ?? null
  const role = (roleNames[held.forRole as StaffRole] as string | undefined)?.toLowerCase() ?? held.forRole
  return `${held.title}. The task is for the ${role}.`
}

async function todayView(
  tx: Tx,
  role: StaffRole,
  at: Date,
  changed: readonly ChangedFeed[],
): Promise<TodayView> {
  const current = await currentPolicy(tx)
  const names = recipientNames(current)
  const nameOf = (id: RecipientId): string => names.get(id) ?? id
  const restricted = may(role, 'see-restricted')
  const recent = await pastReleases(tx, { since: new Date(at.getTime() - week), restricted })
  const ofToday = recent.filter((release) => dateInEngland(release.decidedAt) === dateInEngland(at))
  const today = ofToday.filter((release) => whereIs(release) === 'left')
  const waiting = ofToday.filter((release) => whereIs(release) === 'waiting').length
  const places = [...noticeNames(current).keys()]
  const due = [...(await dueFeeds(tx, current.agreements, at)), ...changed].toSorted(
    (a, b) => places.indexOf(a.version.agreement.id) - places.indexOf(b.version.agreement.id),
  )
  const latest = [...(await latestReleases(tx, restricted)).values()]
  const open = await openTasks(tx)
  const tasks = open.filter((task) => isFor(task, role))
  return {
    day: dayOfWeek(at),
    figures: [
      {
        ...figure(today.length, 'file left today', 'files left today'),
        note: waiting === 0 ? null : `${number(waiting)} more on the way or waiting to be taken`,
      },
      figure(
        sum(today, (r) => r.permittedPupils),
        'pupil record in them',
        'pupil records in them',
      ),
      {
        ...figure(
          sum(today, (r) => r.withheldPupils),
          'pupil left out',
          'pupils left out',
        ),
        note: 'of those files, counted once in each',
      },
      figure(tasks.length, 'task for you', 'tasks for you'),
    ],
    tasks: tasks.slice(0, 5).map((task) => ({
      title: task.title,
      about: aboutWords(task, current),
      due: task.dueAt ? `Due by ${longDate(task.dueAt)}` : `Since ${longDate(task.openedAt)}`,
    })),
    moreTasks: tasks.length > 5 ? `All ${count(tasks.length, 'task')}` : null,
    due: due.map(({ version, last }) => {
      const { agreement } = version
      const [obstacle] = shutReasons(agreement, openCase(current, version, at))
      return {
        recipient: noticeNames(current).get(agreement.id) ?? agreement.id,
        href: `/agreements/${agreement.id}`,
        why: `${scheduleWords[agreement.schedule.every]}; ${last ? `last sent on ${longDate(last)}` : 'never sent yet'}`,
        obstacle:
          obstacleOf(
            obstacle?.text,
            open.find((task) => task.kind === 'release-held' && agreementOf(task) === agreement.id),
          ) ??
          changed.find((one) => one.version === version)?.obstacle ??
          null,
      }
    }),
    left: recent.map((release) => ({
      recipient: nameOf(release.recipientId),
      href: `/agreements/${release.agreementId}`,
      when: shortDateAndTime(release.decidedAt),
      pupils: number(release.permittedPupils),
      items: number(release.items.length),
      delivery: deliveryTag(release.deliveryState, release.transport),
      entry: String(release.ledgerIndex),
    })),
    withheld: latest
      .filter((release) => release.withheldReasons.size > 0)
      .sort((a, b) => b.withheldPupils - a.withheldPupils)
      .map((release) => ({
        recipient: nameOf(release.recipientId),
        href: `/agreements/${release.agreementId}`,
        pupils: number(release.withheldPupils),
        reasons: withheldWords(release.withheldReasons),
      })),
    picture: pictureView(
      await leftByDay(tx, { since: new Date(at.getTime() - 12 * week), restricted }),
      names,
      dateInEngland(at),
    ),
  }
}

export function todayRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/today', guard('see-sharing'), async (c) => {
    const staff = signedIn(c)
    const at = gatehouse.clock.now()
    const changed = await changedFeeds(doorFor(gatehouse, actorOf(staff)), at)
    const view = await schoolFor(gatehouse, actorOf(staff)).read((tx) =>
      todayView(tx, staff.role, at, changed),
    )
    return page(c, { title: 'Today', section: 'today' }, view)
  })
  return app
}
