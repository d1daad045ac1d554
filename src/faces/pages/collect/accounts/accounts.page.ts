import { Hono } from 'hono'
import { duties, type Duty, type NationalScope } from '../../../../core/vocabulary/index.ts'
import { asPerson, readDuties } from '../../../../national/collect/index.ts'
import { accountById, listAccounts, type Account } from '../../../../national/collect/show/index.ts'
import {
  addNationalAccount,
  changeDuties,
  disableNationalAccount,
  nationalSignedIn,
  oneTimeDays,
  resetNationalPassword,
  type AccountKeeper,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { asking, nothingSent, sentBy, showForm, type Faults, type Sent } from '../../form/form.ts'
import { render } from '../../frame/render.ts'
import type { TagView } from '../../frame/tag.ts'
import { count, number } from '../../words/numbers.ts'
import { whoseWords } from '../../words/whose.ts'
import { nationalGuard } from '../guard.ts'
import type { AccountsView, AccountView, OneTimeView } from './accounts.view.ts'

const listPage = render<AccountsView>('collect/accounts/accounts.njk')
const accountPage = render<AccountView>('collect/accounts/account.njk')
const oneTimePage = render<OneTimeView>('collect/accounts/one-time.njk')

const path = '/collect/accounts'
const pageSize = 50
const frame = (title: string) => ({ title, section: 'accounts' }) as const

/** Whose accounts somebody sees and keeps: row security gives them no others. */
const whose: Readonly<Record<NationalScope['kind'], string>> = {
  collector:
    'Everybody who works here: the department’s own people, and those of the local authorities and senders.',
  authority: 'Those who work here for your authority, and for the senders of its area.',
  source: 'Those who work here for you.',
}

const dutyWords: Readonly<Record<Duty, string>> = {
  'match-review': 'Review links between records',
  statistics: 'Build and release statistics',
  'statistics-sign-off': 'Sign statistics off',
  'access-office': 'Receive applications for access to data',
  'access-panel': 'Decide on applications for access, on the panel',
  'output-check': 'Check what leaves a safe setting',
}

function stateOf({ disabledAt, hasPassword, lockedUntil, oneTimeUntil }: Account, at: Date): TagView {
  if (disabledAt) return { text: 'Disabled', colour: 'grey' }
  if (!hasPassword) return { text: 'No password yet', colour: 'yellow' }
  if (lockedUntil && lockedUntil > at) return { text: 'Locked for a while', colour: 'red' }
  if (!oneTimeUntil) return { text: 'In use', colour: 'green' }
  return oneTimeUntil > at
    ? { text: 'One-time password not used yet', colour: 'blue' }
    : { text: 'One-time password has run out', colour: 'orange' }
}

const ofWords = ({ scope, sourceName }: Account): string =>
  sourceName === null ? whoseWords(scope) : `${sourceName}, ${whoseWords(scope)}`

const whoseChoices = {
  collector: 'The collector',
  authority: 'A local authority',
  source: 'A sender, such as a school',
}

/** For whom the new person works, of what this one may say. Null: not said. */
function scopeOf(own: NationalScope, sent: Sent): NationalScope | null {
  if (own.kind === 'source') return own
  const laNumber = own.kind === 'authority' ? own.laNumber : sent.text('authority')
  switch (sent.text('whose')) {
    case 'collector':
      return own.kind === 'collector' ? own : null
    case 'authority':
      return { kind: 'authority', laNumber }
    case 'source':
      return { kind: 'source', laNumber, source: sent.text('source') }
    default:
      return null
  }
}

/** The accounts of the national side, as far as one's scope reaches. */
export function accountsRoutes({ collector, clock }: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const keeperOf = (c: RequestContext): AccountKeeper => {
    const { person, email } = nationalSignedIn(c)
    return { store: asPerson(collector, person), email }
  }
  const accountOf = (c: RequestContext): Promise<Account> =>
    keeperOf(c).store.read((tx) => accountById(tx, c.req.param('id') ?? ''))
  const oneTime = (c: RequestContext, person: Pick<OneTimeView, 'name' | 'email' | 'password'>) => {
    const { name, email, password } = person
    return oneTimePage(c, frame('One-time password'), { name, email, password, days: oneTimeDays })
  }

  app.get(path, nationalGuard, async (c) => {
    const find = (c.req.query('find') ?? '').trim().slice(0, 100)
    const asked = Math.max(1, Math.min(100_000, Number.parseInt(c.req.query('page') ?? '', 10) || 1))
    const { total, accounts } = await keeperOf(c).store.read((tx) => listAccounts(tx, find, asked, pageSize))
    const pages = Math.ceil(total / pageSize)
    const address = (to: number): string =>
      `${path}?${new URLSearchParams({ ...(find !== '' && { find }), page: String(to) }).toString()}`
    const at = clock.now()
    return listPage(c, frame('Accounts'), {
      whose: whose[nationalSignedIn(c).person.scope.kind],
      find,
      summary:
        total === 0
          ? 'No account fits.'
          : `${count(total, 'account')}${pages > 1 ? `, page ${number(asked)} of ${number(pages)}` : ''}.`,
      people: accounts.map((one) => ({
        name: one.name,
        href: `${path}/${one.id}`,
        of: ofWords(one),
        email: one.email,
        state: stateOf(one, at),
      })),
      earlier: asked > 1 ? address(asked - 1) : null,
      later: asked < pages ? address(asked + 1) : null,
    })
  })

  const showNew = (c: RequestContext, sent: Sent, faults: Faults): Response => {
    const { scope } = nationalSignedIn(c).person
    const ask = asking(sent, faults)
    const { collector: own, ...others } = whoseChoices
    return showForm(c, frame('Add somebody'), faults, {
      back: { href: path, text: 'Accounts' },
      caption: '',
      heading: 'Add somebody',
      fields: [
        ask.text('name', 'Name', { hint: 'As it stands beside what they do' }),
        ask.text('email', 'E-mail address', { hint: 'With which they sign in' }),
        ...(scope.kind === 'source'
          ? []
          : [
              ask.radios(
                'whose',
                'Whom they work for',
                scope.kind === 'collector' ? { collector: own, ...others } : others,
              ),
            ]),
        ...(scope.kind === 'collector'
          ? [
              ask.text('authority', 'Number of the authority', {
                hint: 'Of the local authority, or the one in whose area the sender is. Leave it empty for the collector',
                width: 5,
              }),
            ]
          : []),
        ...(scope.kind === 'source'
          ? []
          : [
              ask.text('source', 'Number of the sender', {
                hint: 'For a sender alone: a school’s URN',
                width: 10,
              }),
            ]),
      ],
      action: `${path}/new`,
      button: 'Add them and make a one-time password',
    })
  }
  app.get(`${path}/new`, nationalGuard, (c) => showNew(c, nothingSent, []))
  app.post(`${path}/new`, nationalGuard, async (c) => {
    const sent = await sentBy(c)
    const scope = scopeOf(nationalSignedIn(c).person.scope, sent)
    if (!scope) return showNew(c, sent, [{ field: 'whose', text: 'Choose whom they work for' }])
    const person = { email: sent.text('email').slice(0, 200), name: sent.text('name').slice(0, 200) }
    const added = await addNationalAccount(keeperOf(c), { ...person, scope }, clock.now())
    return added.ok ? oneTime(c, { ...person, password: added.value }) : showNew(c, sent, added.error)
  })

  app.get(`${path}/:id`, nationalGuard, async (c) => {
    const one = await accountOf(c)
    const { email, person } = nationalSignedIn(c)
    const own = one.email === email
    return accountPage(c, frame(one.name), {
      id: one.id,
      name: one.name,
      email: one.email,
      of: ofWords(one),
      state: stateOf(one, clock.now()),
      disabled: one.disabledAt !== null,
      own,
      duties: one.scope.kind === 'collector' ? one.duties.map((duty) => dutyWords[duty]) : null,
      givesDuties: one.scope.kind === 'collector' && person.scope.kind === 'collector' && !own,
    })
  })

  app.post(`${path}/:id/password`, nationalGuard, async (c) => {
    const { account, password } = await resetNationalPassword(keeperOf(c), c.req.param('id'), clock.now())
    return oneTime(c, { name: account.name, email: account.email, password })
  })

  app.post(`${path}/:id/disable`, nationalGuard, async (c) => {
    const id = c.req.param('id')
    await disableNationalAccount(keeperOf(c), id, clock.now())
    return c.redirect(`${path}/${id}?done=account-disabled`, 303)
  })

  app.get(`${path}/:id/duties`, nationalGuard, async (c) => {
    const one = await accountOf(c)
    const ask = asking({ ...nothingSent, all: () => one.duties }, [])
    return showForm(c, frame('Change the duties'), [], {
      back: { href: `${path}/${one.id}`, text: one.name },
      caption: one.name,
      heading: 'Change the duties',
      intro: ['They hold at once, also where the person is signed in.'],
      fields: [
        ask.checkboxes('duties', 'Duties', Object.fromEntries(duties.map((duty) => [duty, dutyWords[duty]]))),
      ],
      action: `${path}/${one.id}/duties`,
      button: 'Change the duties',
    })
  })
  app.post(`${path}/:id/duties`, nationalGuard, async (c) => {
    const id = c.req.param('id')
    await changeDuties(keeperOf(c), id, readDuties((await sentBy(c)).all('duties')))
    return c.redirect(`${path}/${id}?done=account-changed`, 303)
  })

  return app
}
