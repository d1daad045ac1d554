// `npm run check`: is it good? Format, lint with types, types, architecture, generated files. Each failure says what to do.
// What was found good is remembered in node_modules/.cache, so that a second run looks at what changed. The linter then
// misses what a change of types breaks in a file that did not change itself: `--whole`, as `npm test` has it, lints all.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const cache = 'node_modules/.cache'
mkdirSync(cache, { recursive: true })
const whole = process.argv.includes('--whole')

interface Check {
  readonly name: string
  readonly args: readonly string[]
  readonly todo: string
}

const checks: readonly Check[] = [
  {
    name: 'lint',
    args: [
      'node_modules/eslint/bin/eslint.js',
      ...(whole ? [] : ['--cache', '--cache-strategy', 'content', '--cache-location', `${cache}/lint`]),
      ...['--max-warnings', '0', '.'],
    ],
    todo: 'Mend what is named; a rule is switched off only in eslint.config.js, with its reason.',
  },
  {
    name: 'types',
    args: [
      'node_modules/typescript/bin/tsc',
      ...['--noEmit', '-p', '.', '--incremental', '--tsBuildInfoFile', `${cache}/tsbuildinfo`],
    ],
    todo: 'Mend what the compiler names.',
  },
  {
    name: 'format',
    args: [
      'node_modules/prettier/bin/prettier.cjs',
      ...['--check', '--log-level', 'warn', '--cache', '--cache-strategy', 'content'],
      ...['--cache-location', `${cache}/format`, '.'],
    ],
    todo: 'Run: npm run format',
  },
  {
    name: 'architecture',
    args: ['--test', '--test-reporter=dot', 'test/architecture.test.ts'],
    todo: 'Read the table in ARCHITECTURE.md; move the code or, with a decision record, the wall.',
  },
  {
    name: 'generated files',
    args: ['test/generate.ts', '--check'],
    todo: 'Run: npm run generate',
  },
]

function perform(check: Check): Promise<boolean> {
  return new Promise((resolve) => {
    const started = performance.now()
    const env = { ...process.env }
    delete env['NODE_TEST_CONTEXT']
    const child = spawn(process.execPath, [...check.args], { env })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? '✔' : '✖'} ${check.name} (${seconds} s)`)
      if (code !== 0) console.log(`${output.trim()}\n  → ${check.todo}`)
      resolve(code === 0)
    })
  })
}

// The slowest first, as many at once as there are cores: the quick ones fill what is left beside it.
const results: boolean[] = []
const waiting = checks[Symbol.iterator]()
const worker = async (): Promise<void> => {
  for (const check of waiting) results.push(await perform(check))
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), checks.length) }, worker))
process.exitCode = results.length === checks.length && results.every(Boolean) ? 0 : 1
