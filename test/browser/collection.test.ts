import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { asPerson, findingsOf, findReturn, writeNote } from '../../src/national/collect/index.ts'
import { agentOf, headOf } from '../../src/national/collect/testing/test-collector.ts'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import {
  at,
  autumn,
  emailOf,
  faulty,
  messageOf,
  password,
  playCollector,
  type PlayedCollector,
  type Side,
} from './collection.ts'
import { collectionPagesOf } from './page-list.ts'

const signInTo = async (page: Page, side: Side): Promise<void> => {
  await page.goto('/collect')
  await page.getByLabel('E-mail address').fill(emailOf(side))
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/collect/)
}

describe('every page of the collection passes axe, wide and on a telephone', { skip: noBrowser }, () => {
  let played: PlayedCollector
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  before(async () => {
    played = await playCollector()
    const person = headOf('100002')
    const id = played.returns.get('100002') ?? ''
    const reason = 'The child moved here from another country with this class.'
    const note = {
      kind: 'explanation',
      rule: '2040',
      findings: null,
      text: reason,
      supersedes: null,
    } as const
    const written = await writeNote(played.collector, person, id, note, at)
    assert.ok(written.ok)
    const comment = { ...note, kind: 'authority-comment', rule: null, text: 'We rang the school.' } as const
    assert.ok((await writeNote(played.collector, agentOf('894'), id, comment, at)).ok)
    await addDuplicates(played)
    browser = await launchBrowser()
    context = await browser.newContext({ baseURL: played.url })
    page = await context.newPage()
    complaints = complaintsOf(page)
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  const check = async (name: string): Promise<void> => {
    // What is folded away must pass too.
    await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`)
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      await keepPicture(page, `collection-${name}-${String(width)}`)
      await assertAccessible(page, `${name} at ${String(width)}`)
      assert.deepEqual(complaints.splice(0), [], name)
      assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`)
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
        .filter((e) => !e.closest('.gh-scroll') && e.getBoundingClientRect().right > window.innerWidth + 1)
        .map((e) => e.tagName + '.' + e.className)`)
      assert.deepEqual(wide, [], `${name} is too wide at ${String(width)}`)
    }
  }

  for (const side of ['collector', 'authority', 'school'] as const)
    it(`as the ${side} sees them`, async () => {
      await context.clearCookies()
      if (side === 'collector') {
        await page.goto('/sign-in')
        await check('sign-in')
      }
      await signInTo(page, side)
      for (const [name, path] of collectionPagesOf(played.returns)) {
        const response = await page.goto(path)
        const reached = side !== 'school' || !/returns\/.|sources/.test(path)
        assert.equal(response?.status(), reached ? 200 : 404, path)
        await check(`${side}-${name}`)
      }
    })

  it('a duplicate is decided by the collector alone', async () => {
    const decide = page.getByRole('button', { name: /^This is the main one/ })
    await context.clearCookies()
    await signInTo(page, 'authority')
    await page.goto('/collect/duplicates')
    assert.equal(await decide.count(), 0)
    await context.clearCookies()
    await signInTo(page, 'collector')
    await page.goto('/collect/duplicates')
    assert.equal(await decide.count(), 2, 'what is as it should be asks for nothing')
    await decide.first().click()
    await page.waitForURL(/done=duplicate-decided/)
    assert.equal(await page.getByText('The main one, by').count(), 1)
    assert.equal(await page.getByText('Beside it, by').count(), 1)
    assert.equal(await decide.count(), 1, 'the other may still be made it')
    await check('duplicates-decided')
  })

  it('when something is wrong', async () => {
    await context.clearCookies()
    await signInTo(page, 'collector')
    const id = played.returns.get('100002') ?? ''
    const errorAt = async (name: string, words: RegExp): Promise<void> => {
      await check(name)
      assert.match(await page.title(), /^Error: /, name)
      const summary = page.locator('.govuk-error-summary a').first()
      assert.match(await summary.innerText(), words)
      const field = page.locator((await summary.getAttribute('href')) ?? '')
      assert.equal(await field.count(), 1, name)
      assert.match((await field.getAttribute('aria-describedby')) ?? '', /error/, name)
    }
    await page.goto('/collect/send')
    await page.getByRole('button', { name: 'Send the file' }).click()
    await errorAt('send-nothing', /Choose the file/)
    await page.goto(`/collect/returns/${id}`)
    await page.getByText('Withdraw this return').first().click()
    await page.getByRole('button', { name: 'Withdraw this return' }).click()
    await errorAt('move-without-reason', /asks for a reason/)
    await page.goto(`/collect/returns/${id}`)
    await page.getByText('Write a note on the whole return').click()
    await page.getByRole('button', { name: 'Write the note' }).click()
    await errorAt('note-empty', /says nothing/)
    await page.goto(`/collect/returns/${id}/rules/2040`)
    await page.getByRole('button', { name: 'Reject this note' }).click()
    await errorAt('rejected-without-reason', /asks for a reason/)
    for (const path of ['/collect/returns/nothing', '/collect/sources/894/999999', '/nowhere']) {
      assert.equal((await page.goto(path))?.status(), 404, path)
      await check(`missing${path.replaceAll('/', '-').slice(0, 20)}`)
    }
  })
})

/** Two pupils that stand in two returns: one to be put right, one registered twice as it should be. */
async function addDuplicates({ collector, returns }: PlayedCollector): Promise<void> {
  const sides = [
    ['894', '100002'],
    ['933', '100005'],
  ] as const
  await collector.store
    .national({ kind: 'collector' }, { kind: 'job', name: 'played', role: 'collector' })
    .write(async (tx) => {
      for (const [kind, group, conflict] of [
        ['same-upn', '00000000-0000-4000-8000-000000000001', true],
        ['same-person', '00000000-0000-4000-8000-000000000002', false],
      ] as const)
        for (const [la_number, source] of sides)
          await tx
            .insertInto('duplicate_candidate')
            .values({
              la_number,
              source,
              return_id: returns.get(source) ?? '',
              lineage: `${source} ${group}`,
              kind,
              ...autumn,
              group_id: group,
              ordinal: 2,
              line: 6,
              conflict,
              why: 'Both say that they are the main school.',
              status: 3,
              found_at: at,
            })
            .execute()
    })
}

describe(
  'a return from the first file to its authorisation, with JavaScript off',
  { skip: noBrowser },
  () => {
    let played: PlayedCollector
    let browser: Browser

    before(async () => {
      played = await playCollector()
      browser = await launchBrowser()
    })
    after(async () => {
      await browser.close()
      await played.stop()
    })

    const as = async (side: Side): Promise<{ page: Page; context: BrowserContext }> => {
      const context = await browser.newContext({ baseURL: played.url, javaScriptEnabled: false })
      const page = await context.newPage()
      await signInTo(page, side)
      return { page, context }
    }
    const main = (page: Page): Promise<string> => page.locator('main').innerText()
    const send = async (page: Page, body: string, reason = ''): Promise<void> => {
      await page.getByLabel('The file', { exact: true }).setInputFiles({
        name: 'census.xml',
        mimeType: 'application/xml',
        buffer: Buffer.from(body),
      })
      if (reason !== '') await page.getByLabel('Why it replaces').fill(reason)
      await page.getByRole('button', { name: 'Send the file' }).click()
    }
    let id = ''

    it('the school sends a faulty file, reads what was found and sends a mended one', async () => {
      const { page, context } = await as('school')
      assert.match(await main(page), /No data/)
      await page.getByRole('link', { name: /^Send a file ?: / }).click()

      await send(page, '<Message><Header>')
      assert.match(await main(page), /There is a problem/)
      await send(page, messageOf('100002'))
      assert.match(await main(page), /of another source than who sends it/)

      await send(page, messageOf('100001', faulty))
      assert.match(await page.locator('[role=alert]').innerText(), /received and checked/)
      const found = await main(page)
      assert.match(found, /What was found: 3 errors, 6 queries/)
      assert.match(found, /3 errors have to be corrected/)
      assert.equal(await page.getByRole('button', { name: 'Submit this return' }).count(), 0)
      const faultyId = page.url().split('/').at(-1)?.split('?')[0] ?? ''

      await page.getByRole('link', { name: 'Rule 1610' }).click()
      assert.match(await main(page), /No note is accepted: the data must be corrected/)
      assert.match(await main(page), /Pupil 2, line \d+: Sex/)
      await page.getByRole('link', { name: 'The return', exact: true }).click()

      await page.getByRole('link', { name: 'Send a mended file in its place' }).click()
      await send(page, messageOf('100001', { pupils: 5 }))
      assert.match(await main(page), /A return stands already/, 'a reason is asked for')
      await send(page, messageOf('100001', { pupils: 5 }), 'A pupil’s sex and a date of birth were corrected')
      assert.match(await main(page), /What was found: no errors, 3 queries/)
      id = page.url().split('/').at(-1)?.split('?')[0] ?? ''
      assert.notEqual(id, faultyId)
      await page.getByRole('link', { name: 'Version 1', exact: true }).click()
      assert.match(await main(page), /Version 2 took its place/)
      assert.equal(await page.locator('main form').count(), 0, 'nothing is done with what does not stand')
      await context.close()
    })

    it('it writes notes: what gives no reason is sent back at once', async () => {
      const { page, context } = await as('school')
      await page.goto(`/collect/returns/${id}`)
      await page.getByRole('link', { name: 'Rule 2040' }).click()
      await page.getByLabel('Your note').fill('Confirmed as correct')
      await page.getByRole('button', { name: 'Write the note' }).click()
      assert.match(await main(page), /asks for a reason, and the note gives none/)
      await page.getByLabel('Your note').fill('A123456789012 left, and nobody of that year came.')
      await page.getByRole('button', { name: 'Write the note' }).click()
      assert.match(await main(page), /holds a pupil’s number/)
      await page
        .getByLabel('Your note')
        .fill('We have no nursery, and year 6 begins here for the first time.')
      await page.getByRole('button', { name: 'Write the note' }).click()
      assert.match(await page.locator('[role=alert]').innerText(), /on record/)
      for (const rule of ['1760', '2200']) {
        await page.goto(`/collect/returns/${id}/rules/${rule}`)
        await page.getByLabel('Confirm that the data is right').check()
        await page.getByRole('button', { name: 'Write the note' }).click()
        assert.match(await main(page), /By the rule itself: a confirmation is enough/)
      }
      await page.goto(`/collect/returns/${id}`)
      await page.getByRole('button', { name: 'Submit this return' }).click()
      assert.match(await page.locator('[role=alert]').innerText(), /The return is submitted/)
      assert.equal(await page.getByRole('button', { name: /Approve|Authorise/ }).count(), 0)
      await context.close()
    })

    it('the authority approves what waits for it', async () => {
      const { page, context } = await as('authority')
      assert.match(await main(page), /Telford and Wrekin \(894\)[\s\S]*Waiting for your approval/)
      assert.doesNotMatch(await main(page), /Quantock Edge/, 'another authority’s school')
      await page.getByRole('link', { name: 'Wrekin View Primary School' }).first().click()
      assert.match(await main(page), /authority approves it or sends it back/)
      await page.getByRole('button', { name: 'Approve this return' }).click()
      assert.match(await page.locator('[role=alert]').innerText(), /The return is approved/)
      await context.close()
    })

    it('the collector decides on the note, once against it, and authorises', async () => {
      const { page, context } = await as('collector')
      await page.goto(`/collect/returns/${id}`)
      assert.equal(await page.getByRole('button', { name: 'Authorise this return' }).count(), 0)
      assert.match(await main(page), /1 note waits for the collector/)
      await page.getByRole('link', { name: 'Rule 2040' }).click()
      await page.getByLabel('Reason, where you reject it').fill('Say since when there is no nursery.')
      await page.getByRole('button', { name: 'Reject this note' }).click()
      assert.match(await main(page), /Rejected[\s\S]*since when there is no nursery/)
      await page.getByRole('button', { name: 'Accept this note' }).click()
      await page.getByRole('link', { name: 'The return', exact: true }).click()
      await page.getByRole('button', { name: 'Authorise this return' }).click()
      assert.match(await main(page), /Authorised[\s\S]*It counts/)
      await context.close()
    })

    it('the school sees what the department holds, and takes its file and the findings home', async () => {
      const { page, context } = await as('school')
      assert.match(await main(page), /What the department now holds from us[\s\S]*Authorised/)
      const file = await context.request.get(`/collect/returns/${id}/file`)
      assert.equal(await file.text(), messageOf('100001', { pupils: 5 }), 'the same bytes')
      assert.match(
        file.headers()['content-disposition'] ?? '',
        /filename="100001_school-census_2026_AUT_v2\.xml"/,
      )
      const person = headOf('100001')
      const kept = await asPerson(played.collector, person).read(async (tx) =>
        findingsOf(tx, await findReturn(tx, id)),
      )
      const asJson = await context.request.get(`/collect/returns/${id}/findings.json`)
      const rules = ((await asJson.json()) as { rule: string }[]).map(({ rule }) => rule)
      assert.deepEqual(
        rules,
        kept.map(({ rule }) => rule),
      )
      const csv = await (await context.request.get(`/collect/returns/${id}/findings.csv`)).text()
      assert.equal(csv.trim().split('\r\n').length, kept.length + 1)
      const others = played.returns.get('100002') ?? ''
      for (const path of ['', '/file', '/findings.csv', '/findings.json', '/rules/1610'])
        assert.equal((await page.goto(`/collect/returns/${others}${path}`))?.status(), 404, path)
      await context.close()
    })
  },
)
