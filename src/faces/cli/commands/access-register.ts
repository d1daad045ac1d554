import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  lookAtAll,
  quarters,
  readRegister,
  receivedAbout,
  registerCsv,
} from '../../../national/access/index.ts'
import { count, lines, table } from '../answer.ts'
import { asNationalOption } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'
import { openAccessForCommand } from './access-for-command.ts'

/** What anybody may know: the register and its figures; and what one person may know of themselves. */
export function defineAccessRegister(access: Command, run: Runner): void {
  const register = access
    .command('register')
    .description('the public register, made of the ledger: refusals are in it')
    .option(...asNationalOption)
    .option('--from <date>', 'of entries from this day on')
    .option('--to <date>', 'to this day')
    .option('--quarters', 'figures by quarter')
    .option('--csv', 'as CSV')
    .option('--receipts <folder>', 'a proof of each row, that anybody can verify offline')
  does(register, run, async (context, options) => {
    const { access: opened, at } = await openAccessForCommand(context, options)
    const period = { from: text(options, 'from'), to: text(options, 'to') }
    if (options['quarters'] === true) {
      const found = await quarters(opened, period)
      return {
        json: found,
        text: table(
          found.flatMap((each) => [
            ...Object.entries(each.events).map(([event, n]) => [each.quarter, event, n] as const),
            [each.quarter, 'extracts', each.extracts] as const,
            [each.quarter, 'enquiries', each.enquiries] as const,
          ]),
        ),
      }
    }
    const rows = await readRegister(opened, period)
    const folder = text(options, 'receipts')
    if (folder !== undefined) {
      await opened.ledger.publish(at())
      await mkdir(folder, { recursive: true })
      for (const row of rows)
        await writeFile(
          join(folder, `${row.reference}.tlog-proof`),
          await opened.ledger.receipt(row.entry, { at: at() }),
        )
    }
    return {
      json: { ledger: { origin: opened.ledger.origin, keys: opened.ledger.vkeys }, rows },
      text:
        options['csv'] === true
          ? registerCsv(rows)
          : table([
              ['reference', 'organisation', 'decision', 'state', 'data', 'entry'],
              ...rows.map((row) => [
                row.reference,
                row.organisation,
                row.outcome,
                row.state,
                row.data,
                row.entry,
              ]),
            ]),
    }
  })
  const received = access
    .command('received <reference>')
    .description(
      'which organisations received data that include a person, by matching reference; after an identity check',
    )
    .option(...asNationalOption)
    .option('--checked <text>', 'how the person’s identity was checked')
  does(received, run, async (context, options, [reference = '']) => {
    const { access: opened, by, at } = await openAccessForCommand(context, options)
    if (!(by.role === 'operator' || by.duties.includes('access-office')))
      throw new GatehouseError('not-allowed', 'This is for people with the duty access-office.')
    if (text(options, 'checked') === undefined)
      throw new GatehouseError('bad-input', 'Say how the person’s identity was checked: --checked.')
    const found = await receivedAbout(opened, reference, at())
    return {
      json: found,
      text:
        found.length === 0
          ? 'No organisation has received data that include this person.'
          : lines(
              ...found.map(
                (each) =>
                  `${each.at.slice(0, 10)}  ${each.organisation}, ${each.title} (${each.reference}): ${each.items.join(', ')}`,
              ),
            ),
    }
  })
  const look = access
    .command('look')
    .description('end, suspend, remind and mark as overdue whatever is due: run it every minute')
    .option(...asNationalOption)
  does(look, run, async (context, options) => {
    const { access: opened, at } = await openAccessForCommand(context, options)
    const looked = await lookAtAll(opened, at())
    return {
      json: looked,
      text:
        looked.length === 0
          ? 'Nothing was due.'
          : lines(
              `${count(looked.length, 'agreement')}:`,
              ...looked.map(
                ({ reference, happened }) => `  ${reference}: ${happened.map(({ kind }) => kind).join(', ')}`,
              ),
            ),
    }
  })
}
