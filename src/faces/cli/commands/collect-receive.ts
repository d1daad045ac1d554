import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { decryptStream, looksEncrypted } from '../../../core/standards/age/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  receiveMany,
  resume,
  returnNames,
  standsWith,
  type Collector,
  type Delivery,
  type Outcome,
} from '../../../national/collect/index.ts'
import { count, lines } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { hashFile } from '../hash-file.ts'

export function defineCollectReceive(collect: Command, run: Runner): void {
  const receive = collect
    .command('receive <files...>')
    .description(
      'take in returns: files, or folders of them; what stands already with the same bytes is passed over',
    )
    .option('--replace <reason>', 'why a return that stands is replaced')
    .option(...asNationalOption)
  does(receive, run, async (context, options, named) => {
    const { collector, person, at } = await openForCommand(context, options)
    const files = await filesOf(named, await returnNames(collector.definitions))
    const reason = text(options, 'replace')
    await resume(collector, at())
    const bar = context.progress('Receive')
    const outcomes: Outcome[] = []
    const passed: string[] = []
    const deliveries = async function* (): AsyncGenerator<Delivery> {
      for (const file of files) {
        if (reason === undefined && (await standsWith(collector, await hashFile(file)))) passed.push(file)
        else yield deliveryOf(collector, file, reason)
      }
    }
    try {
      bar.at(0, files.length)
      for await (const outcome of receiveMany(collector, person, deliveries(), at)) {
        outcomes.push(outcome)
        bar.at(outcomes.length + passed.length, files.length)
      }
    } finally {
      bar.end()
    }
    const refused = outcomes.filter(({ result }) => !result.ok)
    return {
      json: [...outcomes.map(told), ...passed.map((file) => ({ file, passedOver: 'it stands already' }))],
      text: lines(
        ...outcomes.map(words),
        passed.length > 0 && `${count(passed.length, 'file')} passed over: these bytes stand already.`,
        outcomes.length + passed.length === 0 && 'Nothing to receive.',
      ),
      ...(refused.length > 0 ? { exit: exitCodes.input } : {}),
    }
  })

  const again = collect
    .command('resume')
    .description('go on with what a run that was ended left waiting for validation')
  does(again, run, async (context, options) => {
    const { collector, at } = await openForCommand(context, options)
    const resumed = await resume(collector, at())
    return {
      json: resumed,
      text: lines(
        `${count(resumed.validated.length, 'return')} validated.`,
        resumed.stuck.length > 0 && `Stuck: ${resumed.stuck.join(', ')}`,
        resumed.cleared > 0 && `${count(resumed.cleared, 'file')} that had not been accepted cleared away.`,
      ),
      ...(resumed.stuck.length > 0 ? { exit: exitCodes.store } : {}),
    }
  })
}

/** Files as named, and those of folders: messages, in the order of their names. */
async function filesOf(
  named: readonly string[],
  isReturn: (name: string) => boolean,
): Promise<readonly string[]> {
  const files: string[] = []
  for (const path of named) {
    if (!(await stat(path)).isDirectory()) files.push(path)
    else {
      const inside = (await readdir(path)).filter((name) => isReturn(name)).sort()
      if (inside.length === 0)
        throw new GatehouseError('bad-input', 'There is no return in this folder.', {
          where: path,
          todo: 'A return is XML, a CSV named as its collection asks, or such a file encrypted to this collector (.age).',
        })
      files.push(...inside.map((name) => join(path, name)))
    }
  }
  return files
}

function deliveryOf({ keys }: Collector, file: string, reason: string | undefined): Delivery {
  const read = (): AsyncIterable<Uint8Array> => createReadStream(file) as AsyncIterable<Uint8Array>
  return {
    name: file,
    open: () => plain(read, keys.identity),
    ...(reason === undefined ? {} : { replaceReason: reason }),
  }
}

/** The message in plain form, whether the file is encrypted to this collector or not. */
async function* plain(read: () => AsyncIterable<Uint8Array>, identity: string): AsyncGenerator<Uint8Array> {
  const first = read()[Symbol.asyncIterator]()
  const begin = await first.next()
  await first.return?.()
  if (begin.done !== true && looksEncrypted(begin.value)) yield* decryptStream(identity, read())
  else yield* read()
}

const told = ({ name, result }: Outcome): unknown =>
  result.ok ? { file: name, ...result.value } : { file: name, refused: result.error }

function words({ name, result }: Outcome): string {
  const file = basename(name)
  if (!result.ok) {
    const { problem, detail, todo, line } = result.error
    const where = line === undefined ? '' : `, line ${String(line)}`
    return `${file}${where}: refused (${problem}). ${detail} ${todo}`
  }
  const { source, errors, queries, version, return: id } = result.value
  const found = `${count(errors, 'error')}, ${count(queries, 'query', 'queries')}`
  return `${file}: ${source}, version ${String(version)}, ${found}. Return ${id}`
}
