import { Hono } from 'hono'
import { asPerson, decideDuplicate } from '../../../../national/collect/index.ts'
import { duplicatesOf, type DuplicateGroup } from '../../../../national/collect/show/index.ts'
import {
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { sentBy } from '../../form/form.ts'
import { render } from '../../frame/render.ts'
import { count, number } from '../../words/numbers.ts'
import { nationalGuard } from '../guard.ts'
import { roundKey, roundOptions, roundsFor } from '../round.ts'
import type { DuplicatesView } from './duplicates.view.ts'

const page = render<DuplicatesView>('collect/duplicates/duplicates.njk')
const pageSize = 25

const words: Readonly<Record<DuplicateGroup['kind'], { readonly heading: string; readonly todo: string }>> = {
  'same-upn': {
    heading: 'One pupil’s number in more than one place',
    todo: 'Find out whether it is one child. If it is, only one school may have the child as its own: agree which, correct the other, and send that file again. If they are two children, one of them needs a new number.',
  },
  'same-person': {
    heading: 'What looks like one child under two numbers',
    todo: 'Names, date of birth and sex are the same. Find out whether it is one child. If it is, both schools use the older number.',
  },
}

async function duplicatesView({ collector }: CollectorHouse, c: RequestContext): Promise<DuplicatesView> {
  const { person } = nationalSignedIn(c)
  const asked = Math.max(1, Math.min(100_000, Number.parseInt(c.req.query('page') ?? '', 10) || 1))
  const { rounds, found } = await asPerson(collector, person).read(async (tx) => {
    const known = await roundsFor(tx, c.req.query('round'))
    return {
      rounds: known,
      found: known.chosen
        ? await duplicatesOf(tx, known.chosen, asked, pageSize)
        : { total: 0, conflicts: 0, groups: [] },
    }
  })
  const pages = Math.ceil(found.total / pageSize)
  const address = (to: number): string =>
    `/collect/duplicates?round=${encodeURIComponent(rounds.chosen ? roundKey(rounds.chosen) : '')}&page=${String(to)}`
  return {
    rounds: await roundOptions(collector, rounds),
    round: rounds.chosen ? roundKey(rounds.chosen) : '',
    summary:
      found.total === 0
        ? 'No pupil was found in more than one place. Schools are compared again as files come in.'
        : `${count(found.total, 'group')} of records, ${number(found.conflicts)} of them to be put right.${pages > 1 ? ` Page ${number(asked)} of ${number(pages)}.` : ''}`,
    groups: found.groups.map((group) => ({
      heading: words[group.kind].heading,
      id: group.id,
      decides: group.conflict && person.scope.kind === 'collector',
      tag: group.records.some(({ decidedBy }) => decidedBy !== null)
        ? { text: 'Decided by a person', colour: 'blue' }
        : group.conflict
          ? { text: 'To be put right', colour: 'red' }
          : { text: 'As it should be', colour: 'green' },
      todo: group.conflict
        ? words[group.kind].todo
        : 'One school has the child as its main one and the other beside it, or the child has moved. Nothing is to be done.',
      alone: group.records.length === 1,
      records: group.records.map((record) => ({
        name: record.name,
        return: record.return,
        ordinal: record.ordinal,
        main: record.status === 9,
        href: `/collect/returns/${record.return}`,
        place: `Pupil ${number(record.ordinal)}, line ${number(record.line)}`,
        why: record.why,
        decided:
          record.decidedBy === null
            ? '–'
            : `${record.status === 9 ? 'The main one' : 'Beside it'}, by ${record.decidedBy}`,
      })),
    })),
    earlier: asked > 1 ? address(asked - 1) : null,
    later: asked < pages ? address(asked + 1) : null,
  }
}

/** Pupils that stand in more than one return: by place, for a school finds its own child by the place in its own file. */
export function duplicatesRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/collect/duplicates', nationalGuard, async (c) =>
    page(c, { title: 'Duplicates', section: 'duplicates' }, await duplicatesView(house, c)),
  )
  app.post('/collect/duplicates', nationalGuard, async (c) => {
    const sent = await sentBy(c)
    await decideDuplicate(house.collector, nationalSignedIn(c).person, sent.text('group'), {
      return: sent.text('return'),
      ordinal: Number(sent.text('ordinal')),
    })
    const round = encodeURIComponent(sent.text('round'))
    return c.redirect(`/collect/duplicates?round=${round}&done=duplicate-decided`, 303)
  })
  return app
}
