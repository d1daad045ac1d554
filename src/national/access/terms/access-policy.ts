import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readPolicyFile, readShape } from '../../../core/policy/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'

/** How an application's parameter is held against the data set's: see `policy/access/codes.yaml`. */
const comparison = z.enum([
  'no-later',
  'no-earlier',
  'at-most',
  'at-least',
  'subset',
  'superset',
  'equal',
  'text',
])
const parameter = z.union([z.string(), z.number(), z.array(z.string())])
const parameters = z.record(z.string(), parameter)
const codeName = z.string().regex(/^[A-Z][A-Z-]{2,15}$/)
const term = z.strictObject({ code: codeName, parameters: parameters.default({}) })
const date = z.iso.date()
const sensitivity = z.enum(['A', 'B', 'C', 'D', 'E'])
const positive = z.int().positive()
const version = positive

const code = z.strictObject({
  kind: z.enum(['P', 'L', 'F', 'D']),
  check: z.enum(['auto', 'evidence', 'person']),
  says: z.string(),
  parameters: z.record(z.string(), comparison).default({}),
  duo: z.string().optional(),
  dpv: z.string().optional(),
})

const codesFile = z.strictObject({
  version,
  broader: z.record(codeName, z.array(codeName)),
  defaults: z.array(codeName),
  secureDefault: z.strictObject({ risk: positive, sensitivity }),
  codes: z.record(codeName, code),
})
const dataSetsFile = z.strictObject({ version, dataSets: z.record(z.string(), z.array(term)) })

const gateway = z.strictObject({
  says: z.string(),
  article6: z.enum(['a', 'b', 'c', 'd', 'e', 'ea', 'f']),
  article9: z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']),
  schedule1: z.string().optional(),
  policyDocument: z.boolean().optional(),
  instrument: z.string(),
  from: date,
})
const rulesFile = z.strictObject({
  version,
  confidence: z.string(),
  gateways: z.record(z.string(), gateway),
  principles: z.record(z.string(), z.string()),
  areas: z.array(z.string()),
  environments: z.record(z.string(), z.strictObject({ says: z.string(), country: z.string(), until: date })),
  ceiling: z.strictObject({ risk: positive, sensitivity }),
  panel: z.strictObject({ reviewers: positive, affiliations: z.record(z.string(), z.string()) }),
  uniqueness: z.strictObject({ mostUnique: z.number() }),
  evidence: z.strictObject({
    declarationMonths: positive,
    trainingMonths: positive,
    vettingMonths: positive,
  }),
  destruction: z.strictObject({ days: positive, remindDays: z.array(positive) }),
  outputs: z.strictObject({
    threshold: positive,
    difference: positive,
    dominance: positive,
    maxRows: positive,
    maxBytes: positive,
    checkers: positive,
  }),
  alarms: z.strictObject({
    hour: z.strictObject({ least: positive, timesNorm: positive }),
    day: z.strictObject({ least: positive, timesNorm: positive }),
    organisationDay: positive,
    notOnRoll: z.strictObject({ least: positive, percent: positive }),
    inSequence: positive,
    outOfHours: z.strictObject({ from: positive, to: positive, least: positive }),
    normDays: positive,
  }),
  register: z.strictObject({ roundPeopleTo: positive }),
})
const formFile = z.strictObject({
  version,
  sections: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      opens: z.enum(['draft', 'gateway']),
      questions: z.record(z.string(), z.string()),
    }),
  ),
})
const termsFile = z.strictObject({ version, text: z.string() })

export type Code = z.infer<typeof code>
export type Codes = z.infer<typeof codesFile>
export type Comparison = z.infer<typeof comparison>
export type Parameter = z.infer<typeof parameter>
/** A code with its parameters: offered or demanded by a data set, claimed or accepted by an application. */
export type Term = z.infer<typeof term>
export const termShape = term

/** `policy/access` as it stands. Every decision keeps the versions that it was made by. */
export interface AccessPolicy {
  readonly codes: Codes
  readonly dataSets: z.infer<typeof dataSetsFile>
  readonly rules: z.infer<typeof rulesFile>
  readonly form: z.infer<typeof formFile>
  readonly terms: z.infer<typeof termsFile>
}

/** Which versions of the policy's files: kept with each decision. */
export const versionsOf = ({
  codes,
  dataSets,
  rules,
  form,
  terms,
}: AccessPolicy): Record<string, number> => ({
  codes: codes.version,
  dataSets: dataSets.version,
  rules: rules.version,
  form: form.version,
  terms: terms.version,
})

/** @throws GatehouseError `bad-policy` with file and line. */
export async function readAccessPolicy(policyFolder: string): Promise<AccessPolicy> {
  const read = async <T>(name: string, shape: z.ZodType<T>): Promise<T> => {
    const file = `access/${name}.yaml`
    const parsed = readShape(readPolicyFile(file, await readFile(join(policyFolder, file), 'utf8')), shape)
    if (parsed.ok) return parsed.value
    const [fault] = parsed.error
    throw new GatehouseError('bad-policy', fault?.message ?? 'The file has another form.', {
      where: `${file}, line ${String(fault?.line ?? 1)}`,
      ...(fault ? { todo: fault.todo } : {}),
    })
  }
  const policy = {
    codes: await read('codes', codesFile),
    dataSets: await read('data-sets', dataSetsFile),
    rules: await read('rules', rulesFile),
    form: await read('form', formFile),
    terms: await read('terms', termsFile),
  }
  checkNames(policy)
  return policy
}

function checkNames({ codes, dataSets }: AccessPolicy): void {
  const unknown = (name: string, where: string): never => {
    throw new GatehouseError('bad-policy', `There is no data-use code ${name}.`, { where })
  }
  for (const name of [...codes.defaults, ...Object.entries(codes.broader).flat(2)])
    if (!codes.codes[name]) unknown(name, 'access/codes.yaml')
  for (const [dataSet, terms] of Object.entries(dataSets.dataSets))
    for (const { code: name, parameters: given } of terms) {
      const known = codes.codes[name] ?? unknown(name, `access/data-sets.yaml, ${dataSet}`)
      for (const each of Object.keys(given))
        if (!known.parameters[each])
          throw new GatehouseError('bad-policy', `The code ${name} has no parameter ${each}.`, {
            where: `access/data-sets.yaml, ${dataSet}`,
          })
    }
}
