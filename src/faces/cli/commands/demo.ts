import { resolve } from 'node:path'
import type { Command } from 'commander'
import { lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'

export function defineDemo(command: Command, run: Runner): void {
  command.requiredOption('--out <folder>', 'where files, log and outbox go; a new or empty folder')
  does(command, run, async ({ application, settings, say }, options) => {
    const out = resolve(text(options, 'out') ?? '.')
    const report = await application.demonstrate(out, settings(), say)
    const rows = report.recipients.flatMap((line) => [
      [line.id, line.outcome, line.permittedPupils, line.withheldPupils, line.file ?? ''],
      ...line.files.slice(1).map(({ file }) => ['', '', '', '', file]),
    ])
    return {
      json: report,
      text: lines(
        table([['Agreement', 'Outcome', 'Pupils', 'Withheld', 'File'], ...rows]),
        '',
        `Ledger ${report.ledger.origin}: ${report.ledger.size} entries, root ${report.ledger.root}`,
        report.notice.drift.length === 0
          ? `Notice version ${report.notice.version ?? 0}: no drift`
          : `Notice drift: ${report.notice.drift.join(' ')}`,
        `Check it with: node verify/verify.mjs ${out}/log`,
      ),
    }
  })
}
