import type { AgreementId, Dictionary, Prohibition, Wording } from '../vocabulary/index.ts'
import { checkConditionAt } from './check-conditions.ts'
import type { Surroundings } from './check-agreement.ts'
import { checkUnknown } from './check-unknown.ts'
import { didYouMean } from './nearest.ts'
import type { PolicyFile, PolicyPath } from './policy-file.ts'
import type { NoticeOrder, PolicyFault } from './policy.ts'
import type { CaseTest, StaticProperty } from './static-property.ts'

/** Prohibitions that name an item or recipient which doesn't exist, or whose condition can't be compiled. */
export function checkProhibitions(
  file: PolicyFile,
  prohibitions: readonly Prohibition[],
  { items, named, recipients }: Surroundings,
): readonly PolicyFault[] {
  return prohibitions.flatMap(({ id, when, items: selected, unless }) => [
    ...(when.pupil
      ? [
          ...checkConditionAt(file, [id, 'when', 'pupil'], when.pupil, named, items),
          ...checkUnknown(file, [id, 'when', 'pupil'], when.pupil, named, items, 'forbids'),
        ]
      : []),
    ...unknownNames(file, [id, 'items', 'ids'], selected?.ids, items, 'item', 'items.yaml'),
    ...unknownNames(file, [id, 'unless', 'recipients'], unless?.recipients, recipients, 'recipient', 'recipients/'),
  ])
}

/** Properties that speak of something which doesn't exist: they would prove nothing. */
export function checkPropertyNames(
  file: PolicyFile,
  properties: readonly StaticProperty[],
  known: Surroundings & { readonly agreements: ReadonlyMap<AgreementId, unknown> },
): readonly PolicyFault[] {
  const walk = (test: CaseTest, path: PolicyPath): readonly PolicyFault[] => {
    if ('all' in test) return test.all.flatMap((each, i) => walk(each, [...path, 'all', i]))
    if ('any' in test) return test.any.flatMap((each, i) => walk(each, [...path, 'any', i]))
    if ('not' in test) return walk(test.not, [...path, 'not'])
    const { agreement, recipient, basis, item, lists } = test
    return [
      ...unknownNames(file, [...path, 'agreement', 'ids'], agreement?.ids, known.agreements, 'agreement', 'agreements/'),
      ...unknownNames(file, [...path, 'recipient', 'ids'], recipient?.ids, known.recipients, 'recipient', 'recipients/'),
      ...unknownNames(file, [...path, 'basis', 'instruments'], basis?.instruments, known.law, 'instrument', 'law.yaml'),
      ...unknownNames(file, [...path, 'item', 'ids'], item?.ids, known.items, 'item', 'items.yaml'),
      ...unknownNames(file, [...path, 'lists', 'ids'], lists?.ids, known.items, 'item', 'items.yaml'),
    ]
  }
  return properties.flatMap((property) => [
    ...walk(property.where, [property.id, 'where']),
    ...walk(property.must, [property.id, 'must']),
  ])
}

function unknownNames(
  file: PolicyFile,
  path: PolicyPath,
  names: readonly string[] | undefined,
  known: ReadonlyMap<string, unknown>,
  what: string,
  where: string,
): readonly PolicyFault[] {
  return (names ?? []).flatMap((name, i) =>
    known.has(name)
      ? []
      : [file.fault([...path, i], `There is no ${what} “${name}”.`, didYouMean(name, known.keys(), where))],
  )
}

/** Every item must keep a form in which it may leave that its type allows. */
export function checkItems(file: PolicyFile, items: Dictionary): readonly PolicyFault[] {
  return [...items.values()].flatMap((item) =>
    item.transformations.flatMap((form, i) =>
      (form === 'year' || form === 'age-band') === (item.type === 'date') || !['year', 'age-band', 'initial', 'district'].includes(form)
        ? []
        : [
            file.fault(
              [item.id, 'transformations', i],
              `The form “${form}” makes no sense for a value of type ${item.type}.`,
              'Remove it.',
            ),
          ],
    ),
  )
}

/** All wordings of one purpose ask for the same kind of choice: a yes to one of them could not count for another. */
export function checkWordings(file: PolicyFile, wordings: readonly Wording[]): readonly PolicyFault[] {
  return wordings.flatMap(({ id, purpose, kind }) => {
    const first = wordings.find((each) => each.purpose === purpose)
    return first === undefined || first.kind === kind
      ? []
      : [
          file.fault(
            [id, 'kind'],
            `The purpose “${purpose}” is asked as ${kind} here and as ${first.kind} in “${first.id}”.`,
            `Write “kind: ${first.kind}”, or give this wording a purpose of its own.`,
          ),
        ]
  })
}

/** The notice and the agreements must name each other, each once. */
export function checkNoticeEntries(
  file: PolicyFile,
  notice: NoticeOrder,
  agreements: ReadonlyMap<AgreementId, PolicyFile>,
): readonly PolicyFault[] {
  const places: readonly { id: string; path: PolicyPath }[] = [
    ...notice.sections.flatMap((section, i) =>
      section.entries.flatMap(({ id, also }, j) => [
        { id, path: ['sections', i, 'entries', j, 'id'] },
        ...(also ?? []).map((each, k) => ({ id: each.id, path: ['sections', i, 'entries', j, 'also', k, 'id'] })),
      ]),
    ),
    { id: notice.national.id, path: ['national', 'id'] },
  ]
  const seen = new Set<string>()
  const faults = places.flatMap(({ id, path }) => {
    const twice = seen.has(id)
    seen.add(id)
    if (!agreements.has(id)) {
      return [
        file.fault(
          path,
          `The notice names “${id}”, but there is no agreement or procedure behind it.`,
          didYouMean(id, agreements.keys(), 'agreements/'),
        ),
      ]
    }
    return twice ? [file.fault(path, `The notice names “${id}” twice.`, 'Keep one of the two.')] : []
  })
  for (const [id, agreement] of agreements) {
    if (seen.has(id)) continue
    faults.push(
      agreement.fault(
        ['id'],
        `The agreement “${id}” is not in the notice: families would not know of it.`,
        'Add an entry to notice.yaml.',
      ),
    )
  }
  return faults
}
