import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { StaffRole } from '../../src/core/vocabulary/index.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { emailOf, password, playSchool, waiting, type PlayedSchool } from './school.ts'

describe('what people come for, with JavaScript off', { skip: noBrowser }, () => {
  let played: PlayedSchool
  let browser: Browser

  before(async () => {
    played = await playSchool()
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  const as = async (role: StaffRole): Promise<{ page: Page; context: BrowserContext }> => {
    const context = await browser.newContext({ baseURL: played.url, javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto('/today')
    await page.getByLabel('E-mail address').fill(emailOf(role))
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/today')
    return { page, context }
  }

  it('the office sees the day, previews a file and sends it', async () => {
    const { page, context } = await as('office')
    await page.getByRole('heading', { name: 'Tuesday 24 November 2026' }).waitFor()
    await page.getByRole('link', { name: 'Recipients', exact: true }).first().click()
    await page.getByRole('link', { name: 'Oxford Reading Buddy' }).waitFor()
    await page.goto('/agreements/times-tables-rock-stars')
    await page.getByRole('button', { name: 'Preview what would leave' }).click()
    assert.match(await page.locator('main').innerText(), /Nothing has been sent/)
    assert.ok((await page.locator('tbody tr').count()) >= 10)
    const before = await releases()
    await page.getByRole('button', { name: 'Send now' }).click()
    assert.match(await page.locator('[role=alert]').innerText(), /on its way/)
    assert.equal(await releases(), before + 1)
    await context.close()
  })

  const releases = (): Promise<number> =>
    played.school.read(
      async (tx) =>
        (
          await tx
            .selectFrom('release')
            .select((e) => e.fn.countAll<number>().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
    )

  it('the office can’t approve, and is told who can', async () => {
    const { page, context } = await as('office')
    await page.goto(`/agreements/${waiting}`)
    assert.equal(await page.getByRole('button', { name: /approve/ }).count(), 0)
    const response = await page.goto(`/agreements/${waiting}/approve`)
    assert.equal(response?.status(), 403)
    assert.match(await page.locator('main').innerText(), /data protection officer and head teacher/)
    await context.close()
  })

  it('the head sees what an approval lets out, approves, and it is in force', async () => {
    const { page, context } = await as('head')
    await page.goto(`/agreements/${waiting}`)
    assert.match(await page.locator('main').innerText(), /No named person has approved/)
    await page.getByRole('button', { name: /Look at version 1/ }).click()
    assert.match(await page.locator('main').innerText(), /\d+ pupils/)
    await page.getByRole('button', { name: 'Approve version 1' }).click()
    assert.match(await page.locator('[role=alert]').innerText(), /You approved this version/)
    assert.match(await page.locator('main').innerText(), /approved by Harriet Head on 24 November 2026/)
    await context.close()
  })

  it('a parent’s yes and no are recorded and decide at once', async () => {
    const { page, context } = await as('office')
    await page.goto('/pupils')
    await page.getByLabel('Find a pupil').fill('2010')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.locator('tbody a').first().click()
    const row = page.locator('tr', { has: page.getByRole('link', { name: 'Dojo (ClassDojo)' }) }).first()
    assert.match(await row.innerText(), /Not shared/)
    const choose = async (state: string): Promise<void> => {
      await page.getByLabel('For what').selectOption('classdojo-account')
      await page.getByLabel('What was decided').selectOption(state)
      await page.getByLabel('By whom').selectOption({ index: 1 })
      await page.getByLabel('How it reached the school').selectOption('paper')
      await page.getByLabel('Where the proof is kept').fill('Folder 3')
      await page.getByRole('button', { name: 'Record this choice' }).click()
    }
    await page.getByRole('button', { name: 'Record this choice' }).click()
    assert.equal(await page.locator('.govuk-error-message').count(), 4, 'nothing is chosen beforehand')
    await choose('given')
    assert.match(await page.locator('[role=alert]').innerText(), /has been recorded/)
    assert.match(await row.innerText(), /Shared/)
    await choose('withdrawn')
    assert.match(await row.innerText(), /Not shared/)
    assert.match(await page.locator('#consent + dl').innerText(), /Withdrawn/)
    await choose('withdrawn')
    assert.match(await page.locator('main').innerText(), /The choice was not recorded/)
    assert.doesNotMatch(page.url(), /Jones|Amelia|classdojo/)
    await context.close()
  })

  it('who has a child’s data, with a receipt to take home', async () => {
    const { page, context } = await as('safeguarding-lead')
    await page.goto(`/pupils/${played.pupilIds[9] ?? ''}`)
    const card = page.locator('.govuk-summary-card', { hasText: 'Times Tables Rock Stars' })
    assert.match(await card.innerText(), /First name used in school/)
    const address = await card.getByRole('link', { name: /^Receipt/ }).getAttribute('href')
    const receipt = await context.request.get(address ?? '')
    assert.equal(receipt.status(), 200)
    assert.match(await receipt.text(), /^c2sp\.org\/tlog-proof@v1\n/)
    assert.match(
      receipt.headers()['content-disposition'] ?? '',
      /attachment; filename="gatehouse-entry-\d+\.tlog-proof"/,
    )
    assert.equal(await page.getByRole('button', { name: 'Record this choice' }).count(), 0)
    await context.close()
  })

  it('an auditor verifies the ledger and sees no pupil', async () => {
    const { page, context } = await as('auditor')
    assert.equal(await page.getByRole('link', { name: 'Pupils', exact: true }).count(), 0)
    for (const path of ['/pupils', `/pupils/${played.pupilIds[9] ?? ''}`, '/agreements/nationwide/preview']) {
      assert.equal((await page.goto(path))?.status(), 403, path)
    }
    await page.goto('/ledger')
    await page.getByRole('button', { name: 'Verify the whole ledger' }).click()
    assert.match(await page.locator('main').innerText(), /All \d+ entries verify/)
    await context.close()
  })

  it('the data protection officer publishes the notice and closes a task', async () => {
    const { page, context } = await as('dpo')
    await page.goto('/notices')
    const publish = page.getByRole('button', { name: /Publish the text/ })
    if ((await publish.count()) > 0) {
      await publish.click()
      assert.match(await page.locator('[role=alert]').innerText(), /published/)
    }
    assert.match(await page.locator('main').innerText(), /what is published is what is done/)
    await page.goto('/tasks')
    const card = page.locator('.govuk-summary-card', { hasText: 'disagree' })
    await card.locator('summary').click()
    await card.getByLabel('What was done').fill('Spoke with both parents')
    await card.getByRole('button', { name: 'Close task' }).click()
    assert.equal(await page.locator('.govuk-summary-card', { hasText: 'disagree' }).count(), 0)
    await context.close()
  })

  it('signing out ends the session everywhere', async () => {
    const { page, context } = await as('office')
    const cookies = await context.cookies()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await context.addCookies(cookies)
    await page.goto('/pupils')
    assert.match(page.url(), /\/sign-in/)
    await context.close()
  })
})
