import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openStore } from '../../src/core/store/index.ts'
import { fixedClock } from '../../src/core/vocabulary/index.ts'
import { createCollectorApp, openLog, startServer } from '../../src/faces/api/index.ts'
import { setNationalPassword } from '../../src/faces/index.ts'
import {
  addAccount,
  asCollector,
  openCollector,
  registerSources,
  setDuties,
} from '../../src/national/collect/index.ts'
import { upnOf } from '../../src/national/collect/testing/census-message.ts'
import { testSource, theOperator } from '../../src/national/collect/testing/test-collector.ts'
import { openMatching, runMatching } from '../../src/national/match/index.ts'
import { authorised } from '../../src/national/match/testing/authorised.ts'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'

const at = new Date('2026-10-22T09:00:00Z')
const password = 'lantern otter quilt'
const people = ['Mabel Matcher', 'Noor Second', 'Olga Without'] as const
const emailOf = (name: string): string => `${name.split(' ')[0]?.toLowerCase() ?? ''}@department.example`

describe('the pages of the matching', { skip: noBrowser }, () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]
  let stop = (): Promise<void> => Promise.resolve()

  before(async () => {
    const home = mkdtempSync(join(tmpdir(), 'gatehouse-match-pages-'))
    const store = await openStore({ folder: 'memory' })
    const collector = await openCollector({
      store,
      home,
      policyFolder: 'policy',
      origin: 'https://collector.example',
    })
    await registerSources(
      collector,
      theOperator,
      ['100001', '100002', '100003'].map((urn) => testSource(urn)),
      at,
    )
    const grace = { upn: upnOf(1), surname: 'Hopper', forename: 'Grace', dob: '2014-12-09', sex: 'F' }
    const alan = { upn: upnOf(2), surname: 'Turing', forename: 'Alan', dob: '2013-06-23', sex: 'M' }
    const matching = await openMatching(collector)
    await authorised(collector, '100001', [grace, alan])
    await runMatching(matching, theOperator, at)
    await authorised(collector, '100002', [
      { ...grace, upn: upnOf(77) },
      { ...alan, surname: 'Bletchley' },
    ])
    await authorised(collector, '100003', [{ ...grace, upn: '', surname: 'Murray' }])
    await runMatching(matching, theOperator, at)
    const own = asCollector(collector)
    for (const name of people) {
      const email = emailOf(name)
      await own.write((tx) => addAccount(tx, { scope: { kind: 'collector' }, email, name }, at))
      await setNationalPassword(own, email, password)
      if (!name.endsWith('Without')) await own.write((tx) => setDuties(tx, email, ['match-review']))
    }
    const quiet = openLog(
      new Writable({
        write: (_chunk, _encoding, done) => {
          done()
        },
      }),
    )
    const house = {
      settings: { publicUrl: 'http://127.0.0.1' },
      clock: fixedClock(at.toISOString()),
      collector,
    }
    const server = await startServer(createCollectorApp(house, quiet), 0)
    stop = async () => {
      await server.stop()
      await store.close()
      rmSync(home, { recursive: true, force: true })
    }
    browser = await launchBrowser()
    context = await browser.newContext({
      baseURL: `http://127.0.0.1:${server.port}`,
      javaScriptEnabled: true,
    })
    page = await context.newPage()
    complaints = complaintsOf(page)
  })
  after(async () => {
    await browser.close()
    await stop()
  })

  const signIn = async (name: string): Promise<void> => {
    await context.clearCookies()
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(emailOf(name))
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/collect/)
  }
  const check = async (name: string): Promise<void> => {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      await keepPicture(page, `match-${name}-${String(width)}`)
      await assertAccessible(page, `${name} at ${String(width)}`)
      assert.deepEqual(complaints.splice(0), [], name)
      assert.equal(await page.locator('h1').count(), 1)
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
        .filter((e) => !e.closest('.gh-scroll') && e.getBoundingClientRect().right > window.innerWidth + 1)
        .map((e) => e.tagName + '.' + e.className)`)
      assert.deepEqual(wide, [], `${name} is too wide at ${String(width)}`)
    }
  }

  it('are nobody’s without the duty', async () => {
    await signIn('Olga Without')
    assert.equal(await page.getByRole('link', { name: 'Matching' }).count(), 0)
    assert.equal((await page.goto('/match'))?.status(), 403)
    complaints.splice(0)
  })

  it('let one person say, another agree, and take it back', async () => {
    await signIn('Mabel Matcher')
    await page.getByRole('link', { name: 'Matching' }).click()
    await check('overview')
    const row = page.getByRole('row').filter({ hasText: 'valid pupil number' })
    await row.getByRole('link').click()
    await check('pair')
    const pair = page.url()
    await page.getByRole('button', { name: 'Record the decision' }).click()
    complaints.splice(0)
    await check('pair-faults')
    await page.getByLabel('The same child').check()
    await page.getByLabel('Why').fill('The school gave her a second number')
    await page.getByRole('button', { name: 'Record the decision' }).click()
    await page.getByText('waits for a second opinion').waitFor()
    await page.goto(pair)
    await page.getByText('Somebody else gives the second').waitFor()

    await signIn('Noor Second')
    await page.goto(pair)
    await check('pair-second')
    await page.getByLabel('The same child').check()
    await page.getByLabel('Why').fill('The old school confirmed it')
    await page.getByRole('button', { name: 'Record the decision' }).click()
    await page.getByText('holds from now on').waitFor()
    await page.goto(pair)
    await check('pair-decided')
    await page.locator('main ul a').first().click()
    await check('history')
    await page.getByLabel('Why it is taken back').fill('It was her cousin')
    await page.getByRole('button', { name: /Take it back/ }).click()
    await page.getByText('The decision is taken back').waitFor()
    await check('history-undone')
  })
})
