import type { Command } from 'commander'
import type { Runner } from '../define.ts'

/** Gives a command its options, its subcommands and what it does. */
type Define = (command: Command, run: Runner) => void

interface Listed {
  readonly usage: string
  readonly description: string
  /** Loads the command's file: only the one that was asked for is read. */
  readonly load: () => Promise<Define>
}

const listed = (usage: string, description: string, load: () => Promise<Define>): Listed => ({
  usage,
  description,
  load,
})

const groups: readonly (readonly [string, readonly Listed[]])[] = [
  [
    'See it work:',
    [
      listed(
        'start',
        'play the demonstration school’s day once in the data folder, then serve it',
        async () => (await import('./serve.ts')).defineStart,
      ),
      listed(
        'demo',
        'the demonstration’s day without a server: import, decide, release, deliver, verify',
        async () => (await import('./demo.ts')).defineDemo,
      ),
      listed(
        'world',
        'files of the demonstration world',
        async () => (await import('./world.ts')).defineWorld,
      ),
    ],
  ],
  [
    'A school’s day:',
    [
      listed(
        'import <source> <file>',
        'a file into the register: ctf, or the id or path of a column map (policy/imports)',
        async () => (await import('./import.ts')).defineImport,
      ),
      listed(
        'decide',
        'what each recipient may have today, for the school or for one pupil, and why',
        async () => (await import('./decide.ts')).defineDecide,
      ),
      listed(
        'release',
        'read out exactly what is permitted and record it; --dry-run only shows it',
        async () => (await import('./release.ts')).defineRelease,
      ),
      listed(
        'deliver',
        'hand over what waits, one try each; a running server does so by itself',
        async () => (await import('./release.ts')).defineDeliver,
      ),
      listed(
        'census',
        'the school census: build it, check any file, sign it off, submit it',
        async () => (await import('./census.ts')).defineCensus,
      ),
    ],
  ],
  [
    'People and rules:',
    [
      listed(
        'consent',
        'people’s recorded choices',
        async () => (await import('./consent.ts')).defineConsent,
      ),
      listed(
        'sever <pupil>',
        'an adopted pupil’s former identity from the new one: new codes, openings erased, holders listed',
        async () => (await import('./sever.ts')).defineSever,
      ),
      listed(
        'policy',
        'the data protection officer’s policy',
        async () => (await import('./policy.ts')).definePolicy,
      ),
      listed(
        'recipient',
        'what a recipient has shown: identity, contract, key, address, template',
        async () => (await import('./recipient.ts')).defineRecipient,
      ),
      listed(
        'notice',
        'the school’s published notice',
        async () => (await import('./notice.ts')).defineNotice,
      ),
    ],
  ],
  [
    'National:',
    [
      listed(
        'collect',
        'the collector’s work: receive returns, explain them, approve and authorise them',
        async () => (await import('./collect.ts')).defineCollect,
      ),
      listed(
        'match',
        'which records are one person: over all authorised returns, in one file, or between two',
        async () => (await import('./match.ts')).defineMatch,
      ),
      listed(
        'holdings',
        'the accepted national data: build it, look it up, verify it, where a row came from',
        async () => (await import('./holdings.ts')).defineHoldings,
      ),
      listed(
        'statistics',
        'tables of statistics: screen a pair of files, publish, amend, withdraw',
        async () => (await import('./statistics.ts')).defineStatistics,
      ),
      listed(
        'access',
        'share the national data under terms: applications, agreements, extracts, the public register',
        async () => (await import('./access.ts')).defineAccess,
      ),
    ],
  ],
  [
    'Proof:',
    [listed('ledger', 'the tamper-evident log', async () => (await import('./ledger.ts')).defineLedger)],
  ],
  [
    'Running it:',
    [
      listed(
        'found <file>',
        'put your own school and its staff into the store, from a YAML file',
        async () => (await import('./found.ts')).defineFound,
      ),
      listed(
        'serve',
        'serve pages, API and log; deliver what is due',
        async () => (await import('./serve.ts')).defineServe,
      ),
      listed(
        'doctor',
        'look at everything Gatehouse needs and say what is wrong',
        async () => (await import('./doctor.ts')).defineDoctor,
      ),
      listed(
        'migrate',
        'bring the store up to date; opening it does so too',
        async () => (await import('./migrate.ts')).defineMigrate,
      ),
      listed(
        'backup <folder>',
        'write the whole store, keys and log into a new folder: it holds secrets and pupils’ data',
        async () => (await import('./backup.ts')).defineBackup,
      ),
      listed(
        'restore <folder>',
        'put a backup into an empty store, on either engine; all of it or nothing',
        async () => (await import('./backup.ts')).defineRestore,
      ),
    ],
  ],
]

/**
 * Lists every command, in the order and under the headings of `gatehouse --help`, and loads the one that `argv` asks for.
 * The others are known by name and description alone.
 */
export async function addCommands(program: Command, run: Runner, argv: readonly string[]): Promise<void> {
  const asked = argv.find((word) => !word.startsWith('-'))
  for (const [heading, commands] of groups) {
    program.commandsGroup(heading)
    for (const { usage, description, load } of commands) {
      const command = program.command(usage).description(description)
      if (command.name() === asked) (await load())(command, run)
    }
  }
}
