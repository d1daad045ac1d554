import type { Command } from 'commander'
import type { Store } from '../../core/store/index.ts'
import type { Gatehouse } from '../index.ts'
import type { Answer } from './answer.ts'
import type { Application, CommandSettings } from './application.ts'
import { progressBar, type Progress } from './progress.ts'

/** What a command may use while it runs. */
export interface CommandContext {
  readonly application: Application
  readonly json: boolean
  /** Read when first asked for, so that a wrong setting stops only commands that need it. */
  readonly settings: () => CommandSettings
  /** Opens the school's Gatehouse; it is closed when the command ends, however it ends. */
  readonly open: () => Promise<Gatehouse>
  /** The bare store, for what runs before there is a school; closed likewise. */
  readonly openStore: () => Promise<Store>
  readonly progress: (label: string) => Progress
  /** A line about what is being done, for a person only. */
  readonly say: (line: string) => void
}

/** Options as commander reads them: text, or true for a switch. */
export type Options = Readonly<Record<string, string | boolean | undefined>>

export type Act = (context: CommandContext, options: Options, args: readonly string[]) => Promise<Answer>

/** What `runCommand` does with a command's answer. */
export type Runner = (act: (context: CommandContext) => Promise<Answer>, json: boolean) => Promise<void>

/** Ties a command to its act; `--json` is every command's. */
export function does(command: Command, run: Runner, act: Act): Command {
  return command.option('--json', 'print one JSON value for machines').action(async () => {
    const options = command.opts<Options>()
    await run((context) => act(context, options, command.args), options['json'] === true)
  })
}

/** An option's text; undefined when it was not given. */
export const text = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** The context of one run, and the closing of what it opened. */
export function commandContext(
  application: Application,
  json: boolean,
): { readonly context: CommandContext; readonly close: () => Promise<void> } {
  const opened: (() => Promise<void>)[] = []
  let settings: CommandSettings | undefined
  const context: CommandContext = {
    application,
    json,
    settings: () => (settings ??= application.settings()),
    async open() {
      const gatehouse = await application.open(context.settings())
      opened.push(() => application.close(gatehouse))
      return gatehouse
    },
    async openStore() {
      const store = await application.openStore(context.settings())
      opened.push(() => store.close())
      return store
    },
    progress: (label) => progressBar(label, json),
    say: (line) => {
      if (!json) process.stderr.write(`${line}\n`)
    },
  }
  return {
    context,
    close: async () => {
      for (const put of opened.reverse()) await put()
    },
  }
}
