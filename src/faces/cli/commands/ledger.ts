import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { count, lines } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor, verifiedWords } from '../../index.ts'
import { commandActor } from '../acting-person.store.ts'
import { findPupil } from '../find-pupil.store.ts'

export function defineLedger(ledger: Command, run: Runner): void {
  const verify = ledger
    .command('verify')
    .description('re-derive everything and compare; names each place that differs')
  does(verify, run, async ({ open, progress }) => {
    const gatehouse = await open()
    const bar = progress('Verify')
    const report = await gatehouse.ledger.verify({ onProgress: bar.at }).finally(bar.end)
    const words = verifiedWords(report)
    return {
      json: report,
      text: lines(
        `${report.origin}: ${count(report.size, 'entry', 'entries')}, root ${report.root}`,
        words.heading,
        ...words.lines,
      ),
      ...(report.ok ? {} : { exit: exitCodes.store }),
    }
  })

  const receipt = ledger
    .command('receipt <index>')
    .description('a proof of one entry that anyone can check offline')
    .option('--pupil <id>', 'with what opens this pupil’s part: for that pupil and its parents')
    .option('--restricted', 'also of an entry that is kept from view')
    .option('--out <file>', 'write it there (.tlog-proof)')
  does(receipt, run, async ({ open }, options, [index = '']) => {
    if (!/^\d{1,15}$/.test(index))
      throw new GatehouseError('bad-input', 'An entry’s index is a whole number.')
    const gatehouse = await open()
    const named = text(options, 'pupil')
    const school = schoolFor(gatehouse, commandActor())
    const pupil = named === undefined ? undefined : await school.read((tx) => findPupil(tx, named))
    const proof = await gatehouse.ledger.receipt(Number(index), {
      at: gatehouse.clock.now(),
      restricted: options['restricted'] === true,
      ...(pupil === undefined ? {} : { pupilId: pupil }),
    })
    const out = text(options, 'out')
    if (out !== undefined) writeFileSync(out, proof)
    return { json: out === undefined ? { receipt: proof } : { file: out }, text: out ?? proof.trimEnd() }
  })
}
