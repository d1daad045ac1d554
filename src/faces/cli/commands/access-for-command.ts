import { readFile } from 'node:fs/promises'
import { GatehouseError, type Result } from '../../../core/vocabulary/index.ts'
import {
  actsFor,
  doerOf,
  openAccess,
  readApplication,
  type Found,
  type Access,
  type Doer,
  type Refused,
} from '../../../national/access/index.ts'
import { openHoldings, openHoldingsHome, type OpenHoldings } from '../../../national/holdings/index.ts'
import type { Answer } from '../answer.ts'
import { openForCommand } from '../collector-command.store.ts'
import { text, type CommandContext, type Options } from '../define.ts'
import { exitCodes } from '../exit-code.ts'

export const forOption = [
  '--for <organisation>',
  'act for an organisation outside the department; the access office alone may',
] as const

export interface AccessCommand {
  readonly access: Access
  readonly by: Doer
  readonly at: () => Date
  /** The holdings as they stand; closed by `done`. */
  readonly holdings: (dataSets: readonly string[]) => Promise<OpenHoldings>
}

/** @throws GatehouseError */
export async function openAccessForCommand(
  context: CommandContext,
  options: Options,
): Promise<AccessCommand> {
  const { collector, person, at } = await openForCommand(context, options)
  const access = await openAccess(collector)
  const own = doerOf(access, person)
  const organisation = text(options, 'for')
  if (organisation !== undefined && !(own.role === 'operator' || own.duties.includes('access-office')))
    throw new GatehouseError('not-allowed', 'Only the access office acts for an organisation.')
  const by: Doer = organisation === undefined ? own : { ...own, role: 'applicant', organisation, duties: [] }
  return {
    access,
    by,
    at,
    holdings: async (dataSets) =>
      openHoldings(await openHoldingsHome(collector), { datasets: [...dataSets] }),
  }
}

/** The agreement under which something is given: to its organisation's own, or to the access office. @throws GatehouseError `not-allowed` */
export async function agreementFor({ access, by }: AccessCommand, reference: string): Promise<Found> {
  const found = await readApplication(access, reference)
  if (!actsFor(by, found.organisation.id))
    throw new GatehouseError('not-allowed', 'This is for the organisation itself, or the access office.')
  return found
}

/** JSON or YAML's plain subset: a file that holds one JSON value. @throws GatehouseError `bad-input`, `not-found` */
export async function readJsonFile(path: string): Promise<unknown> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new GatehouseError('not-found', 'There is no such file.', { where: path })
  }
  try {
    return JSON.parse(content) as unknown
  } catch {
    throw new GatehouseError('bad-input', 'The file is not JSON.', { where: path })
  }
}

/** What was done, or the refusal with its reason and a fitting exit code. */
export function answerOf<T>(result: Result<T, Refused>, done: (value: T) => Answer): Answer {
  return result.ok
    ? done(result.value)
    : { text: `Refused. ${result.error.says}`, json: { refused: result.error }, exit: exitCodes.refused }
}

/** @throws GatehouseError `bad-input` */
export function needed(options: Options, name: string): string {
  const value = text(options, name)
  if (value === undefined) throw new GatehouseError('bad-input', `This needs --${name}.`)
  return value
}
