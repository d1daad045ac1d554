import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createApp, createCollectorApp, openLog, startServer } from '../../src/faces/api/index.ts'
import { assertAccessible, complaintsOf, keepPicture, launchBrowser, noBrowser } from './browser.ts'
import { collectionPagesOf, pagesOf } from './page-list.ts'
import { emailOf, password, playSchool, waiting, type PlayedSchool } from './school.ts'

const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))

// What a page looks like when something is missing, wrong, forbidden or broken: as accessible as when all is well.
describe('errors and refusals pass axe, wide and on a telephone', { skip: noBrowser }, () => {
  let played: PlayedSchool
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  before(async () => {
    played = await playSchool()
    browser = await launchBrowser()
    context = await browser.newContext({ baseURL: played.url })
    page = await context.newPage()
    complaints = complaintsOf(page)
    await signIn('dpo')
  })
  after(async () => {
    await browser.close()
    await played.stop()
  })

  const signIn = async (role: 'dpo' | 'auditor'): Promise<void> => {
    await context.clearCookies()
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(emailOf(role))
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/today')
  }

  const check = async (name: string): Promise<void> => {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      await keepPicture(page, `${name}-${width}`)
      await assertAccessible(page, `${name} at ${width}`)
      assert.deepEqual(complaints.splice(0), [], name)
      assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`)
      assert.ok(
        await page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'),
        `${name} is too wide at ${width}`,
      )
    }
  }

  /** The page's error is said in its title, listed first, and tied to its field. */
  const checkError = async (name: string, words: RegExp): Promise<void> => {
    await check(name)
    assert.match(await page.title(), /^Error: /, name)
    const summary = page.locator('.govuk-error-summary a').first()
    assert.match(await summary.innerText(), words)
    const target = (await summary.getAttribute('href')) ?? ''
    const field = page.locator(target)
    assert.equal(await field.count(), 1, `${name}: ${target} is on the page`)
    const described = (await field.getAttribute('aria-describedby')) ?? ''
    assert.match(described, /error/, `${name}: ${target} says what is wrong with it`)
  }

  it('a form that was not accepted', async () => {
    await page.goto('/pupils')
    await page.getByRole('button', { name: 'Find' }).click()
    await checkError('pupils-error', /at least two letters/)
    await page.getByLabel('Find a pupil').fill('zzzz')
    await page.getByRole('button', { name: 'Find' }).click()
    await check('pupils-nobody')
    assert.match(await page.locator('[role=status]').innerText(), /Nobody fits/)
    await page.goto(`/pupils/${played.pupilIds[9] ?? ''}`)
    await page.getByRole('button', { name: 'Record this choice' }).click()
    await checkError('choice-error', /Choose what it is for/)
    await page.getByLabel('For what').selectOption('classdojo-account')
    await page.getByLabel('What was decided').selectOption('given')
    await page.getByLabel('By whom').selectOption({ index: 1 })
    await page.getByLabel('How it reached the school').selectOption('paper')
    await page.getByRole('button', { name: 'Record this choice' }).click()
    await checkError('choice-error-proof', /proof|evidence/)
    assert.equal(
      await page.getByLabel('For what').inputValue(),
      'classdojo-account',
      'what was filled in stays',
    )
    await page.goto('/tasks')
    await page.locator('summary').first().click()
    await page.getByRole('button', { name: 'Close task' }).first().click()
    await checkError('task-error', /Say what was done/)
  })

  it('a file that is held, one that may not leave, and one that there is none of', async () => {
    for (const [name, id] of [
      ['held-file', 'nationwide'],
      ['refused-file', waiting],
      ['no-file', 'police-courts-tribunals'],
    ] as const) {
      await page.goto(`/agreements/${id}/preview`)
      await check(name)
    }
  })

  it('what is not there, not allowed, or used up', async () => {
    for (const path of ['/nowhere', '/pupils/00000000-0000-4000-8000-000000000000', '/d/used-up']) {
      assert.equal((await page.goto(path))?.status(), 404, path)
      await check(`missing${path.replaceAll('/', '-').slice(0, 12)}`)
    }
    await signIn('auditor')
    assert.equal((await page.goto('/pupils'))?.status(), 403)
    await check('not-allowed')
    await signIn('dpo')
  })

  it('a fault, with the number by which it can be found', async () => {
    const ledger = { ...played.gatehouse.ledger, latest: () => Promise.reject(new Error('Zebedee')) }
    const broken = await startServer(createApp({ ...played.gatehouse, ledger }, silent), 0, '127.0.0.1')
    try {
      const response = await page.goto(`http://127.0.0.1:${broken.port}/ledger`)
      assert.equal(response?.status(), 500)
      await check('fault')
      const words = await page.locator('main').innerText()
      assert.match(words, /Incident number: [0-9a-f-]{36}/)
      assert.doesNotMatch(words, /Zebedee/)
    } finally {
      await broken.stop()
    }
  })

  it('a school where nothing has happened yet', async () => {
    const empty = played.gatehouse.store.school('900002', played.school.actor)
    await empty.write((tx) =>
      tx
        .insertInto('school')
        .values({
          school_urn: '900002',
          name: 'New School',
          la_number: '894',
          establishment_number: '2998',
          phase: 'PS',
          governance: 'maintained',
          domain: 'new.example',
          controller: 'The governing board',
          dpo_contact: 'dpo@new.example',
        })
        .execute(),
    )
    const fresh = await startServer(createApp({ ...played.gatehouse, urn: '900002' }, silent), 0, '127.0.0.1')
    try {
      await context.clearCookies()
      const response = await page.goto(`http://127.0.0.1:${fresh.port}/notice`)
      assert.equal(response?.status(), 200)
      await check('no-notice')
      assert.match(await page.locator('main').innerText(), /has not published its notice/)
    } finally {
      await fresh.stop()
    }
  })
})

