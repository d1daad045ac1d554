import { resolve } from 'node:path'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor } from '../../index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { checkNotice } from '../../../school/notice/index.ts'
import { actingAs } from './acting.ts'

export function addHouse(program: Command, run: Runner): void {
  const migrate = program
    .command('migrate')
    .description('bring the store up to date (opening it does so too)')
  does(migrate, run, async ({ open }) => {
    const gatehouse = await open()
    return {
      json: { engine: gatehouse.store.engine.kind },
      text: `The store (${gatehouse.store.engine.kind}) is up to date.`,
    }
  })

  const doctor = program
    .command('doctor')
    .description('is everything in order: store, ledger, notice, settings')
  does(doctor, run, async ({ open, settings }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const report = await gatehouse.ledger.verify()
    const drift = await schoolFor(gatehouse, actingAs(options)).read(async (tx) =>
      checkNotice(tx, await currentPolicy(tx), at),
    )
    const checks = [
      { what: 'store', ok: true, say: gatehouse.store.engine.kind },
      { what: 'ledger', ok: report.ok, say: `${report.size} entries, ${report.faults.length} faults` },
      {
        what: 'notice',
        ok: drift.findings.length === 0,
        say: `version ${drift.version ?? 0}, ${drift.findings.length} findings`,
      },
      { what: 'home', ok: true, say: settings().home },
    ]
    const well = checks.every(({ ok }) => ok)
    return {
      json: { ok: well, checks },
      text: checks.map(({ what, ok, say }) => `${ok ? 'ok   ' : 'WRONG'} ${what}: ${say}`).join('\n'),
      ...(well ? {} : { exit: exitCodes.refused }),
    }
  })

  const world = program.command('world').description('files of the demonstration world')
  const school = world
    .command('school')
    .description('one school’s files, as it would have them')
    .requiredOption('--out <folder>', 'where to write them')
    .option('--seed <number>', 'another school of the same kind', '1')
  does(school, run, async ({ application }, options) => {
    const seed = Number(text(options, 'seed'))
    if (!Number.isSafeInteger(seed))
      throw new GatehouseError('bad-input', 'A seed is a whole number.', { where: '--seed' })
    const folder = resolve(text(options, 'out') ?? '.')
    const files = await application.writeWorld(folder, seed)
    return { json: { folder, files }, text: `${files.length} files in ${folder}` }
  })
}
