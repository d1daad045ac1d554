import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { recordChoice } from '../../src/school/consent/index.ts'
import { deliverNow } from '../../src/school/deliver/index.ts'
import { contactsOf } from '../../src/school/register/index.ts'
import { releaseFeed } from '../../src/school/release/index.ts'
import { assertAccessible, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import { at, emailOf, password, playSchool, type PlayedSchool } from './school.ts'

describe('files that somebody takes', { skip: noBrowser }, () => {
  let played: PlayedSchool
  let browser: Browser
  let page: Page

  before(async () => {
    played = await playSchool()
    browser = await launchBrowser()
    page = await browser.newPage({ baseURL: played.url, javaScriptEnabled: true })
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(emailOf('office'))
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/today')
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  /** Releases a file under an agreement and lays it out, as the delivery worker does. */
  const layOut = async (agreementId: string): Promise<void> => {
    const { queue, secrets, home } = played.gatehouse
    const door = { school: played.school, queue, secrets, home }
    const outcome = await releaseFeed(door, { agreementId, requestKey: `test/${agreementId}`, at })
    assert.ok(outcome.kind === 'released', JSON.stringify(outcome))
    await deliverNow(door, outcome.releaseId, { clock: { now: () => at } })
  }

  it('a download: the link may be looked at often and works once', async () => {
    await layOut('times-tables-rock-stars')
    await page.goto('/agreements/times-tables-rock-stars')
    await page.getByRole('button', { name: /^Make a link/ }).click()
    await assertAccessible(page, 'link')
    const address = await page.locator('main .gh-hash').innerText()
    const path = new URL(address).pathname
    assert.match(path, /^\/d\/[\w-]{43}$/)

    const stranger = await browser.newContext({ baseURL: played.url, javaScriptEnabled: false })
    const theirs = await stranger.newPage()
    // A mail scanner opens every link, perhaps twice; that takes nothing.
    for (let n = 0; n < 3; n++) assert.equal((await theirs.goto(path))?.status(), 200)
    await keepPicture(theirs, 'download')
    const [download] = await Promise.all([
      theirs.waitForEvent('download'),
      theirs.getByRole('button', { name: 'Download the file' }).click(),
    ])
    assert.match(download.suggestedFilename(), /^times-tables-rock-stars-2026-11-24-[0-9a-f]+\.csv(\.age)?$/)
    assert.equal((await theirs.goto(path))?.status(), 404, 'used up')
    assert.match(await theirs.locator('main').innerText(), /was used, has run out, or never existed/)
    const again = await stranger.request.post(path, { headers: { origin: played.url } })
    assert.equal(again.status(), 404)
    assert.equal((await theirs.goto('/d/not-a-token'))?.status(), 404)
    await stranger.close()

    await page.goto('/agreements/times-tables-rock-stars')
    assert.match(await page.locator('main').innerText(), /Received/)
  })

  it('a copy sheet: shown until the person who enters it says that all of it is entered', async () => {
    const [, pupilId = ''] = played.pupilIds
    const [parent] = await played.school.read((tx) => contactsOf(tx, pupilId))
    const choice = {
      pupilId,
      purpose: 'classdojo-account',
      state: 'given',
      giver: { kind: 'contact', contactId: parent?.id ?? '' },
      method: 'paper',
      evidence: 'Folder 3',
    } as const
    assert.ok((await recordChoice(played.school, choice, () => Promise.resolve(false), at)).ok)
    await layOut('classdojo')
    await page.goto('/agreements/classdojo')
    await page.getByRole('button', { name: /^Show the sheet/ }).click()
    await assertAccessible(page, 'sheet')
    await keepPicture(page, 'sheet')
    assert.equal(await page.locator('tbody tr').count(), 1)
    assert.match(await page.locator('thead').innerText(), /First name/)
    await page.getByRole('link', { name: /^Not yet/ }).click()
    assert.match(await page.locator('main').innerText(), /Waits to be taken/)
    await page.getByRole('button', { name: /^Show the sheet/ }).click()
    await page.getByRole('button', { name: 'All of it is entered at the recipient' }).click()
    await page.waitForURL(/agreements\/classdojo\?done=entered/)
    assert.match(await page.locator('main').innerText(), /Received/)
    assert.equal(await page.getByRole('button', { name: /^Show the sheet/ }).count(), 0)
  })
})
