import { Command, CommanderError } from 'commander'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Application } from './application.ts'
import { addCommands } from './commands/index.ts'
import { commandContext, type Runner } from './define.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'

/**
 * Runs the command line and returns the exit code. Standard output gets the answer; with `--json` it gets exactly one JSON
 * value whatever happens: the answer, or `{"error": …}`.
 */
export async function runCommand(argv: readonly string[], application: Application): Promise<ExitCode> {
  const json = argv.includes('--json')
  let code: ExitCode = exitCodes.done
  const run: Runner = async (act, asJson) => {
    const { context, close } = commandContext(application, asJson)
    try {
      const answer = await act(context)
      print(asJson ? JSON.stringify(answer.json) : answer.text)
      code = answer.exit ?? exitCodes.done
      await answer.until
    } finally {
      await close()
    }
  }
  try {
    await program(run, json).parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    return told(error, json)
  }
}

function program(run: Runner, json: boolean): Command {
  const gatehouse = new Command('gatehouse')
    .description('The one door through which a school’s pupil data leaves: decided, recorded, provable.')
    .exitOverride()
    .configureOutput({ writeErr: (message) => (json ? undefined : process.stderr.write(message)) })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Exit codes: 0 done · 1 fault · 2 usage · 3 refused · 4 bad input or policy · 5 not found or conflict · 6 locked
            7 store or ledger · 8 delivery · 9 misconfigured
Settings:   GATEHOUSE_HOME (data folder) · DATABASE_URL (PostgreSQL instead of the embedded store) · PORT · PUBLIC_URL`,
    )
  addCommands(gatehouse, run)
  return gatehouse
}

const print = (text: string): void => void process.stdout.write(text === '' ? '' : `${text}\n`)

/** Tells what went wrong and returns its code. A fault shows its stack to whoever runs the command, and no data. */
function told(error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done
    if (json)
      print(JSON.stringify({ error: { code: 'usage', message: error.message.replace(/^error: /, '') } }))
    return exitCodes.usage
  }
  if (error instanceof GatehouseError) {
    const { code, message, where, why, todo } = error
    if (json) print(JSON.stringify({ error: { code, message, where, why, todo } }))
    else process.stderr.write(`${error.explain()}\n`)
    return exitCodeOf(code)
  }
  if (json) print(JSON.stringify({ error: { code: 'fault', message: 'This is a fault of the software.' } }))
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`This is a fault of the software, not of yours.\n${stack}\n`)
  return exitCodes.fault
}
