import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import type { PolicyFault } from './policy.ts'

/** Where a value or key stands in a file: the keys and positions that lead to it. */
export type PolicyPath = readonly (string | number)[]

/** A YAML file of the policy that knows the line and column of everything in it. */
export interface PolicyFile {
  readonly name: string
  /** Plain data: maps as objects, in the file's order. Undefined where the file could not be read as YAML. */
  readonly data: unknown
  /** What is wrong with it as YAML. */
  readonly faults: readonly PolicyFault[]
  /** A fault at the value under `path`, or at the nearest thing above it that exists; with `key`, at that key itself. */
  fault(path: PolicyPath, message: string, todo: string, key?: string): PolicyFault
}

/** Reads one file. YAML 1.2: `no` and `on` are words, dates stay text. Aliases are refused: what is meant is written out. */
export function readPolicyFile(name: string, text: string): PolicyFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true })
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const faults: PolicyFault[] = [...document.errors, ...document.warnings].map((error) => ({
    file: name,
    ...at(error.pos[0]),
    message: error.code === 'DUPLICATE_KEY' ? 'This name occurs twice.' : `This is not YAML: ${firstLine(error.message)}`,
    todo: error.code === 'DUPLICATE_KEY' ? 'Remove or rename one of the two.' : 'Mend the line, or quote the text.',
  }))
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key)) return
      const place = isNode(key) ? key : value
      faults.push({
        file: name,
        ...at(isNode(place) ? (place.range?.[0] ?? 0) : 0),
        message: 'A name is plain text; this is a block or nothing.',
        todo: 'Write “name: value”, or quote the text.',
      })
    },
    Alias(_, node) {
      faults.push({
        file: name,
        ...at(node.range?.[0] ?? 0),
        message: 'An alias (*) is not allowed in the policy.',
        todo: 'Write out what is meant.',
      })
    },
  })
  return {
    name,
    data: faults.length === 0 ? (document.toJS() as unknown) : undefined,
    faults,
    fault: (path, message, todo, key) => ({ file: name, ...at(offsetOf(document, path, key)), message, todo }),
  }
}

function offsetOf(document: Document.Parsed, path: PolicyPath, key: string | undefined): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const step of path) {
    if (isAlias(node)) break
    const next = isMap(node)
      ? node.items.find((pair) => keyText(pair.key) === String(step))
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined
    if (next === undefined) break
    node = isPair(next) ? (next.value ?? next.key) : next
    if (isNode(node)) offset = node.range?.[0] ?? offset
  }
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((each) => keyText(each.key) === key)
    if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? offset
  }
  return offset
}

const keyText = (key: unknown): string | undefined => (isScalar(key) ? String(key.value) : undefined)

const firstLine = (text: string): string => text.split('\n')[0] ?? ''
