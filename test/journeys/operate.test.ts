import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, it } from 'node:test'
import pg from 'pg'
import { freePort } from '../support/postgres.ts'
// Run a second time on PostgreSQL, like every file that names test/support/store.ts.
import { testEngine } from '../support/store.ts'

// The operating pages' blocks, each in its order: `console` is run and what is written below a command is in its answer; `sql`
// is run by the server's administrator. Blocks marked for PostgreSQL run where there is one; `export` holds from page to page.

const pages = ['install', 'backup', 'keys', 'upgrade', 'health', 'proxy', 'collector']
const onPostgres = testEngine === 'postgres'
const server = process.env['TEST_DATABASE_URL'] ?? ''

const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-operate-'))
const command = resolve('bin/gatehouse.ts')
const port = String(await freePort())
const environment: NodeJS.ProcessEnv = { ...process.env, PORT: '0' }
for (const name of ['DATABASE_URL', 'GATEHOUSE_SCHOOL', 'NODE_TEST_CONTEXT']) environment[name] = undefined
let background: ChildProcess | undefined

async function asAdministrator(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    for (const statement of text.split(';').filter((part) => part.trim() !== ''))
      await client.query(statement)
  } finally {
    await client.end()
  }
}

after(async () => {
  background?.kill()
  rmSync(scratch, { recursive: true, force: true })
  if (!onPostgres) return
  await asAdministrator(`drop database if exists gatehouse with (force); drop database if exists moved with (force);
    drop role if exists gatehouse_server; drop role if exists gatehouse_keeper; drop role if exists gatehouse_owner`)
})

/** A value as it is here: the pages' server and port are the test's. */
function here(value: string): string {
  if (!value.startsWith('postgres://')) return value.replaceAll('8080', port)
  const url = new URL(value)
  url.host = new URL(server).host
  return url.href
}

async function perform(line: string): Promise<string> {
  const [program = '', ...words] = line.split(' ').map(here)
  switch (program) {
    case 'export': {
      const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? []
      environment[name] = here(value)
      return ''
    }
    case 'unset':
      environment[words[0] ?? ''] = undefined
      return ''
    case 'kill':
      if (background?.exitCode === null && background.kill()) await once(background, 'exit')
      background = undefined
      return ''
    case 'curl':
      return (await fetch(words[0] ?? '')).text()
    case 'gatehouse':
      return words.at(-1) === '&' ? await begin(words.slice(0, -1)) : gatehouse(words)
    default:
      throw new Error(`No test runs “${line}”.`)
  }
}

function gatehouse(words: readonly string[]): string {
  const run = spawnSync(process.execPath, [command, ...words], {
    encoding: 'utf8',
    env: environment,
    cwd: scratch,
  })
  const said = run.stdout + run.stderr
  assert.doesNotMatch(said, /fault of the software|DeprecationWarning/)
  assert.ok([0, 6].includes(run.status ?? -1), said)
  return said
}

/** Starts a server and waits until it says that it answers. */
function begin(words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [command, ...words], {
    env: environment,
    cwd: scratch,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  background = child
  return new Promise((done, failed) => {
    let said = ''
    const hear = (piece: Buffer): void => {
      said += piece.toString()
      if (said.includes('answers at')) done(said)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => failed(new Error(said)))
  })
}

for (const page of pages) {
  describe(`docs/operate/${page}.md`, () => {
    const text = readFileSync(`docs/operate/${page}.md`, 'utf8')
    const blocks = text.matchAll(/(<!-- on PostgreSQL -->\n)?```(console|sql)\n([\s\S]*?)```/g)
    for (const [, marked, kind, body = ''] of blocks) {
      if (marked && !onPostgres) continue
      if (kind === 'sql') {
        it('runs as the administrator', async () => {
          // The suite's other files may have made the role that all stores of a server share.
          await asAdministrator(await withoutRolesThatStand(body))
        })
        continue
      }
      for (const part of body.split(/^\$ /m).slice(1)) {
        const [line = '', ...expected] = part.trim().split('\n')
        it(line, async () => {
          const said = await perform(line)
          for (const words of expected) assert.ok(said.includes(words), `“${words}” is not in:\n${said}`)
        })
      }
    }
  })
}

/** The page's statements without those that make a role which another store of this server has made already. */
async function withoutRolesThatStand(statements: string): Promise<string> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles')
    const standing = rows.map(({ rolname }) => rolname)
    return statements
      .split('\n')
      .filter((line) => !standing.some((role) => line.startsWith(`create role ${role} nologin`)))
      .join('\n')
  } finally {
    await client.end()
  }
}
