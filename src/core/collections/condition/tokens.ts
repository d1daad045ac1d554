import type { ConditionFault } from './expression.ts'

export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end'
  readonly value: string
  readonly at: number
}

const pattern =
  /\s*(?:(?<word>[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)*)|(?<number>\d+(?:\.\d+)?)|'(?<text>(?:[^']|'')*)'|(?<sign><=|>=|!=|[=<>+*/(),-]))/y

/** The words, numbers, texts ('…', a quote written twice) and signs of a condition, closed by `end`. */
export function tokensOf(condition: string): readonly Token[] | ConditionFault {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  while (condition.slice(pattern.lastIndex).trim() !== '') {
    const from = pattern.lastIndex
    const match = pattern.exec(condition)
    if (!match?.groups) {
      const at = from + (condition.slice(from).length - condition.slice(from).trimStart().length)
      return { at, message: `“${condition[at] ?? ''}” is not understood.` }
    }
    const { word, number, text, sign } = match.groups
    const at = pattern.lastIndex - match[0].trimStart().length
    if (word !== undefined) tokens.push({ kind: 'word', value: word, at })
    else if (number !== undefined) tokens.push({ kind: 'number', value: number, at })
    else if (text !== undefined) tokens.push({ kind: 'text', value: text.replaceAll("''", "'"), at })
    else tokens.push({ kind: 'sign', value: sign ?? '', at })
  }
  tokens.push({ kind: 'end', value: '', at: condition.length })
  return tokens
}
