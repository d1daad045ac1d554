import { Command, CommanderError, type Argument } from 'commander'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Application } from './application.ts'
import { addCommands } from './commands/index.ts'
import { commandContext, type Runner } from './define.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
import { fromSystemError } from './system-error.ts'

/**
 * Runs the command line and returns the exit code. Standard output gets the answer; with `--json` it gets exactly one JSON
 * value whatever happens: the answer, `{"error": …}`, or `{"help": …}`.
 */
export async function runCommand(argv: readonly string[], application: Application): Promise<ExitCode> {
  letReadersLeave()
  const out = answerOnce(argv.includes('--json'))
  let code: ExitCode = exitCodes.done
  const run: Runner = async (act, asJson) => {
    const { context, close } = commandContext(application, asJson)
    try {
      const answer = await act(context)
      out.print(asJson ? JSON.stringify(answer.json) : answer.text)
      code = answer.exit ?? exitCodes.done
      await answer.until
    } finally {
      await close()
    }
  }
  try {
    await (await program(run, out, argv)).parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    return told(error, out)
  }
}

/** Standard output. What goes wrong after the answer was given is told on standard error alone. */
interface Out {
  readonly json: boolean
  readonly print: (text: string) => void
  /** For a machine, unless the answer was given; true then. */
  readonly printError: (error: Readonly<Record<string, unknown>>) => boolean
  /** Commander writes its help in pieces. */
  readonly help: (piece: string) => void
  readonly endHelp: () => void
}

function answerOnce(json: boolean): Out {
  let given = false
  let help = ''
  const print = (text: string): void => {
    given = true
    process.stdout.write(text === '' ? '' : `${text}\n`)
  }
  return {
    json,
    print,
    printError(error) {
      if (!json || given) return false
      print(JSON.stringify({ error }))
      return true
    },
    help: (piece) => {
      if (json) help += piece
      else process.stdout.write(piece)
    },
    endHelp: () => {
      if (json) print(JSON.stringify({ help }))
    },
  }
}

async function program(run: Runner, out: Out, argv: readonly string[]): Promise<Command> {
  const gatehouse = new Command('gatehouse')
    .description('The one door through which a school’s pupil data leaves: decided, recorded, provable.')
    .exitOverride()
    .configureOutput({
      writeOut: out.help,
      writeErr: (message) => (out.json ? undefined : process.stderr.write(message)),
    })
    .showSuggestionAfterError()
    .helpCommand(false)
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(usageOf)].join(' '),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 done · 1 fault · 2 usage · 3 refused · 4 bad input or policy · 5 not found or conflict · 6 locked
            7 store or ledger · 8 delivery · 9 misconfigured
Settings:   GATEHOUSE_HOME (data folder) · DATABASE_URL (PostgreSQL instead of the embedded store) · PORT · PUBLIC_URL`,
    )
  await addCommands(gatehouse, run, argv)
  return gatehouse
}

const usageOf = (argument: Argument): string =>
  argument.required ? `<${argument.name()}>` : `[${argument.name()}]`

/** `gatehouse … | head` closes the pipe early: what is not read is not wanted, and the command's own code still counts. */
function letReadersLeave(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(ignoreClosedPipe)) stream.on('error', ignoreClosedPipe)
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Tells what went wrong and returns its code. */
function told(error: unknown, out: Out): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) {
      out.endHelp()
      return exitCodes.done
    }
    out.printError({ code: 'usage', message: error.message.replace(/^error: /, '') })
    return exitCodes.usage
  }
  const expected = error instanceof GatehouseError ? error : fromSystemError(error)
  if (expected) {
    const { code, message, where, why, todo } = expected
    if (!out.printError({ code, message, where, why, todo })) process.stderr.write(`${expected.explain()}\n`)
    return exitCodeOf(code)
  }
  const file = fileTrouble(error)
  if (file) return told(file, out)
  if (!out.printError({ code: 'fault', message: 'This is a fault of the software.' })) tellFault(error)
  return exitCodes.fault
}

const fileCodes: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder.',
  EACCES: 'This account may not read or write it.',
  EPERM: 'This account may not read or write it.',
  EISDIR: 'It is a folder.',
  ENOTDIR: 'A part of the path is no folder.',
  EEXIST: 'It is there already.',
  ENOSPC: 'The disk is full.',
  EROFS: 'The disk can only be read.',
}

/** A file that somebody named and that can't be read or written is no fault of ours. */
function fileTrouble(error: unknown): GatehouseError | null {
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  const why = code === undefined ? undefined : fileCodes[code]
  if (why === undefined || path === undefined) return null
  return new GatehouseError('bad-input', 'A file can’t be read or written.', { where: path, why })
}

/** Where it happened is shown to whoever asks for it; its message, which may hold what was read, to nobody. */
function tellFault(error: unknown): void {
  const kind = error instanceof Error ? error.constructor.name : typeof error
  process.stderr.write(`This is a fault of the software, not of yours (${kind}).\n`)
  if (process.env['GATEHOUSE_TRACE'] === undefined) {
    process.stderr.write(
      'What to do: report it with what this shows: set GATEHOUSE_TRACE=1 and run it again.\n',
    )
    return
  }
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  process.stderr.write(`${frames.join('\n')}\n`)
}
