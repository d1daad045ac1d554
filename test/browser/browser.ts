import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Handed to `describe` as `skip`: false when there is a browser, else why there is none. */
export const noBrowser: string | false = existsSync(executablePath)
  ? false
  : `No browser at ${executablePath}. Install Chromium, or set CHROMIUM to its path.`

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
  }[]
  readonly passes: readonly unknown[]
}

/** Fails unless the page as it stands passes axe's rules for WCAG 2.0 to 2.2, levels A and AA. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  // Evaluated through the debugger, which the page's content security policy does not bind.
  await page.evaluate(axeSource)
  const result = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })`,
  )
  assert.ok(result.passes.length > 5, `${name}: axe looked at too little`)
  const found = result.violations.map(
    ({ id, help, nodes }) =>
      `${id} (${help}) at ${nodes.map((node) => `${String(node.target[0])}: ${node.failureSummary ?? ''}`).join(' | ')}`,
  )
  assert.deepEqual(found, [], `${name} does not pass`)
  // What axe lets pass: a box that looks wrong without saying why, and one described by what is not there.
  const marked = await page.evaluate<readonly string[]>(`[
    ...[...document.querySelectorAll('.govuk-form-group--error, .govuk-input--error, .govuk-select--error')]
      .filter((box) => !box.closest('.govuk-form-group--error')?.querySelector('.govuk-error-message'))
      .map((box) => 'marked as wrong, without a reason: ' + box.className),
    ...[...document.querySelectorAll('[aria-describedby]')]
      .filter((box) => box.getAttribute('aria-describedby').split(/\\s+/).some((id) => id !== '' && !document.getElementById(id)))
      .map((box) => 'described by what is not there: ' + box.id),
  ]`)
  assert.deepEqual(marked, [], name)
}

/** Keeps a picture of the page when SHOTS names a folder to put it in. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/**
 * Everything that the browser complains about on this page from now on: refused by policy, missing, thrown. That a page
 * itself came with a status of refusal is no complaint: tests look at that where it matters.
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    const ofThePage =
      /^Failed to load resource/.test(message.text()) && !message.location().url.includes('/assets/')
    if ((message.type() === 'error' || message.type() === 'warning') && !ofThePage)
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}
