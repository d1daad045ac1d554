import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import { pagesOf } from './page-list.ts'
import { emailOf, password, playSchool, type PlayedSchool } from './school.ts'

// Every page with JavaScript on, as the data protection officer sees it: nobody sees more.
describe('every page passes axe at WCAG 2.2 AA and the browser has no complaint', { skip: noBrowser }, () => {
  let played: PlayedSchool
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  before(async () => {
    played = await playSchool()
    browser = await launchBrowser()
    context = await browser.newContext({ baseURL: played.url, viewport: { width: 1366, height: 800 } })
    page = await context.newPage()
    complaints = complaintsOf(page)
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  const check = async (name: string): Promise<void> => {
    await keepPicture(page, name)
    await assertAccessible(page, name)
    assert.deepEqual(complaints.splice(0), [], name)
    assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`)
  }

  it('before sign-in', async () => {
    await page.goto('/notice')
    await check('notice-public')
    await page.goto('/sign-in')
    await check('sign-in')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await check('sign-in-error')
    assert.match(await page.title(), /^Error: /)
    await page.getByLabel('E-mail address').fill(emailOf('dpo'))
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/today')
  })

  it('after sign-in', async () => {
    for (const [name, path] of pagesOf(played.pupilIds)) {
      const response = await page.goto(path)
      assert.equal(response?.status(), 200, path)
      // What is folded away must pass too.
      await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`)
      await check(name)
    }
  })

  it('after something was done, and when something is wrong', async () => {
    await page.goto('/pupils')
    await page.getByLabel('Find a pupil').fill('noor')
    await page.getByRole('button', { name: 'Find' }).click()
    await check('pupils-found')
    assert.ok(!page.url().includes('noor'), 'a name in an address')
    await page.goto('/ledger')
    await page.getByRole('button', { name: 'Verify the whole ledger' }).click()
    await check('ledger-verified')
    await page.goto('/nowhere')
    await check('not-found')
  })

  it('on a telephone', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const [name, path] of pagesOf(played.pupilIds)) {
      await page.goto(path)
      await check(`telephone-${name}`)
      // WCAG 1.4.10: the page itself doesn't scroll sideways; wide tables scroll inside their own frame.
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
        .filter((e) => !e.closest('.gh-scroll') && e.getBoundingClientRect().right > window.innerWidth + 1)
        .map((e) => e.tagName + '.' + e.className)`)
      assert.deepEqual(wide, [], `${path} is too wide`)
      assert.ok(
        await page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'),
        path,
      )
    }
  })
})
