import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from './browser.ts'
import { emailOf, password, playSchool, waiting, type PlayedSchool } from './school.ts'

/** What has the focus, as its text or label, and whether one can see that it has it. */
const focused = (page: Page): Promise<{ text: string; tag: string; visible: boolean }> =>
  page.evaluate(`(() => {
    const e = document.activeElement
    const box = e.getBoundingClientRect()
    const label = e.labels?.[0]?.innerText ?? e.getAttribute('aria-label') ?? e.innerText ?? ''
    const style = getComputedStyle(e)
    const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    return { text: label.trim(), tag: e.tagName, visible: box.width > 1 && box.height > 1 && marked }
  })()`)

describe('with a keyboard alone', { skip: noBrowser }, () => {
  let played: PlayedSchool
  let browser: Browser
  let page: Page

  before(async () => {
    played = await playSchool()
    browser = await launchBrowser()
    page = await browser.newPage({ baseURL: played.url, viewport: { width: 1280, height: 800 } })
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  /** Presses Tab until something of this name has the focus; every stop on the way must be visible. */
  const tabTo = async (name: RegExp, most = 120): Promise<void> => {
    for (let n = 0; n < most; n++) {
      await page.keyboard.press('Tab')
      const now = await focused(page)
      assert.ok(now.visible, `the focus on ${now.tag} “${now.text.slice(0, 40)}” can’t be seen`)
      if (name.test(now.text)) return
    }
    assert.fail(`${String(name)} can’t be reached by Tab`)
  }

  it('the first stop of a page skips to its content', async () => {
    await page.goto('/sign-in')
    await page.keyboard.press('Tab')
    assert.equal((await focused(page)).text, 'Skip to main content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    assert.equal((await focused(page)).text, 'E-mail address')
  })

  it('somebody signs in, opens an agreement and approves it', async () => {
    await page.goto('/sign-in')
    await tabTo(/^E-mail address$/)
    await page.keyboard.type(emailOf('head'))
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/today')
    await tabTo(/^Recipients$/)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/recipients')
    await tabTo(/^OTrack$/)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/agreements/${waiting}`)
    await tabTo(/^Look at version 1/)
    // A link that looks like a button answers to the space bar as a button does.
    await page.keyboard.press('Space')
    await page.waitForURL('**/approve')
    await tabTo(/^Approve version 1$/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/done=approved/)
    const banner = await focused(page)
    assert.match(banner.text, /You approved this version/, 'what was done is read out first')
  })

  it('the matrix scrolls by keyboard and its stops follow the columns', async () => {
    await page.goto('/recipients/matrix')
    await tabTo(/^Items by recipient/)
    const onFrame = "document.activeElement.classList.contains('gh-scroll--tall')"
    assert.ok(await page.evaluate<boolean>(onFrame), 'the frame of the matrix takes the focus')
    await page.keyboard.press('End')
    // Asked again from here: waiting inside the page would evaluate text, which its security policy forbids.
    const scrolled = (): Promise<boolean> =>
      page.evaluate<boolean>('document.querySelector(".gh-scroll--tall").scrollTop > 0')
    for (let tries = 0; !(await scrolled()); tries++) {
      assert.ok(tries < 100, 'the End key scrolls the frame')
      await page.waitForTimeout(20)
    }
    const columns = await page.locator('.gh-matrix__recipient').allInnerTexts()
    for (const column of columns.slice(0, 3)) {
      await page.keyboard.press('Tab')
      assert.equal((await focused(page)).text, column)
    }
  })

  it('a page that shows an error takes the focus to it', async () => {
    await page.goto('/pupils')
    await tabTo(/^Find a pupil$/)
    await page.keyboard.press('Enter')
    await page.locator('.govuk-error-summary').waitFor()
    assert.match((await focused(page)).text, /There is a problem/)
    await tabTo(/at least two letters/)
    await page.keyboard.press('Enter')
    assert.equal((await focused(page)).text, 'Find a pupil')
  })
})
