import type { z } from 'zod'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import type { PolicyFile, PolicyPath } from './policy-file.ts'
import type { PolicyFault } from './policy.ts'

/** What a file holds, in its shape; or every place where it departs from it, in plain words. */
export function readShape<T>(file: PolicyFile, shape: z.ZodType<T>): Result<T, readonly PolicyFault[]> {
  if (file.faults.length > 0) return fail(file.faults)
  const read = shape.safeParse(file.data)
  if (read.success) return ok(read.data)
  return fail(read.error.issues.flatMap((issue) => tell(file, issue)))
}

function tell(file: PolicyFile, issue: z.core.$ZodIssue): readonly PolicyFault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const name = path.findLast((step) => typeof step === 'string')
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        file.fault(path, `“${key}” is not known here.`, 'Remove it, or mend its spelling.', key),
      )
    case 'invalid_type':
      return valueAt(file.data, path) === undefined
        ? [file.fault(path.slice(0, -1), `“${name ?? 'the file'}” is missing.`, `Add it: ${kindOf(issue.expected)}.`)]
        : [file.fault(path, `“${name ?? 'the file'}” has the wrong kind of value.`, `Write ${kindOf(issue.expected)}.`)]
    case 'invalid_value':
      if (valueAt(file.data, path) === undefined) {
        const todo = `Add it, one of: ${issue.values.join(', ')}.`
        return [file.fault(path.slice(0, -1), `“${name ?? 'the file'}” is missing.`, todo)]
      }
      return [
        file.fault(path, `“${name ?? 'the file'}” has a value that is not known.`, `Use one of: ${issue.values.join(', ')}.`),
      ]
    case 'invalid_union':
      return [
        file.fault(
          issue.discriminator === undefined || valueAt(file.data, path) !== undefined ? path : path.slice(0, -1),
          `“${name ?? 'the file'}” has a value that is not known.`,
          `Use one of: ${options(issue).join(', ')}.`,
        ),
      ]
    case 'invalid_key':
      return [
        file.fault(path.slice(0, -1), `“${String(path.at(-1))}” can’t be a name here.`, keyHint(issue), String(path.at(-1))),
      ]
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
      return [file.fault(path, `“${name ?? 'the file'}” can’t be used.`, issue.message)]
  }
}

const keyHint = (issue: z.core.$ZodIssueInvalidKey): string => issue.issues[0]?.message ?? issue.message

function options(issue: z.core.$ZodIssueInvalidUnion): readonly string[] {
  if ('options' in issue) return issue.options.map(String)
  return issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values.map(String) : []))
}

/** What stands under a path; undefined when nothing does. */
function valueAt(data: unknown, path: PolicyPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[String(step)] : undefined,
    data,
  )
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a block of named values',
  record: 'a block of named values',
}

const kindOf = (expected: string): string => kinds[expected] ?? expected
