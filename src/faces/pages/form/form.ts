import type { RequestContext } from '../../index.ts'
import { render } from '../frame/render.ts'
import type { ChoiceView, FieldView, FormView } from './form.view.ts'

const page = render<FormView>('form/form.njk')

/** What a person sent, each field as tidy text; a field that was not sent is the empty string. */
export interface Sent {
  text(id: string): string
  /** A date's three boxes as YYYY-MM-DD; empty when all three are; else something that is no date. */
  date(id: string): string
  all(id: string): readonly string[]
  file(id: string): Promise<Uint8Array | null>
}

const longest = 20_000

export const nothingSent: Sent = {
  text: () => '',
  date: () => '',
  all: () => [],
  file: () => Promise.resolve(null),
}

export async function sentBy(c: RequestContext): Promise<Sent> {
  const form = await c.req.formData()
  const text = (id: string): string => {
    const value = form.get(id)
    return typeof value === 'string' ? value.trim().slice(0, longest) : ''
  }
  return {
    text,
    date(id) {
      const [day, month, year] = ['day', 'month', 'year'].map((part) => text(`${id}-${part}`))
      if (!day && !month && !year) return ''
      return `${year ?? ''}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`
    },
    all: (id) => form.getAll(id).flatMap((value) => (typeof value === 'string' ? [value.slice(0, 200)] : [])),
    async file(id) {
      const value = form.get(id)
      return typeof value === 'object' && value !== null && value.size > 0
        ? new Uint8Array(await value.arrayBuffer())
        : null
    },
  }
}

/** What is wrong with a form, by field. */
export type Faults = readonly { readonly field: string; readonly text: string }[]

type More = Partial<Pick<FieldView, 'hint'>>

/** The questions of a form, filled with what was sent, each with its fault. */
export function asking(sent: Sent, faults: Faults) {
  const asked = (id: string, label: string, hint: string | null | undefined) => ({
    id,
    label,
    hint: hint ?? null,
    error: faults.find(({ field }) => field === id)?.text ?? null,
  })
  return {
    text: (
      id: string,
      label: string,
      more: More & { readonly start?: string; readonly width?: 5 | 10 | 20 | 'full' } = {},
    ): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'text',
      value: sent === nothingSent ? (more.start ?? '') : sent.text(id),
      width: more.width ?? 'full',
    }),
    lines: (id: string, label: string, more: More & { readonly start?: string } = {}): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'lines',
      value: sent === nothingSent ? (more.start ?? '') : sent.text(id),
    }),
    secret: (id: string, label: string, more: More = {}): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'secret',
    }),
    secretLines: (id: string, label: string, more: More = {}): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'secret-lines',
    }),
    file: (id: string, label: string, more: More = {}): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'file',
    }),
    date: (id: string, label: string, more: More & { readonly start?: string } = {}): FieldView => {
      const [year = '', month = '', day = ''] = (more.start ?? '').split('-')
      const start = { day: String(Number(day) || ''), month: String(Number(month) || ''), year }
      const part = (name: 'day' | 'month' | 'year'): string =>
        sent === nothingSent ? start[name] : sent.text(`${id}-${name}`)
      return {
        ...asked(id, label, more.hint),
        kind: 'date',
        day: part('day'),
        month: part('month'),
        year: part('year'),
      }
    },
    select: (
      id: string,
      label: string,
      options: Readonly<Record<string, string>>,
      more: More & { readonly start?: string } = {},
    ): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'select',
      options: choices(options, [sent === nothingSent ? (more.start ?? '') : sent.text(id)]),
    }),
    radios: (
      id: string,
      label: string,
      options: Readonly<Record<string, string | Choice>>,
      more: More & { readonly start?: string } = {},
    ): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'radios',
      options: choices(options, [sent === nothingSent ? (more.start ?? '') : sent.text(id)]),
    }),
    checkboxes: (
      id: string,
      label: string,
      options: Readonly<Record<string, string>>,
      more: More = {},
    ): FieldView => ({
      ...asked(id, label, more.hint),
      kind: 'checkboxes',
      options: choices(options, sent.all(id)),
    }),
  }
}

export interface Choice {
  readonly text: string
  readonly hint?: string
  readonly inside?: readonly FieldView[]
}

const choices = (
  options: Readonly<Record<string, string | Choice>>,
  chosen: readonly string[],
): readonly ChoiceView[] =>
  Object.entries(options).map(([value, option]) => {
    const choice = typeof option === 'string' ? { text: option } : option
    return {
      value,
      text: choice.text,
      hint: choice.hint ?? null,
      inside: choice.inside ?? [],
      chosen: chosen.includes(value),
    }
  })

type Form = Pick<FormView, 'back' | 'caption' | 'heading' | 'fields' | 'action' | 'button'> &
  Partial<Pick<FormView, 'intro' | 'warning' | 'hidden' | 'upload'>>

/** Where the first box of a field is: what a line of the error summary leads to. */
const boxOf = (fields: readonly FieldView[], field: string): string => {
  const all = fields.flatMap((one) =>
    'options' in one && one.kind !== 'select' ? [one, ...one.options.flatMap(({ inside }) => inside)] : [one],
  )
  return all.find(({ id }) => id === field)?.kind === 'date' ? `#${field}-day` : `#${field}`
}

/** Shows a form; with faults it is an answer 422, titled so. */
export function showForm(
  c: RequestContext,
  frame: {
    readonly title: string
    readonly section: 'recipients' | 'pupils' | 'staff' | 'account' | 'send' | 'accounts'
  },
  faults: Faults,
  form: Form,
): Response {
  const wrong = faults.length > 0
  return page(
    c,
    { ...frame, title: wrong ? `Error: ${frame.title}` : frame.title, status: wrong ? 422 : 200 },
    {
      intro: [],
      warning: null,
      hidden: {},
      upload: false,
      ...form,
      errors: faults.map(({ field, text }) => ({ text, href: boxOf(form.fields, field) })),
    },
  )
}
