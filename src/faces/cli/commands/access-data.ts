import { open } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  ask,
  askOutput,
  enquire,
  judgeOutput,
  makeExtract,
  outputFile,
  pieceOf,
  readQuery,
} from '../../../national/access/index.ts'
import { asCollector } from '../../../national/collect/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'
import {
  agreementFor,
  answerOf,
  forOption,
  needed,
  openAccessForCommand,
  readJsonFile,
  type AccessCommand,
} from './access-for-command.ts'

const piece = 1024 * 1024

async function withHoldings<T>(
  command: AccessCommand,
  reference: string,
  act: (holdings: Awaited<ReturnType<AccessCommand['holdings']>>) => Promise<T>,
): Promise<T> {
  const { state } = await agreementFor(command, reference)
  const holdings = await command.holdings([
    ...new Set((state.answers.items ?? []).map(({ dataSet }) => dataSet)),
  ])
  try {
    return await act(holdings)
  } finally {
    await holdings.done()
  }
}

/** What is given under an agreement: extracts, answers in the workspace, outputs, enquiries. */
export function defineAccessData(access: Command, run: Runner): void {
  const extract = access
    .command('extract <agreement>')
    .description('make an extract: decided, minimised, encrypted to the organisation, in the ledger')
    .option(...asNationalOption)
    .option(...forOption)
    .option('--out <file>', 'where its encrypted bytes go; only kept when absent')
  does(extract, run, async (context, options, [reference = '']) => {
    const command = await openAccessForCommand(context, options)
    const made = await withHoldings(command, reference, (holdings) =>
      makeExtract(command.access, command.by, reference, holdings, command.at()),
    )
    const out = text(options, 'out')
    if (made.ok && out !== undefined) await download(command, made.value.id, made.value.bytes, out)
    return answerOf(made, (value) => ({
      json: value,
      text: lines(
        `Extract ${value.id}: ${count(value.manifest.people, 'pupil')}, ledger entry ${String(value.entry)}`,
        ...value.manifest.files.map(
          (file) => `  ${file.name}: ${count(file.rows, 'row')}, ${file.items.join(', ')}`,
        ),
      ),
    }))
  })
  const query = access
    .command('query <agreement>')
    .description('ask inside the workspace; --output asks to take the answer out')
    .option(...asNationalOption)
    .option(...forOption)
    .option('--user <id>', 'who asks, of the agreement’s users')
    .option('--file <file>', 'dataSet, years, where, groupBy: JSON')
    .option('--output', 'ask to take the answer out')
  does(query, run, async (context, options, [reference = '']) => {
    const command = await openAccessForCommand(context, options)
    const asked = readQuery(await readJsonFile(needed(options, 'file')))
    const user = needed(options, 'user')
    return withHoldings(command, reference, async (holdings) =>
      options['output'] === true
        ? answerOf(
            await askOutput(command.access, command.by, user, reference, asked, holdings, command.at),
            ({ output, state }) => {
              const found = state.outputs.find(({ id }) => id === output)
              return {
                json: { output, ...found },
                text: lines(
                  `Output ${output}: ${found?.standing ?? ''}`,
                  ...(found?.checks ?? []).map(({ outcome, says }) => `  ${outcome}: ${says}`),
                ),
              }
            },
          )
        : answerOf(await ask(command.access, user, reference, asked, holdings, command.at), ({ rows }) => ({
            json: rows,
            text: table([
              [...asked.groupBy, 'pupils'],
              ...rows.map((row) => [
                ...asked.groupBy.map((name) => String((row[name] as string | number | null) ?? '')),
                Number(row['pupils']),
              ]),
            ]),
          })),
    )
  })
  const output = access
    .command('output <output>')
    .description('what somebody asks to take out; --verdict gives a checker’s')
    .option(...asNationalOption)
    .option(...forOption)
    .option('--verdict <verdict>', 'approve, changes, reject')
    .option('--reason <text>', 'why')
  does(output, run, async (context, options, [id = '']) => {
    const { access: opened, by, at } = await openAccessForCommand(context, options)
    const given = text(options, 'verdict')
    if (given === undefined) {
      const shown = await outputFile(opened, by, id)
      return { json: shown, text: shown.file }
    }
    const verdict = z.enum(['approve', 'changes', 'reject']).safeParse(given)
    if (!verdict.success) throw new GatehouseError('bad-input', 'A verdict is approve, changes or reject.')
    return answerOf(
      await judgeOutput(opened, by, id, verdict.data, needed(options, 'reason'), at()),
      ({ state }) => {
        const found = state.outputs.find((each) => each.id === id)
        return { json: found, text: `Output ${id}: ${found?.standing ?? ''}` }
      },
    )
  })
  const enquiry = access
    .command('enquire <agreement>')
    .description('take an enquiry of an operational user: counted before it is answered')
    .option(...asNationalOption)
    .option(...forOption)
    .option('--user <id>', 'who asks')
    .option('--pupils <file>', 'a list of { pmr, onRoll, inSequence }: JSON')
  does(enquiry, run, async (context, options, [reference = '']) => {
    const command = await openAccessForCommand(context, options)
    const { access: opened, at } = command
    await agreementFor(command, reference)
    const pupils = z
      .array(
        z.strictObject({
          pmr: z.string().min(1),
          onRoll: z.boolean(),
          inSequence: z.boolean().default(false),
        }),
      )
      .min(1)
      .safeParse(await readJsonFile(needed(options, 'pupils')))
    if (!pupils.success) throw new GatehouseError('bad-input', 'The file is no list of pupils.')
    return answerOf(
      await enquire(opened, needed(options, 'user'), reference, pupils.data, at()),
      (asked) => ({
        json: asked,
        text: asked.suspended
          ? lines('Suspended; nothing was given.', ...asked.alarms.map(({ says }) => `  ${says}`))
          : `Ledger entry ${String(asked.entry)}`,
      }),
    )
  })
}

async function download({ access }: AccessCommand, id: string, bytes: number, out: string): Promise<void> {
  const national = asCollector(access.collector)
  const file = await open(out, 'wx', 0o600)
  try {
    for (let from = 0; from < bytes; from += piece)
      await file.writeFile(await national.read((tx) => pieceOf(tx, id, from, piece)))
    await file.sync()
  } finally {
    await file.close()
  }
}
