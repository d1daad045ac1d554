// `npm run bench`: measures side by side, in one run, on the same data, and writes bench/RESULTS.md. Nothing here is a test.
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { postgresBin, startPostgres } from '../test/support/postgres.ts'
import type { Measure } from './import/index.ts'

interface Bench {
  readonly title: string
  readonly about: string
  /** What stands behind the bench’s name, from the first word with a dash on. */
  readonly run: (options: readonly string[]) => Promise<readonly Measure[]>
}

const deciding = async (): Promise<readonly Measure[]> => (await import('./decide/index.ts')).run()
const importing = async (databaseUrl?: string): Promise<readonly Measure[]> =>
  (await import('./import/index.ts')).run({ databaseUrl })
const ledgerOf = async (databaseUrl?: string): Promise<readonly Measure[]> =>
  (await import('./ledger/index.ts')).run({ databaseUrl })

const matching = async (): Promise<readonly Measure[]> => (await import('./match/index.ts')).run()

const matchingPeople = async (options: readonly string[]): Promise<readonly Measure[]> =>
  (await import('./match/people.ts')).run(options)

const collecting = async (options: readonly string[]): Promise<readonly Measure[]> =>
  (await import('./england/index.ts')).run(options)

const checking = async (): Promise<readonly Measure[]> => (await import('./census/index.ts')).run()

const publishing = async (): Promise<readonly Measure[]> => (await import('./statistics/index.ts')).run()

/** On a PostgreSQL server of its own, whose commits wait for the disk; nothing where none is installed. */
async function onPostgres(
  run: (databaseUrl: string) => Promise<readonly Measure[]>,
): Promise<readonly Measure[]> {
  const bin = postgresBin()
  if (!bin) return []
  const server = await startPostgres(bin, { durable: true })
  try {
    return await run(server.url)
  } finally {
    server.stop()
  }
}

const benches: Record<string, Bench> = {
  match: {
    title: 'Linking records to people',
    about:
      'Public test sets with known truth; Splink on the same prepared values, blocking and rules where it is installed. People closed: every two records of one predicted person are a pair.',
    run: matching,
  },
  'match-people': {
    title: 'Matching generated pupils to references',
    about:
      'A million generated pupils (or as many as stand behind the name: --people 9000000) with mistakes, twins and adoptions of known truth: a first term, a second of the same pupils, then one in a hundred of a third, with all that is known standing. From files to references in the state, evidence kept, identities encrypted. The truth is not read before the end.',
    run: matchingPeople,
  },
  decide: {
    title: 'Deciding',
    about:
      'The demonstration school, every agreement and item: ours beside cedar-wasm and Casbin on the same policies.',
    run: deciding,
  },
  import: {
    title: 'Importing a transfer file of 100,000 pupils, embedded store',
    about: 'The embedded database runs in this process: its memory counts too.',
    run: () => importing(),
  },
  'import-postgres': {
    title: 'The same on PostgreSQL',
    about: 'Memory is that of our process alone.',
    run: () => onPostgres(importing),
  },
  ledger: {
    title: 'The ledger, embedded store',
    about:
      'Entries appended, published as signed files, proved and verified. The figure of Tessera, a server of such logs, is the one that they publish for a POSIX file system: it was not measured here, and is of batches. The embedded database does not wait for the disk at a commit; the published files do.',
    run: () => ledgerOf(),
  },
  'ledger-postgres': {
    title: 'The ledger on PostgreSQL',
    about: 'The same with a server whose commits wait for the disk.',
    run: () => onPostgres(ledgerOf),
  },
  census: {
    title: 'Checking school census returns',
    about:
      'A message from its bytes to its findings under every rule of the spring census, beside xmllint, which reads the same bytes and does nothing with them. The least of three runs, each a process of its own.',
    run: checking,
  },
  statistics: {
    title: 'Making statistics safe',
    about:
      'Linked tables of counts, threshold 5: what is hidden, and the interval of every hidden cell solved from what is left. Then made tables of sums under a p% rule, beside what is published of methods on real tables of the same sizes; those tables aren’t public, so the figures compare orders of size.',
    run: publishing,
  },
  england: {
    title: 'Collecting England',
    about:
      'Generated school census returns of all England through the collector: received, kept, validated, and where nothing was found submitted, approved and authorised. They are made by a thread beside it on the same cores. Three minutes of it; the whole takes `node bench/run.ts england --folder FOLDER`, which goes on where it stopped.',
    run: collecting,
  },
}

const number = (value: number): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 2 : value < 1000 ? 1 : 0 })

const row = ({ what, value, unit, aim, met }: Measure): string =>
  `| ${what} | ${number(value)} ${unit} | ${aim ?? ''} | ${aim === undefined ? '' : met === true ? 'reached' : 'not reached'} |`

const words = process.argv.slice(2)
const dash = words.findIndex((word) => word.startsWith('-'))
const [asked, options] = dash === -1 ? [words, []] : [words.slice(0, dash), words.slice(dash)]
const chosen = Object.entries(benches).filter(([name]) => asked.length === 0 || asked.includes(name))
const commit = existsSync('.git')
  ? execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  : 'no commit'
const parts = [
  '# Measured',
  '',
  `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}: ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}. Figures of one machine: compare ratios, not seconds.`,
]
for (const [name, bench] of chosen) {
  console.error(`${name} …`)
  const measures = await bench.run(options)
  parts.push('', `## ${bench.title}`, '', bench.about, '')
  if (measures.length === 0) parts.push('Left out: what it needs is not on this machine.')
  else parts.push('| What | Measured | Aim | |', '|---|---|---|---|', ...measures.map(row))
}
const text = `${parts.join('\n')}\n`
if (asked.length === 0) writeFileSync(new URL('RESULTS.md', import.meta.url), text)
console.log(text)
