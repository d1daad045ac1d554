import { resolve } from 'node:path'
import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { does, text, type Runner } from '../define.ts'

export function defineWorld(world: Command, run: Runner): void {
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
