import { readFile } from 'node:fs/promises'
import { parse, YAMLParseError } from 'yaml'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  collectionOf,
  readReturnSettings,
  recordReturnSettings,
  yearsOf,
} from '../../../school/returns/index.ts'
import { schoolFor } from '../../index.ts'
import { actingPerson } from '../acting-person.store.ts'
import type { Answer } from '../answer.ts'
import type { CommandContext, Options } from '../define.ts'

const collection = 'school-census'

export async function keepSettings(
  { open, settings }: CommandContext,
  options: Options,
  [path = '']: readonly string[],
): Promise<Answer> {
  const { policyFolder } = settings()
  const given = yamlOf(await readFile(path, 'utf8'), path)
  const years = await yearsOf(policyFolder, collection)
  // Spring has every item of the school that any term has.
  const definition = await collectionOf(policyFolder, collection, years.at(-1) ?? 0, 'SPR')
  const read = readReturnSettings(given, definition)
  if (!read.ok) {
    throw new GatehouseError('bad-input', 'The settings can’t be used as they are.', {
      where: path,
      why: read.error.join('\n'),
    })
  }
  const gatehouse = await open()
  const school = schoolFor(gatehouse, await actingPerson(gatehouse, options, 'release'))
  await recordReturnSettings(school, collection, read.value, gatehouse.clock.now())
  return { json: read.value, text: 'Kept. The next build says so.' }
}

function yamlOf(body: string, path: string): unknown {
  try {
    return parse(body)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    throw new GatehouseError('bad-input', 'The file is not well-formed YAML.', { where: path })
  }
}
