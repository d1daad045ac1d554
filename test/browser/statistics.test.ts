import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { setNationalPassword } from '../../src/faces/index.ts'
import { addAccount, asCollector, type Person } from '../../src/national/collect/index.ts'
import { draftVersion, publishDue, signOff } from '../../src/national/statistics/release/index.ts'
import { builtTable } from '../../src/national/statistics/release/testing/built-table.ts'
import { statisticsOf } from '../../src/national/statistics/serve/index.ts'
import { readStandards } from '../../src/national/statistics/standards/index.ts'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import { at, password, playCollector, type PlayedCollector } from './collection.ts'

const personOf = (name: string): Person => ({
  scope: { kind: 'collector' },
  actor: { kind: 'staff', name, role: 'collector' },
  duties: ['statistics', 'statistics-sign-off'],
})
const signer = 'signer@returns.example'
const base = '/statistics/pupils-and-their-characteristics'

describe('statistics in a browser, wide and on a telephone', { skip: noBrowser }, () => {
  let played: PlayedCollector
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]
  let waiting = ''

  before(async () => {
    played = await playCollector()
    const { collector } = played
    const standards = await readStandards('policy')
    const before = new Date(at.getTime() - 86_400_000)
    for (const sexes of [
      ['Female', 'Male'],
      ['Female', 'Male', 'Unknown'],
    ]) {
      const draft = await draftVersion(
        collector,
        personOf('Ada Author'),
        await builtTable(standards, { sexes }),
        before,
      )
      if (sexes.length === 2) {
        await signOff(collector, personOf('Sam Signer'), draft.id, before, before)
        await publishDue(collector, before)
      } else waiting = draft.id
    }
    statisticsOf(collector).catalogue.forget()
    const own = asCollector(collector)
    await own.write((tx) =>
      addAccount(
        tx,
        {
          scope: { kind: 'collector' },
          email: signer,
          name: 'Sam Signer',
          duties: ['statistics', 'statistics-sign-off'],
        },
        at,
      ),
    )
    await setNationalPassword(own, signer, password)
    browser = await launchBrowser()
    context = await browser.newContext({ baseURL: played.url, javaScriptEnabled: true })
    page = await context.newPage()
    complaints = complaintsOf(page)
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  const check = async (name: string): Promise<void> => {
    await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`)
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      await keepPicture(page, `statistics-${name}-${String(width)}`)
      await assertAccessible(page, `${name} at ${String(width)}`)
      assert.deepEqual(complaints.splice(0), [], name)
      assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`)
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
        .filter((e) => !e.closest('.gh-scroll') && e.getBoundingClientRect().right > window.innerWidth + 1)
        .map((e) => e.tagName + '.' + e.className)`)
      assert.deepEqual(wide, [], `${name} is too wide at ${String(width)}`)
    }
  }

  it('is there for anybody, without signing in', async () => {
    for (const [name, path] of [
      ['find', '/statistics'],
      ['none', '/statistics?search=zzzz'],
      ['publication', base],
      ['data-set', `${base}/pupils_by_sex`],
      ['changes', `${base}/pupils_by_sex/changes/1.0`],
    ] as const) {
      assert.equal((await page.goto(path))?.status(), 200, path)
      await check(name)
    }
  })

  it('makes a table whose address can be kept, and its CSV', async () => {
    await page.goto(`${base}/pupils_by_sex`)
    await page.getByRole('link', { name: 'Make your own table from this data set' }).click()
    await check('builder')
    await page.getByLabel('Local authority').check()
    await page.getByLabel('Female').check()
    await page.getByLabel('2023/24').check()
    await page.getByRole('button', { name: 'Make the table' }).click()
    await check('table')
    assert.equal(await page.locator('tbody tr').count(), 4)
    assert.equal(await page.getByRole('rowheader', { name: 'Telford and Wrekin' }).count(), 4)
    const again = await page.getByRole('link', { name: 'Link to this table' }).getAttribute('href')
    await page.goto(again ?? '')
    assert.equal(await page.locator('tbody tr').count(), 4)
    const csv = await page.request.get(
      (await page.getByRole('link', { name: 'Take this table as CSV' }).getAttribute('href')) ?? '',
    )
    assert.match(
      await csv.text(),
      /^Place,Period,Sex,Number of pupils,Percentage of pupils \(%\)\r\nTelford and Wrekin,2024\/25,Total,202,100/,
    )
    await page.goto(`${base}/pupils_by_sex/table?level=LA&place=nowhere`)
    await page.getByRole('heading', { name: 'Nothing fits what you chose.' }).waitFor()
  })

  it('is signed off by somebody who did not draft it, and then seen by all', async () => {
    await page.goto('/statistics-work')
    await page.waitForURL(/sign-in/)
    await page.getByLabel('E-mail address').fill(signer)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/statistics-work/)
    await check('work')
    await page.goto(`/statistics-work/${waiting}`)
    await check('draft')
    await page.getByLabel('Publish at').fill('tomorrow')
    await page.getByRole('button', { name: 'Sign off' }).click()
    await check('refused')
    await page.getByLabel('Publish at').fill('2026-10-22 08:00')
    await page.getByRole('button', { name: 'Sign off' }).click()
    await page.waitForURL(/done=statistics-signed/)
    await page.goto(`${base}/pupils_by_sex`)
    await page.getByRole('link', { name: 'Version 1.1' }).click()
    await page.getByText('Sex, item added: Unknown').waitFor()
    await page.goto(`/statistics-work/${waiting}`)
    await check('published')
    await page.getByLabel('Why').fill('A source sent the wrong year.')
    await page.getByRole('button', { name: 'Withdraw this version' }).click()
    await page.waitForURL(/done=statistics-withdrawn/)
  })
})
