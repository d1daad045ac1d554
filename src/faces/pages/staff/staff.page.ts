import { Hono } from 'hono'
import { GatehouseError, type StaffRole } from '../../../core/vocabulary/index.ts'
import {
  actorOf,
  addStaffMember,
  changeStaffRole,
  disableStaffMember,
  oneTimeDays,
  resetStaffPassword,
  roleNames,
  schoolFor,
  signedIn,
  staffFaults,
  staffMemberById,
  staffMembers,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
  type StaffMember,
} from '../../index.ts'
import { asking, nothingSent, sentBy, showForm, type Choice, type Faults, type Sent } from '../form/form.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import type { TagView } from '../frame/tag.ts'
import type { AccountView, OneTimeView, StaffView } from './staff.view.ts'

const listPage = render<StaffView>('staff/staff.njk')
const accountPage = render<AccountView>('staff/account.njk')
const oneTimePage = render<OneTimeView>('staff/one-time.njk')

const roles: Readonly<Record<StaffRole, Choice>> = {
  office: { text: roleNames.office, hint: 'Sees pupils, previews and sends files, records choices' },
  'safeguarding-lead': {
    text: roleNames['safeguarding-lead'],
    hint: 'Sees pupils and what is restricted, protects pupils, sends nothing',
  },
  dpo: {
    text: roleNames.dpo,
    hint: 'All of the office’s, approves agreements, looks after recipients and accounts',
  },
  head: { text: roleNames.head, hint: 'As the data protection officer, but does not see what is restricted' },
  auditor: { text: roleNames.auditor, hint: 'Checks rules and log, sees no pupil' },
}

const roleOf = (text: string): StaffRole | null => (Object.hasOwn(roles, text) ? (text as StaffRole) : null)

function stateOf({ disabledAt, oneTimeUntil }: StaffMember, at: Date): TagView {
  if (disabledAt) return { text: 'Disabled', colour: 'grey' }
  if (!oneTimeUntil) return { text: 'In use', colour: 'green' }
  return oneTimeUntil > at
    ? { text: 'One-time password not used yet', colour: 'blue' }
    : { text: 'One-time password has run out', colour: 'orange' }
}

export function staffRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const schoolOf = (c: RequestContext) => schoolFor(gatehouse, actorOf(signedIn(c)))
  const memberOf = (c: RequestContext, id: string) => schoolOf(c).read((tx) => staffMemberById(tx, id))
  const frame = (title: string) => ({ title, section: 'staff' }) as const

  /** One's own role and account are for somebody else to change: nobody locks themselves out, or lifts themselves up. */
  const another = (c: RequestContext, id: string): void => {
    if (signedIn(c).accountId !== id) return
    throw new GatehouseError('not-allowed', 'You can’t do this to your own account.', {
      todo: 'Ask another head or data protection officer.',
    })
  }

  app.get('/staff', guard('manage-staff'), async (c) => {
    const people = await schoolOf(c).read(staffMembers)
    const at = gatehouse.clock.now()
    return listPage(c, frame('Staff accounts'), {
      people: people.map((one) => ({
        name: one.name,
        role: roleNames[one.role],
        email: one.email,
        state: stateOf(one, at),
        href: `/staff/${one.id}`,
      })),
    })
  })

  const showNew = (c: RequestContext, sent: Sent, faults: Faults): Response => {
    const ask = asking(sent, faults)
    return showForm(c, frame('Add somebody'), faults, {
      back: { href: '/staff', text: 'Staff accounts' },
      caption: '',
      heading: 'Add somebody',
      fields: [
        ask.text('name', 'Name', { hint: 'As it stands beside what they do' }),
        ask.text('email', 'E-mail address', { hint: 'With which they sign in' }),
        ask.radios('role', 'Role', roles),
      ],
      action: '/staff/new',
      button: 'Add them and make a one-time password',
    })
  }
  app.get('/staff/new', guard('manage-staff'), (c) => showNew(c, nothingSent, []))
  app.post('/staff/new', guard('manage-staff'), async (c) => {
    const sent = await sentBy(c)
    const role = roleOf(sent.text('role'))
    const noRole: Faults = role ? [] : [{ field: 'role', text: 'Choose a role' }]
    const person = { email: sent.text('email'), name: sent.text('name').slice(0, 200) }
    if (!role) return showNew(c, sent, [...staffFaults(person), ...noRole])
    const added = await addStaffMember(schoolOf(c), { ...person, role }, gatehouse.clock.now())
    if (!added.ok) return showNew(c, sent, added.error)
    const { password } = added.value
    return oneTimePage(c, frame('One-time password'), { ...person, password, days: oneTimeDays })
  })

  app.get('/staff/:id', guard('manage-staff'), async (c) => {
    const one = await memberOf(c, c.req.param('id'))
    return accountPage(c, frame(one.name), {
      id: one.id,
      name: one.name,
      email: one.email,
      role: roleNames[one.role],
      state: stateOf(one, gatehouse.clock.now()),
      disabled: one.disabledAt !== null,
      own: signedIn(c).accountId === one.id,
    })
  })

  const showRole = async (c: RequestContext, id: string, sent: Sent, faults: Faults): Promise<Response> => {
    const one = await memberOf(c, id)
    return showForm(c, frame('Change the role'), faults, {
      back: { href: `/staff/${id}`, text: one.name },
      caption: one.name,
      heading: 'Change the role',
      intro: ['It holds at once, also where they are signed in.'],
      fields: [asking(sent, faults).radios('role', 'Role', roles, { start: one.role })],
      action: `/staff/${id}/role`,
      button: 'Change the role',
    })
  }
  app.get('/staff/:id/role', guard('manage-staff'), (c) => showRole(c, c.req.param('id'), nothingSent, []))
  app.post('/staff/:id/role', guard('manage-staff'), async (c) => {
    const id = c.req.param('id')
    another(c, id)
    const sent = await sentBy(c)
    const role = roleOf(sent.text('role'))
    if (!role) return showRole(c, id, sent, [{ field: 'role', text: 'Choose a role' }])
    await changeStaffRole(schoolOf(c), id, role)
    return c.redirect(`/staff/${id}?done=account-changed`, 303)
  })

  app.post('/staff/:id/reset', guard('manage-staff'), async (c) => {
    const id = c.req.param('id')
    another(c, id)
    const { name, email } = await memberOf(c, id)
    const password = await resetStaffPassword(schoolOf(c), id, gatehouse.clock.now())
    return oneTimePage(c, frame('One-time password'), { name, email, password, days: oneTimeDays })
  })

  app.post('/staff/:id/disable', guard('manage-staff'), async (c) => {
    const id = c.req.param('id')
    another(c, id)
    await disableStaffMember(schoolOf(c), id, gatehouse.clock.now())
    return c.redirect(`/staff/${id}?done=account-disabled`, 303)
  })

  return app
}
