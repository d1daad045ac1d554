import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { isAlive } from '../../collect/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { writeOnce } from '../keep/durable.ts'

/** One build at a time. A lock of a process that is gone is put aside, never one of a living one. @throws GatehouseError `locked` */
export async function whileBuilding<T>(home: HoldingsHome, work: () => Promise<T>): Promise<T> {
  const file = join(home.folder, '.building')
  const { owner } = home.collector
  for (let tries = 0; !(await writeOnce(file, owner)); tries++) {
    const holder = await readFile(file, 'utf8').catch(() => '')
    if (tries > 2 || (holder !== '' && (holder === owner || isAlive(holder, home.collector))))
      throw new GatehouseError('locked', 'The holdings are being built already.', {
        where: holder.split('/').slice(0, 2).join(', process '),
        todo: 'Wait until it is done.',
      })
    if (holder !== '') await rename(file, `${file}.gone`).catch(() => undefined)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
    await rm(`${file}.gone`, { force: true })
  }
}
