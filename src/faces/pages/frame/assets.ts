import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import type { RequestEnv } from '../../index.ts'

/** The folder that holds GOV.UK Frontend's `govuk/` templates. */
export const govukFolder = dirname(
  dirname(createRequire(import.meta.url).resolve('govuk-frontend/dist/govuk/govuk-frontend.min.css')),
)
const own = fileURLToPath(new URL('assets/', import.meta.url))

const systemFonts = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",arial,sans-serif'

/** GOV.UK Frontend's stylesheet without what only gov.uk may use: its typeface and the crown and crest. */
function govukStyles(): string {
  return readFileSync(join(govukFolder, 'govuk/govuk-frontend.min.css'), 'utf8')
    .replace(/\/\*![^*]*Margaret Calvert[^*]*\*\//, '')
    .replaceAll(/@font-face\{[^}]*GDS Transport[^}]*\}/g, '')
    .replaceAll(/GDS Transport,arial,sans-serif/g, systemFonts)
    .replaceAll(/background-image:url\([^)]*govuk-crest[^)]*\);?/g, '')
    .replaceAll(/url\([^)]*govuk-crest[^)]*\)/g, 'none')
    .replace(/\/\*# sourceMappingURL=.*?\*\//, '')
}

/** Everything works without it; it adds what GOV.UK Frontend's scripts add: a folding menu, a password shown on demand. */
const startScript = `import { initAll } from './govuk-frontend.js'
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
`

interface Asset {
  readonly name: string
  readonly type: string
  readonly body: string
}

const assets: readonly Asset[] = [
  { name: 'govuk-frontend.css', type: 'text/css; charset=utf-8', body: govukStyles() },
  {
    name: 'gatehouse.css',
    type: 'text/css; charset=utf-8',
    body: readFileSync(join(own, 'gatehouse.css'), 'utf8'),
  },
  {
    name: 'govuk-frontend.js',
    type: 'text/javascript; charset=utf-8',
    body: readFileSync(join(govukFolder, 'govuk/govuk-frontend.min.js'), 'utf8').replace(
      /\/\/# sourceMappingURL=.*$/m,
      '',
    ),
  },
  { name: 'start.js', type: 'text/javascript; charset=utf-8', body: startScript },
  { name: 'icon.svg', type: 'image/svg+xml', body: readFileSync(join(own, 'icon.svg'), 'utf8') },
]

// One version for all of them: start.js finds its neighbour by a relative address, so they share a folder.
const version = createHash('sha256')
  .update(assets.map((asset) => asset.body).join('\0'))
  .digest('hex')
  .slice(0, 16)

const address = (name: string): string => `/assets/${version}/${name}`

/** Where the pages find their style, script and icon. The address changes with the content, so browsers may keep them for ever. */
export const assetAddresses = {
  govuk: address('govuk-frontend.css'),
  own: address('gatehouse.css'),
  start: address('start.js'),
  icon: address('icon.svg'),
} as const

export function assetRoutes(): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  for (const asset of assets) {
    app.get(`/assets/${version}/${asset.name}`, (c) =>
      c.body(asset.body, 200, {
        'content-type': asset.type,
        'cache-control': 'public, max-age=31536000, immutable',
      }),
    )
  }
  return app
}
