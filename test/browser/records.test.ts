import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { StaffRole } from '../../src/core/vocabulary/index.ts'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import { emailOf, password, playSchool, waiting, type PlayedSchool } from './school.ts'

let played: PlayedSchool
let browser: Browser

const signIn = async (page: Page, email: string, word = password): Promise<void> => {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(word)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
const as = async (
  role: StaffRole,
  javaScriptEnabled = false,
): Promise<{ page: Page; context: BrowserContext }> => {
  const context = await browser.newContext({ baseURL: played.url, javaScriptEnabled })
  const page = await context.newPage()
  await signIn(page, emailOf(role))
  await page.waitForURL('**/today')
  return { page, context }
}
const main = (page: Page): Promise<string> => page.locator('main').innerText()
const button = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name }).click()
const date = async (
  page: Page,
  id: string,
  [day, month, year]: readonly [string, string, string],
): Promise<void> => {
  await page.locator(`#${id}-day`).fill(day)
  await page.locator(`#${id}-month`).fill(month)
  await page.locator(`#${id}-year`).fill(year)
}
const pin = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU'

describe(
  'what the office, the head and the data protection officer keep on record',
  { skip: noBrowser },
  () => {
    before(async () => {
      played = await playSchool()
      browser = await launchBrowser()
    })
    after(async () => {
      await browser.close()
      await played.stop()
    })

    it('every new page passes axe, wide and on a telephone, right and wrong', async () => {
      const { page, context } = await as('dpo', true)
      const complaints = complaintsOf(page)
      const pupil = played.pupilIds[8] ?? ''
      const look = async (name: string): Promise<void> => {
        for (const [label, width, height] of [
          ['', 1280, 900],
          ['telephone-', 360, 740],
        ] as const) {
          await page.setViewportSize({ width, height })
          await keepPicture(page, `${label}${name}`)
          await assertAccessible(page, `${label}${name}`)
          assert.ok(
            await page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'),
            name,
          )
        }
        await page.setViewportSize({ width: 1280, height: 900 })
        assert.deepEqual(complaints.splice(0), [], name)
        assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`)
      }
      const forms: readonly (readonly [string, string])[] = [
        ['verify', 'Record this check'],
        ['changed', 'Record this change'],
        ['contract', 'Record this'],
        ['safeguard', 'Record this'],
        ['key', 'Record this key'],
        ['address', 'Record this address'],
        ['template/cpoms', 'Check the columns'],
      ]
      await page.goto('/recipients/cpoms')
      await look('recipient')
      for (const [path, send] of forms) {
        await page.goto(`/recipients/cpoms/${path}`)
        const name = `recipient-${path.replace('/', '-')}`
        await look(name)
        for (const box of await page.locator('main input[type=text]').all()) await box.fill('')
        await button(page, send)
        await look(`${name}-error`)
        assert.match(await page.title(), /^Error: /, path)
      }
      await page.goto(`/agreements/${waiting}/approve`)
      await look('approve-with-notice')
      await page.goto('/staff')
      await look('staff')
      await page.goto('/staff/new')
      await look('staff-new')
      await button(page, /^Add them/)
      await look('staff-new-error')
      await page.goto('/staff')
      await page.getByRole('link', { name: 'Ada Auditor' }).click()
      await look('staff-account')
      await page.getByRole('link', { name: 'Change the role' }).click()
      await look('staff-role')
      await page.goBack()
      await button(page, 'Make a one-time password')
      await look('staff-one-time')
      await page.goto('/password')
      await look('password')
      await page.goto(`/pupils/${pupil}/protections`)
      await page.getByRole('link', { name: /^Lift/ }).first().click()
      await look('protection-lift')
      await page.goto(`/pupils/${pupil}/protections`)
      await look('protections')
      await button(page, 'Continue')
      await look('protections-error')
      for (const kind of [
        'Confidential address',
        'Court order',
        'Restriction of processing',
        'Adoption',
        'Objection that was upheld',
      ]) {
        await page.goto(`/pupils/${pupil}/protections`)
        await page.getByLabel(kind).check()
        await button(page, 'Continue')
        await look(`protection-${kind.split(' ')[0]?.toLowerCase() ?? ''}`)
      }
      await button(page, 'Record this protection')
      await look('protection-error')
      await context.close()
    })

    it('a recipient changes hands: nothing is sent until somebody checks who it is', async () => {
      const { page, context } = await as('head')
      await page.goto('/agreements/times-tables-rock-stars')
      await page.getByRole('link', { name: /has shown$/ }).click()
      assert.match(await main(page), /Verified on 1 September 2026 by Harriet Head/)
      await page.getByRole('link', { name: 'Name or owner changed' }).click()
      await page.getByLabel('Who owns or controls it').check()
      await button(page, 'Record this change')
      assert.match(await main(page), /changed its name or control|has not been verified/)
      await page.goto('/agreements/times-tables-rock-stars')
      assert.match(await main(page), /Identity not verified/i)
      await page.goto('/recipients/times-tables-rock-stars')
      await page.getByRole('link', { name: 'Record a check' }).click()
      await date(page, 'on', ['1', '1', '2099'])
      await button(page, 'Record this check')
      assert.match(await main(page), /must be today or in the past/)
      assert.equal(await page.locator('#on-year').inputValue(), '2099', 'what was filled in stays')
      await date(page, 'on', ['24', '11', '2026'])
      await button(page, 'Record this check')
      assert.match(await main(page), /Verified on 24 November 2026 by Harriet Head/)
      await context.close()
    })

    it('an address needs a pin, and a secret is never shown again', async () => {
      const { page, context } = await as('dpo')
      await page.goto('/recipients/cpoms/address')
      await page.getByLabel('Server', { exact: true }).fill('sftp.supplier.example')
      await page.getByLabel('User name').fill('wrekin')
      await page.getByLabel('With a password').check()
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
      await button(page, 'Record this address')
      assert.match(await main(page), /Enter the fingerprint/)
      assert.ok(!(await page.content()).includes('correct horse battery'))
      assert.equal(
        readdirSync(join(played.gatehouse.home, 'keys')).filter((name) => /^transport/.test(name)).length,
        0,
      )
      await page.getByLabel('Fingerprint of the server’s host key').fill(pin)
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
      await button(page, 'Record this address')
      assert.match(await main(page), /wrekin at sftp\.supplier\.example, port 22/)
      assert.match(await main(page), /signs in with a password/)
      await page.getByRole('link', { name: 'Change where files go' }).click()
      assert.ok(!(await page.content()).includes('correct horse battery'))
      await page.getByLabel('With a new key').check()
      await button(page, 'Record this address')
      assert.match(await main(page), /ssh-ed25519 AAAA/)
      assert.equal(
        readdirSync(join(played.gatehouse.home, 'keys')).filter((name) => /^transport/.test(name)).length,
        1,
      )
      await context.close()
    })

    it('the office checks a template, and changes nothing else', async () => {
      const { page, context } = await as('office')
      assert.equal((await page.goto('/recipients/cpoms/verify'))?.status(), 403)
      await page.goto('/recipients/cpoms')
      assert.equal(await page.getByRole('link', { name: 'Record a check' }).count(), 0)
      await page.getByRole('link', { name: /^Check a blank template/ }).click()
      const upload = (text: string): Promise<void> =>
        page
          .locator('#template')
          .setInputFiles({ name: 'blank.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
      await upload('Surname\r\n')
      await button(page, 'Check the columns')
      assert.match(await main(page), /The template has no column/)
      const { format } = await played.school.read(async (tx) => {
        const { body } = await tx
          .selectFrom('policy_document')
          .select('body')
          .where('kind', '=', 'agreement')
          .where('id', '=', 'cpoms')
          .executeTakeFirstOrThrow()
        return body as { format: { columns: { header: string }[] } }
      })
      await upload(`${format.columns.map(({ header }) => `"${header}"`).join(',')}\r\n`)
      await button(page, 'Check the columns')
      assert.match(await main(page), /Checked on 24 November 2026/)
      await context.close()
    })

    it('approving publishes the notice, so that what leaves next is no drift', async () => {
      const { page, context } = await as('head')
      await page.goto(`/agreements/${waiting}/approve`)
      assert.ok(await page.getByLabel('Publish the notice with this change').isChecked())
      await button(page, 'Approve version 1')
      assert.match(await main(page), /published the notice that names it/)
      await page.goto('/notices')
      assert.match(await main(page), /what is published is what is done/)
      await context.close()
    })

    it('somebody new signs in once with what they were told, and chooses their own', async () => {
      const { page, context } = await as('dpo')
      await page.goto('/staff')
      await page.getByRole('button', { name: 'Add somebody' }).click()
      await page.getByLabel('Name').fill('Nina New')
      await page.getByLabel('E-mail address').fill('nina@wrekinview.example')
      await page.getByLabel('School office').check()
      await button(page, /^Add them/)
      const once = (await page.locator('code').innerText()).trim()
      assert.match(once, /^[a-z0-9]{4}(-[a-z0-9]{4}){4}$/)
      await page.goto('/staff')
      assert.ok(!(await page.content()).includes(once), 'it is shown once')

      const theirs = await browser.newContext({ baseURL: played.url, javaScriptEnabled: false })
      const screen = await theirs.newPage()
      await signIn(screen, 'nina@wrekinview.example', once)
      for (const path of ['/today', '/pupils', '/recipients']) {
        await screen.goto(path)
        assert.match(screen.url(), /\/password$/, path)
      }
      assert.equal((await theirs.request.get('/api/v1/recipients')).status(), 403)
      await screen.getByLabel('One-time password').fill(once)
      await screen.getByLabel('New password').fill('short')
      await button(screen, 'Change the password')
      assert.match(await main(screen), /at least 12 characters/)
      await screen.getByLabel('One-time password').fill(once)
      await screen.getByLabel('New password').fill('harbour pencil moss')
      await button(screen, 'Change the password')
      await screen.waitForURL('**/today?done=password-changed')

      // A disabled account is out at once.
      await page.getByRole('link', { name: 'Nina New' }).click()
      await button(page, 'Disable this account')
      await screen.goto('/pupils')
      assert.match(screen.url(), /sign-in/)
      await theirs.close()
      await context.close()
    })

    it('nobody changes their own account, and an office has no part in it', async () => {
      const { page, context } = await as('dpo')
      await page.goto('/staff')
      await page.getByRole('link', { name: 'Dev Patel' }).click()
      assert.equal(await page.getByRole('button', { name: 'Disable this account' }).count(), 0)
      await context.close()
      const office = await as('office')
      assert.equal((await office.page.goto('/staff'))?.status(), 403)
      assert.equal(await office.page.getByRole('link', { name: 'Staff' }).count(), 0)
      await office.context.close()
    })

    it('the safeguarding lead protects a pupil, and lifts it again', async () => {
      const { page, context } = await as('safeguarding-lead')
      const pupil = played.pupilIds[3] ?? ''
      await page.goto(`/pupils/${pupil}`)
      await page.getByRole('link', { name: 'Protections' }).click()
      await page.getByLabel('Confidential address').check()
      await button(page, 'Continue')
      assert.ok(!/confidential/.test(page.url()), 'what it is stands in no address')
      await button(page, 'Record this protection')
      assert.match(await main(page), /Enter the reference/)
      await page.getByLabel('Reference of the order').fill('Folder 3')
      await button(page, 'Record this protection')
      assert.match(await main(page), /counts from now on/)
      assert.match(await main(page), /Folder 3/)
      await page.goto(`/pupils/${pupil}`)
      assert.match(await main(page), /Confidential address/)
      await page.goto(`/pupils/${pupil}/protections`)
      await page.getByRole('link', { name: /^Lift/ }).click()
      assert.match(await main(page), /may leave with the very next file/)
      await button(page, 'Lift this protection')
      assert.match(await main(page), /Lifted/)
      await context.close()
      const office = await as('office')
      assert.equal((await office.page.goto(`/pupils/${pupil}/protections`))?.status(), 403)
      await office.context.close()
    })

    it('with a keyboard alone, an error leads to its field', async () => {
      const { page, context } = await as('head', true)
      await page.goto('/recipients/cpoms/key')
      const tabTo = async (wanted: RegExp): Promise<void> => {
        for (let n = 0; n < 60; n++) {
          await page.keyboard.press('Tab')
          const text = await page.evaluate<string>(
            `(document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText ?? '').trim()`,
          )
          if (wanted.test(text)) return
        }
        assert.fail(`${String(wanted)} can’t be reached by Tab`)
      }
      await tabTo(/^Record this key$/)
      await page.keyboard.press('Enter')
      await page.locator('.govuk-error-summary').waitFor()
      await tabTo(/begins age1/)
      await page.keyboard.press('Enter')
      assert.equal(await page.evaluate<string>('document.activeElement.id'), 'ageRecipient')
      await context.close()
    })
  },
)
