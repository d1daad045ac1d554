import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { StaffRole } from '../../src/core/vocabulary/index.ts'
import { asCollector, findingsOf, findReturn, notesOf } from '../../src/national/collect/index.ts'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import { playCensus, type PlayedCensus } from './census.ts'
import { emailOf, password } from './school.ts'

// The school's whole work on its census by pages: the office with JavaScript off, the head with it; the collector is a real one.
describe('the school census on the school’s pages', { skip: noBrowser }, () => {
  let played: PlayedCensus
  let browser: Browser
  const contexts: BrowserContext[] = []
  let office: Page
  let head: Page
  let complaints: string[]

  const as = async (role: StaffRole, javaScriptEnabled: boolean): Promise<Page> => {
    const context = await browser.newContext({ baseURL: played.school.url, javaScriptEnabled })
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(60_000) // a build on a busy machine
    await page.goto('/today')
    await page.getByLabel('E-mail address').fill(emailOf(role))
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/today')
    return page
  }

  before(async () => {
    played = await playCensus()
    browser = await launchBrowser()
    office = await as('office', false)
    head = await as('head', true)
    complaints = complaintsOf(head)
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  /** The page as the head sees it, wide and on a telephone, with what is folded away. */
  const check = async (name: string, path: string | null): Promise<void> => {
    for (const width of [1280, 360]) {
      await head.setViewportSize({ width, height: 800 })
      if (path !== null) assert.equal((await head.goto(path))?.status(), 200, path)
      if (width === 1280) await keepPicture(head, `census-${name}`)
      await head.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`)
      if (width === 360) await keepPicture(head, `census-${name}-telephone`)
      await assertAccessible(head, `${name} at ${width}`)
      assert.deepEqual(complaints.splice(0), [], name)
      assert.equal(await head.locator('h1').count(), 1, `${name} has one main heading`)
      assert.ok(
        await head.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'),
        `${name} is too wide at ${width}`,
      )
    }
  }
  const text = (page: Page): Promise<string> => page.locator('main').innerText()
  const term = '/census/2026/AUT'

  it('begins with census day, the deadline and nothing built', async () => {
    await office.getByRole('link', { name: 'Census', exact: true }).click()
    const shown = await text(office)
    assert.match(shown, /Autumn 2026 census/)
    assert.match(shown, /Census day: 1 October 2026/)
    assert.match(shown, /28 October 2026, 27 days ago/)
    assert.match(shown, /Not built yet/)
    await check('begin', '/census')
    await check('held-none', '/census/held')
    assert.match(await text(head), /Nothing was sent/)
  })

  it('is built, and what was found leads to the pupils and the fields', async () => {
    await office.getByRole('button', { name: 'Build the return' }).click()
    assert.match(await office.locator('[role=alert]').innerText(), /Nothing has left/)
    const shown = await text(office)
    assert.match(shown, /96 pupils on roll/)
    assert.match(shown, /Errors: \d+/)
    await check('built', term)
    await office.getByRole('link', { name: '1500', exact: true }).click()
    const rule = await text(office)
    assert.match(rule, /Okafor|Jones/, 'by name')
    assert.match(rule, /the column Upn of Bromcom, report "Pupils/)
    assert.doesNotMatch(office.url(), /Okafor|Jones/i)
    assert.equal(await office.title(), 'Census rule 1500 – Gatehouse')
    await check('rule', `${term}/rules/1500`)
    await office.locator('tbody a').first().click()
    assert.match(office.url(), /\/pupils\/[0-9a-f-]{36}$/)
  })

  it('takes a note where the rule takes one, and says what it must say', async () => {
    await office.goto(term)
    const links = await office.locator('tbody th a').allInnerTexts()
    let noted = ''
    for (const rule of links) {
      await office.goto(`${term}/rules/${rule}`)
      if ((await office.getByRole('button', { name: 'Keep this note' }).count()) === 0) continue
      if ((await office.locator('[name=pupil]').count()) < 3) continue
      noted = rule
      break
    }
    assert.notEqual(noted, '', 'a rule that takes a note of some pupils')
    assert.match(await text(office), /What the note must say/)
    await office.getByRole('button', { name: 'Keep this note' }).click()
    assert.match(await office.title(), /^Error: /)
    assert.match(await office.locator('.govuk-error-summary').innerText(), /Write what there is to say/)
    await head.goto(`${term}/rules/${noted}`)
    await head.getByLabel('Your note').fill('UPN A123456789012 is right')
    await head.getByRole('button', { name: 'Keep this note' }).click()
    await check('rule-error', null)
    assert.match(await text(head), /Leave the pupil’s number out/)

    await office.getByLabel('Those chosen in the table above').check()
    await office.getByRole('button', { name: 'Keep this note' }).click()
    assert.match(await office.locator('.govuk-error-summary').innerText(), /Choose pupils in the table/)
    await office.locator('[name=pupil]').first().check()
    await office
      .getByLabel('Your note')
      .fill('The family told the school so in writing; checked in September.')
    await office.getByRole('button', { name: 'Keep this note' }).click()
    assert.match(await text(office), /The family told the school so in writing/)
    assert.equal(await office.locator('tbody .govuk-tag', { hasText: 'Explained' }).count(), 1)
    await check('rule-noted', `${term}/rules/${noted}`)
  })

  it('shows the head the numbers, and takes the sign-off of nobody else', async () => {
    await office.goto(`${term}/summary`)
    assert.match(await text(office), /Only the head teacher signs/)
    assert.equal(await office.getByRole('button', { name: 'Sign off this return' }).count(), 0)
    await check('summary', `${term}/summary`)
    assert.match(await text(head), /96/)
    assert.match(await text(head), /The family told the school so in writing/)
    await head.getByRole('button', { name: 'Sign off this return' }).click()
    assert.match(await head.locator('[role=alert]').innerText(), /signed the return off/)
    assert.match(await text(head), /Signed off by Harriet Head/)
    await check('signed', term)
  })

  it('is sent, received with a signed receipt, and its note stands at the collector', async () => {
    await office.goto(term)
    await office.getByRole('button', { name: 'Send the return now' }).click()
    const shown = await text(office)
    assert.match(shown, /Received by the department/)
    assert.match(shown, /1 note went with it/)
    await check('sent', term)
    const { collector, school } = played
    const [row] = await school.school.read((tx) =>
      tx.selectFrom('return_submission').select(['return_id', 'receipt', 'notes_body']).execute(),
    )
    assert.ok(row?.receipt)
    assert.equal(row.notes_body, null, 'the notes’ encrypted form is shredded')
    const [notes, findings] = await asCollector(collector).read(async (tx) => {
      const of = await findReturn(tx, row.return_id ?? '')
      return [await notesOf(tx, of), await findingsOf(tx, of)] as const
    })
    assert.equal(notes.length, 1)
    assert.match(notes[0]?.text ?? '', /told the school so in writing/)
    assert.equal(notes[0]?.findings?.length, 1)
    const noted = findings.find(({ number }) => number === notes[0]?.findings?.[0])
    assert.notEqual(noted?.status, 'open')
  })

  it('shows what the department now holds, also to an auditor without names', async () => {
    await check('held', '/census/held')
    assert.match(await text(head), /Version 1 counts: 96 pupils/)
    await head.getByRole('link', { name: /^Version 1/ }).click()
    const path = new URL(head.url()).pathname
    await check('held-return', path)
    const shown = await text(head)
    assert.match(shown, /Surname\s+96/)
    assert.match(shown, /Okafor/)
    assert.match(shown, /Ledger entry \d+: released/)
    const auditor = await as('auditor', false)
    await auditor.goto(path)
    const counts = await text(auditor)
    assert.match(counts, /Surname\s+96/)
    assert.doesNotMatch(counts, /Okafor/)
    assert.equal((await auditor.goto('/census'))?.status(), 403)
  })

  it('asks why another takes its place, and keeps both versions', async () => {
    await office.goto(term)
    await office.getByRole('button', { name: 'Build it again' }).click()
    await head.goto(`${term}/summary`)
    await head.getByRole('button', { name: 'Sign off this return' }).click()
    await office.goto(term)
    await office.getByRole('button', { name: 'Send the return now' }).click()
    assert.match(await office.title(), /^Error: /)
    await office
      .getByLabel('Why it takes the place of the one that the department has')
      .fill('Attendance of May was corrected')
    await office.getByRole('button', { name: 'Send the return now' }).click()
    assert.match(await text(office), /Received by the department/)
    await office.getByRole('link', { name: 'What the department now holds from us' }).click()
    const shown = await text(office)
    assert.match(shown, /Version 2 counts/)
    assert.match(shown, /Attendance of May was corrected/)
  })
})
