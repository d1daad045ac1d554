// `npm test`: everything, on every engine. Says plainly what it left out and how to have it.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { postgresBin, startPostgres } from './support/postgres.ts'

interface Tool {
  readonly name: string
  readonly present: () => boolean
  readonly aptPackage: string
  readonly suites: string
  readonly otherwise: string
}

const onPath = (command: string): boolean => spawnSync('which', [command]).status === 0

const tools: readonly Tool[] = [
  {
    name: 'PostgreSQL',
    present: () => Boolean(process.env['TEST_DATABASE_URL']) || postgresBin() !== undefined,
    aptPackage: 'postgresql',
    suites: 'every store suite a second time, on PostgreSQL',
    otherwise: 'set TEST_DATABASE_URL to a server on which databases may be created',
  },
  {
    name: 'OpenSSH server',
    present: () => existsSync('/usr/sbin/sshd') || onPath('sshd'),
    aptPackage: 'openssh-server',
    suites: 'delivery by SFTP',
    otherwise: 'install OpenSSH’s server',
  },
  {
    name: 'age',
    present: () => onPath('age'),
    aptPackage: 'age',
    suites: 'encryption checked against the age command',
    otherwise: 'install the age command',
  },
  {
    name: 'Chromium',
    present: () => existsSync(process.env['CHROMIUM'] ?? '/usr/bin/chromium'),
    aptPackage: 'chromium',
    suites: 'pages in a browser, with axe',
    otherwise: 'install Chromium and set CHROMIUM to its path',
  },
]

/** Installs what is missing where that is ours to do: as root on Debian or Ubuntu. */
function provide(): readonly Tool[] {
  const missing = tools.filter((tool) => !tool.present())
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0
  if (missing.length > 0 && debian) {
    const packages = missing.map((tool) => tool.aptPackage)
    console.log(`Installing ${packages.join(', ')} …`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
      env,
    })
  }
  return tools.filter((tool) => !tool.present())
}

interface Count {
  passed: number
  failed: number
  skipped: number
}

async function runFiles(title: string, files: readonly string[], concurrency: number): Promise<Count> {
  console.log(`\n${title} (${files.length} files)`)
  const count: Count = { passed: 0, failed: 0, skipped: 0 }
  const stream = run({ files: [...files], concurrency, timeout: 600_000 })
  // A file or a `describe` reports itself too; only the tests inside are counted, and a file that failed as a whole.
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite') return
    if (event.skip !== undefined && event.skip !== false) count.skipped++
    else count.passed++
  })
  stream.on('test:fail', (event) => {
    if (event.details.type !== 'suite') count.failed++
  })
  await new Promise((resolve, reject) => {
    const report = stream.compose(spec()) as NodeJS.ReadableStream
    report.on('end', resolve).on('error', reject)
    report.pipe(process.stdout, { end: false })
  })
  return count
}

const asked = process.argv.slice(2)
const all = globSync([
  'src/**/*.test.ts',
  'world/**/*.test.ts',
  'verify/**/*.test.ts',
  'bench/**/*.test.ts',
  'test/**/*.test.ts',
])
  .filter((file) => asked.length === 0 || asked.some((part) => file.includes(part)))
  .sort()
const usesStore = (file: string): boolean => /support\/store\.ts/.test(readFileSync(file, 'utf8'))

const leftOut = provide()
const counts: Count[] = []
if (asked.length === 0) {
  const check = spawnSync(process.execPath, ['test/check.ts', '--whole'], { stdio: 'inherit' })
  counts.push({ passed: check.status === 0 ? 1 : 0, failed: check.status === 0 ? 0 : 1, skipped: 0 })
}

// `node --test` marks its children so; a run started from inside one would otherwise report to it instead of running.
delete process.env['NODE_TEST_CONTEXT']
const given = process.env['TEST_DATABASE_URL']
delete process.env['TEST_DATABASE_URL']
counts.push(await runFiles('On the embedded store', all, 2))

const bin = postgresBin()
if (given ?? bin) {
  const server = given ? { url: given, stop: () => undefined } : await startPostgres(bin ?? '')
  process.env['TEST_DATABASE_URL'] = server.url
  counts.push(await runFiles('On PostgreSQL', all.filter(usesStore), 2))
  server.stop()
}

for (const tool of leftOut) {
  console.log(`\nLeft out, for want of ${tool.name}: ${tool.suites}. To have it: ${tool.otherwise}.`)
}
const total = counts.reduce((a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
}))
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
