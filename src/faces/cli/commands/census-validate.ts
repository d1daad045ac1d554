import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { validateFile } from '../../../school/returns/index.ts'
import { count, lines, type Answer } from '../answer.ts'
import type { CommandContext } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { findingForMachine, findingWords, findingsInShort } from '../finding-words.ts'

const collection = 'school-census'

export async function validateCensus(
  policyFolder: string,
  path: string,
  progress: CommandContext['progress'],
): Promise<Answer> {
  const files = await filesAt(path)
  const bar = files.length > 1 ? progress('Check') : null
  const done: unknown[] = []
  const findings: unknown[] = []
  const words: string[] = []
  let errors = 0
  try {
    for (const file of files) {
      const validated = await validateFile(policyFolder, collection, file)
      if (!validated.ok) {
        const { line, message, todo } = validated.error
        errors++
        findings.push({
          file,
          rule: 'unreadable',
          severity: 'error',
          level: 'return',
          location: `line ${line}`,
          message: `${message} ${todo}`,
          table: null,
          line,
          ordinal: null,
          items: [],
          note: { accepts: 'none', says: todo },
        })
        done.push({ file, readable: false })
        words.push(lines(file, `  can’t be read, line ${line}: ${message} ${todo}`))
      } else {
        const { header, year, term, counts } = validated.value
        const found = validated.value.findings
        const wrong = found.filter(({ severity }) => severity === 'error').length
        errors += wrong
        findings.push(...found.map((finding) => ({ file, ...findingForMachine(finding) })))
        const source = { lea: header['lea'] ?? '', estab: header['estab'] ?? '', urn: header['urn'] ?? '' }
        done.push({
          file,
          readable: true,
          collection,
          year,
          term,
          source,
          counts,
          errors: wrong,
          queries: found.length - wrong,
        })
        words.push(
          lines(
            `${file}: ${term} ${year}, school ${source.lea}${source.estab}, ${count(counts['pupil'] ?? 0, 'pupil')}`,
            ...findingsInShort(found),
            ...(files.length === 1 ? found.slice(0, 200).map(findingWords) : []),
            files.length === 1 &&
              found.length > 200 &&
              `… and ${found.length - 200} more; all of them with --json`,
          ),
        )
      }
      bar?.at(done.length, files.length)
    }
  } finally {
    bar?.end()
  }
  return {
    json: { files: done, findings },
    text: lines(...words),
    ...(errors > 0 ? { exit: exitCodes.refused } : {}),
  }
}

/** The file, or the .xml files of the folder in order. @throws GatehouseError `not-found` for none. */
async function filesAt(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path)).isDirectory()
  if (!isFolder) return [path]
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.xml')).sort()
  if (names.length > 0) return names.map((name) => join(path, name))
  throw new GatehouseError('not-found', 'The folder has no .xml file.', { where: path })
}