describe('the list of pages', () => {
  // Looked at by another suite of this folder; what answers with no page stands below.
  const elsewhere = new Map([
    ['/d/:token', 'handover'],
    ['/notice', 'pages'],
    ['/sign-in', 'pages'],
    ['/password', 'records'],
    ['/staff', 'records'],
    ['/staff/new', 'records'],
    ['/staff/:id', 'records'],
    ['/staff/:id/role', 'records'],
    ['/recipients/:id', 'records'],
    ['/recipients/:id/address', 'records'],
    ['/recipients/:id/verify', 'records'],
    ['/recipients/:id/changed', 'records'],
    ['/recipients/:id/contract', 'records'],
    ['/recipients/:id/safeguard', 'records'],
    ['/recipients/:id/key', 'records'],
    ['/recipients/:id/template/:agreement', 'records'],
    ['/pupils/:id/protections', 'records'],
    ['/pupils/:id/protections/:mark/lift', 'records'],
    ['/census', 'census'],
    ['/census/:year/:term', 'census'],
    ['/census/:year/:term/rules/:rule', 'census'],
    ['/census/:year/:term/summary', 'census'],
    ['/census/held', 'census'],
    ['/census/held/:release', 'census'],
    ['/match', 'match'],
    ['/match/pairs/:id', 'match'],
    ['/match/references/:pmr', 'match'],
    ['/holdings', 'holdings'],
    ['/holdings/dictionary', 'holdings'],
    ['/holdings/lineage', 'holdings'],
    ['/statistics', 'statistics'],
    ['/statistics/:publication', 'statistics'],
    ['/statistics/:publication/:set', 'statistics'],
    ['/statistics/:publication/:set/table', 'statistics'],
    ['/statistics/:publication/:set/changes/:version', 'statistics'],
    ['/statistics-work', 'statistics'],
    ['/statistics-work/:id', 'statistics'],
  ])
  const noPage = [
    '/',
    '/healthz',
    '/ledger/receipts/:index',
    '/pupils/:id/receipts/:index',
    // What is taken home from a return.
    '/census/held/:release/receipt',
    '/collect/returns/:id/findings.csv',
    '/collect/returns/:id/findings.json',
    '/collect/returns/:id/file',
    // What is taken home of published figures and of the register; the public API.
    '/statistics/:publication/:set/chart.svg',
    '/statistics/:publication/:set/metadata.csv',
    '/statistics/:publication/:set/table.csv',
    '/access/register.json',
    '/access/register.csv',
    '/access/register/:reference/receipt',
    // Needs somebody who has access: src/faces/pages/access/register.page.test.ts reads it.
    '/access/register/:reference',
    // Shown again where what was sent is refused: src/faces/pages/collect/accounts.
    '/collect/accounts/:id/duties',
  ]

  it('leaves out no page that the servers have', () => {
    const listed = [...pagesOf([]), ...collectionPagesOf(new Map())].map(
      ([, path]) => path.split('?')[0] ?? '',
    )
    const isListed = (pattern: string): boolean => {
      const form = new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`)
      return listed.some((path) => form.test(path))
    }
    const app = createApp(
      { settings: { publicUrl: 'http://x' }, store: { school: () => ({}) } } as never,
      silent,
    )
    const collectors = createCollectorApp(
      { settings: { publicUrl: 'http://x' }, collector: { store: { national: () => ({}) } } } as never,
      silent,
    )
    const patterns = [...app.routes, ...collectors.routes]
      .filter(({ method, path }) => method === 'GET' && !/^\/(assets|log|api|statistics\/v1)\//.test(path))
      .map(({ path }) => path)
    assert.ok(patterns.length > 20)
    const missing = [...new Set(patterns)].filter(
      (pattern) => !noPage.includes(pattern) && !elsewhere.has(pattern) && !isListed(pattern),
    )
    assert.deepEqual(missing, [], 'put it into page-list.ts, or say which suite looks at it')
  })
})
