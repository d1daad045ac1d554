import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp, restore, type Manifest } from '../../../core/store/index.ts'
import { systemClock } from '../../../core/vocabulary/index.ts'
import { count, lines } from '../answer.ts'
import { collectedFolders } from '../collected-folders.store.ts'
import { does, type Runner } from '../define.ts'
import { unfinishedDeliveries } from '../store-state.store.ts'

/** What of the home belongs to a backup: keys, the published log, built returns, and the demonstration's clock where it was played. */
const besides = ['keys', 'log', 'returns', 'demonstration.json']

const totals = ({
  tables,
  files,
  madeAt,
}: Manifest): { madeAt: string; tables: number; rows: number; files: number } => ({
  madeAt,
  tables: tables.length,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  files: files.length,
})

export function defineBackup(command: Command, run: Runner): void {
  does(command, run, async ({ openStore, settings, progress }, _, [named = '']) => {
    const folder = resolve(named)
    const store = await openStore()
    const bar = progress('Backup')
    const manifest = await backUp(store, {
      folder,
      home: settings().home,
      besides,
      told: collectedFolders,
      at: systemClock.now(),
      onProgress: bar.at,
    }).finally(bar.end)
    const found = totals(manifest)
    return {
      json: { folder, ...found },
      text: lines(
        `${count(found.rows, 'row')} of ${count(found.tables, 'table')} and ${count(found.files, 'file')} of the home: ${folder}`,
        'It holds SECRETS (the school’s keys) and PUPILS’ DATA in plain form. Keep it encrypted and off this machine.',
      ),
    }
  })
}

export function defineRestore(command: Command, run: Runner): void {
  does(command, run, async ({ openStore, settings, progress }, _, [named = '']) => {
    const folder = resolve(named)
    const store = await openStore()
    const bar = progress('Restore')
    const manifest = await restore(store, { folder, home: settings().home, onProgress: bar.at }).finally(
      bar.end,
    )
    const found = totals(manifest)
    const waiting = await unfinishedDeliveries(store)
    return {
      json: { folder, engine: store.engine.kind, ...found, unfinishedDeliveries: waiting },
      text: lines(
        `${count(found.rows, 'row')} of ${count(found.tables, 'table')}, as they stood at ${found.madeAt}, are in the store (${store.engine.kind}).`,
        waiting > 0 &&
          `${count(waiting, 'delivery', 'deliveries')} had not ended: the server queues them again when it starts.`,
        'Now run: gatehouse doctor. Stop the installation that the backup came from: two must not send, nor sign one log.',
      ),
    }
  })
}
