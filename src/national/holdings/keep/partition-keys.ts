import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import type { KeyGroup } from './holdings-keys.ts'
import { partitionName, type PartitionId } from './places.ts'
import { openBytes, sealBytes } from './seal.ts'

const fileOf = (home: HoldingsHome, group: KeyGroup, of: PartitionId): string =>
  join(group === 'identities' ? home.identitiesFolder : home.folder, 'keys', `${partitionName(of)}.${group}`)

const nameOf = (group: KeyGroup, of: PartitionId): Buffer => Buffer.from(`${group} ${partitionName(of)}`)

const needed = (home: HoldingsHome, group: KeyGroup): Buffer => {
  const key = home.keys[group]
  if (key) return key
  throw new GatehouseError(
    'not-allowed',
    `This process has no key for ${group === 'identities' ? 'identities' : 'sensitive attributes'}.`,
    {
      todo: 'Ask where the key is; nothing else opens them.',
    },
  )
}

/** A key of its own for a partition that is being built, wrapped by the group’s. */
export async function makePartitionKey(
  home: HoldingsHome,
  group: KeyGroup,
  of: PartitionId,
): Promise<Buffer> {
  const wrapping = needed(home, group)
  const key = randomBytes(32)
  const file = fileOf(home, group, of)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(sealBytes(wrapping, key, nameOf(group, of)))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  return key
}

/** @throws GatehouseError `not-allowed` without the group’s key, `not-found` where the partition’s was destroyed. */
export async function partitionKey(home: HoldingsHome, group: KeyGroup, of: PartitionId): Promise<Buffer> {
  const wrapping = needed(home, group)
  const wrapped = await readFile(fileOf(home, group, of)).catch(() => null)
  if (!wrapped)
    throw new GatehouseError('not-found', 'The key of this partition is gone: it was destroyed.', {
      where: partitionName(of),
    })
  return openBytes(wrapping, wrapped, nameOf(group, of))
}

/** What it sealed can’t be read again. Overwritten first, as far as the disk allows. */
export async function destroyPartitionKey(
  home: HoldingsHome,
  group: KeyGroup,
  of: PartitionId,
): Promise<void> {
  const file = fileOf(home, group, of)
  const handle = await open(file, 'r+').catch(() => null)
  if (handle) {
    try {
      await handle.write(randomBytes(60), 0, 60, 0)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  await rm(file, { force: true })
}
