import { z } from 'zod'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { termShape, type AccessPolicy } from '../terms/access-policy.ts'

const text = z.string().trim().min(1).max(4000)
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/)
const column = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/)

/** One column of a data set in a span of academic years, by the year in which they end. */
const item = z.strictObject({
  dataSet: column,
  column,
  from: z.int(),
  to: z.int(),
  /** Demanded where the item is not part of the default. */
  justification: z.string().trim().max(2000).default(''),
})
export type ItemAsked = z.infer<typeof item>

/** What an application holds, by question of `policy/access/form.yaml`. All of it may be missing from a draft. */
const answers = z.strictObject({
  title: text,
  summary: text,
  purposes: z.array(termShape).min(1),
  route: z.enum(['workspace', 'extract', 'enquiry']),
  environment: id,
  country: z.string().regex(/^[A-Z]{2}$/),
  users: z.array(id).min(1),
  items: z.array(item).min(1).max(500),
  /** Pupils by academic year, authority, school; all of the years asked for when a list is missing. */
  population: z.strictObject({
    laCodes: z.array(z.string().regex(/^[0-9]{3}$/)).optional(),
    urns: z.array(z.string().regex(/^[0-9]{6}$/)).optional(),
  }),
  gateway: text,
  dpia: z.strictObject({ link: text, date: z.iso.date() }),
  ethics: text,
  commercial: z.boolean(),
  funder: text,
  accepts: z.array(termShape),
  start: z.iso.date(),
  end: z.iso.date(),
  benefits: z.record(z.string(), text),
  audience: text,
  outputs: text,
})
export type Answers = z.infer<typeof answers>
export const someAnswers = answers.partial()
export type SomeAnswers = z.infer<typeof someAnswers>

/** @throws GatehouseError `bad-input` naming the question. */
export function readAnswers(value: unknown): SomeAnswers {
  const parsed = someAnswers.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new GatehouseError('bad-input', 'The application can’t be taken as it is.', {
    where:
      issue?.path.map(String).join('.') ||
      (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'the application'),
    why: issue?.message ?? 'It has another form.',
  })
}

/** The questions of sections that open at this moment. */
export const questionsOf = ({ form }: AccessPolicy, opens: 'draft' | 'gateway'): readonly string[] =>
  form.sections.filter((each) => each.opens === opens).flatMap(({ questions }) => Object.keys(questions))

/** Questions without an answer. The end date is asked by the decision too: an application without one is refused by name. */
export const missing = (
  policy: AccessPolicy,
  given: SomeAnswers,
  opens: 'draft' | 'gateway',
): readonly string[] =>
  questionsOf(policy, opens).filter(
    (question) => (given as Record<string, unknown>)[question] === undefined && question !== 'end',
  )
