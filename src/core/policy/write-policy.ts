import { Document, isMap, isSeq, visit, type Pair } from 'yaml'
import type { Agreement, Condition, Item } from '../vocabulary/index.ts'
import { foldUses } from './expand-populations.ts'
import type { Policy } from './policy.ts'

/**
 * The policy as the text of its files, by file name: what `readPolicyFolder` reads back as the same policy. Comments of
 * hand-written files are not kept, since they are not part of the policy; populations get their names back.
 */
export function writePolicy(policy: Policy): ReadonlyMap<string, string> {
  const { populations } = policy
  const files = new Map<string, string>([
    ['items.yaml', yaml(byName([...policy.items.values()], withoutDefaults, ['subject']))],
    [
      'populations.yaml',
      yaml(
        Object.fromEntries(
          [...populations].map(([id, when]) => [
            id,
            { label: policy.populationLabels.get(id) ?? id, when: tidy(foldEarlier(when, populations, id)) },
          ]),
        ),
      ),
    ],
    ['law.yaml', yaml(byName([...policy.law.values()], (instrument) => instrument))],
    ['wordings.yaml', yaml(byName([...policy.wordings.values()], (wording) => wording, ['sha256']))],
    [
      'prohibitions.yaml',
      yaml(
        byName(policy.prohibitions, (prohibition) => {
          const { pupil } = prohibition.when
          return pupil
            ? { ...prohibition, when: { ...prohibition.when, pupil: tidy(foldUses(pupil, populations)) } }
            : prohibition
        }),
      ),
    ],
    ['properties.yaml', yaml(byName(policy.properties, (property) => property))],
    ['notice.yaml', yaml(policy.notice)],
  ])
  for (const recipient of policy.recipients.values()) {
    files.set(`recipients/${recipient.id}.yaml`, yaml(inOrder(recipient, recipientKeys)))
  }
  for (const agreement of policy.agreements.values()) {
    files.set(`agreements/${agreement.id}.yaml`, yaml(writeAgreement(agreement, populations)))
  }
  return files
}

function writeAgreement(agreement: Agreement, populations: ReadonlyMap<string, Condition>): unknown {
  return inOrder(
    {
      ...agreement,
      items: agreement.items.map(({ item, as, ...rest }) => ({ item, ...(as === 'as-is' ? {} : { as }), ...rest })),
      population: tidy(foldUses(agreement.population, populations)),
    },
    agreementKeys,
  )
}

// The store gives a document's keys back in an order of its own: these are the order in which people read them.
const recipientKeys = ['id', 'name', 'kind', 'role', 'commercial', 'publishes', 'country', 'contact', 'confidence', 'source']
const agreementKeys = [
  ...['id', 'recipient', 'title', 'kind', 'enabled', 'purpose', 'why', 'items', 'population', 'basis', 'consent'],
  ...['objection', 'schedule', 'format', 'transport', 'absenceMeans', 'retention', 'transfer', 'inForce', 'review'],
  ...['visibility', 'confidence', 'source'],
]

const inOrder = (value: object, keys: readonly string[]): object =>
  Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => place(keys, a) - place(keys, b) || (a < b ? -1 : 1)),
  )

const place = (keys: readonly string[], key: string): number => (keys.includes(key) ? keys.indexOf(key) : keys.length)

/** A population may be written by those that stand before it, so that none goes in a circle. */
function foldEarlier(when: Condition, populations: ReadonlyMap<string, Condition>, id: string): Condition {
  const names = [...populations.keys()]
  return foldUses(when, new Map([...populations].slice(0, names.indexOf(id))))
}

/** A test reads item first. */
function tidy(condition: Condition): unknown {
  if ('all' in condition) return { all: condition.all.map(tidy) }
  if ('any' in condition) return { any: condition.any.map(tidy) }
  if ('not' in condition) return { not: tidy(condition.not) }
  if (!('item' in condition)) return condition
  return Object.fromEntries(Object.entries(condition).sort(([a], [b]) => Number(b === 'item') - Number(a === 'item')))
}

function withoutDefaults({ type, class: kind, handling, transformations, ...rest }: Item): object {
  return {
    ...rest,
    ...(type === 'text' ? {} : { type }),
    ...(kind === 'ordinary' ? {} : { class: kind }),
    ...(handling.length === 0 ? {} : { handling }),
    ...(transformations.join() === 'as-is' ? {} : { transformations }),
  }
}

/** A list as a map by id, without what is worked out when it is read. */
const byName = <T extends { readonly id: string }>(
  entries: readonly T[],
  write: (entry: T) => object,
  derived: readonly string[] = [],
): Record<string, unknown> =>
  Object.fromEntries(
    entries.map((entry) => [
      entry.id,
      Object.fromEntries(Object.entries(write(entry)).filter(([key]) => key !== 'id' && !derived.includes(key))),
    ]),
  )

/** Small things on one line, as a person would write them. */
function yaml(data: unknown): string {
  const document = new Document(data, { aliasDuplicateObjects: false })
  visit(document, {
    Seq(_, node, path) {
      const key = keyOf(path.at(-1) as Pair | undefined)
      if (key === 'items' || key === 'columns' || key === 'entries' || key === 'links') {
        for (const each of node.items) if (isMap(each)) each.flow = true
      } else if (node.items.every((each) => !isMap(each) && !isSeq(each))) {
        node.flow = key !== 'paragraphs'
      }
    },
  })
  return document.toString({ lineWidth: 120, flowCollectionPadding: true, singleQuote: true })
}

const keyOf = (pair: Pair | undefined): string =>
  typeof pair?.key === 'object' && pair.key !== null && 'value' in pair.key ? String(pair.key.value) : ''
