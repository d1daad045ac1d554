import type { Agreement, ChoiceKind, Condition, ConsentRule, Item, ItemGrant } from '../vocabulary/index.ts'
import { checkConditionAt } from './check-conditions.ts'
import { checkFormat } from './check-format.ts'
import { checkLegally } from './check-legally.ts'
import { checkUnknown } from './check-unknown.ts'
import { didYouMean } from './nearest.ts'
import type { PolicyFile, PolicyPath } from './policy-file.ts'
import type { Policy, PolicyFault } from './policy.ts'

/** What an agreement is checked against. */
export type Surroundings = Pick<Policy, 'items' | 'law' | 'prohibitions' | 'wordings' | 'recipients'> & {
  /** As written, with their `use`. */
  readonly named: ReadonlyMap<string, Condition>
}

/** Everything in an agreement that names something which doesn't exist, contradicts itself, or could never be permitted. */
export function checkAgreement(file: PolicyFile, agreement: Agreement, around: Surroundings): readonly PolicyFault[] {
  const named = [
    ...checkNames(file, agreement, around),
    ...checkConditionAt(file, ['population'], agreement.population, around.named, around.items),
    ...checkUnknown(file, ['population'], agreement.population, around.named, around.items, 'admits'),
    ...agreement.items.flatMap((grant, i) => checkGrant(file, agreement, grant, i, around)),
    ...checkConsent(file, ['consent'], agreement.consent, around),
    ...checkDates(file, agreement),
    ...checkFormat(file, agreement, around.items),
  ]
  // What the law says of it can be asked only when everything it names exists.
  return named.length > 0 ? named : checkLegally(file, agreement, around)
}

function checkNames(file: PolicyFile, agreement: Agreement, around: Surroundings): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  const recipient = around.recipients.get(agreement.recipient)
  if (!recipient) {
    faults.push(
      file.fault(
        ['recipient'],
        `There is no recipient “${agreement.recipient}”.`,
        didYouMean(agreement.recipient, around.recipients.keys(), 'recipients/'),
      ),
    )
  } else if (recipient.country !== 'GB' && agreement.transfer.country === 'GB') {
    faults.push(
      file.fault(
        ['transfer', 'country'],
        'The recipient sits outside the United Kingdom, but the agreement says the data stay there.',
        `Write ${recipient.country}, and the safeguard that is demanded.`,
      ),
    )
  }
  if (agreement.transfer.country !== 'GB' && agreement.transfer.safeguard === null) {
    faults.push(
      file.fault(
        ['transfer', 'safeguard'],
        'Data leave the United Kingdom without a safeguard.',
        'Name the safeguard that is demanded (UK GDPR Articles 45 and 46).',
      ),
    )
  }
  const { instrument } = agreement.basis
  if (!around.law.has(instrument)) {
    faults.push(
      file.fault(
        ['basis', 'instrument'],
        `There is no instrument “${instrument}”.`,
        didYouMean(instrument, around.law.keys(), 'law.yaml'),
      ),
    )
  }
  return faults
}

function checkGrant(
  file: PolicyFile,
  agreement: Agreement,
  grant: ItemGrant,
  i: number,
  around: Surroundings,
): readonly PolicyFault[] {
  const item = around.items.get(grant.item)
  if (!item) {
    return [
      file.fault(
        ['items', i, 'item'],
        `There is no item “${grant.item}”.`,
        didYouMean(grant.item, around.items.keys(), 'items.yaml'),
      ),
    ]
  }
  const faults: PolicyFault[] = []
  if (agreement.items.findIndex((each) => each.item === grant.item) !== i) {
    faults.push(file.fault(['items', i, 'item'], `${grant.item} is listed twice.`, 'Keep one of the two.'))
  }
  if (!item.transformations.includes(grant.as)) faults.push(badForm(file, ['items', i, 'as'], item, grant.as))
  if (grant.ifObjected !== undefined) {
    if (!item.transformations.includes(grant.ifObjected)) {
      faults.push(badForm(file, ['items', i, 'ifObjected'], item, grant.ifObjected))
    }
    if (agreement.objection !== 'pseudonymise') {
      faults.push(
        file.fault(
          ['items', i, 'ifObjected'],
          'Another form for objectors is named, but the agreement does not pseudonymise them.',
          'Write “objection: pseudonymise”, or remove ifObjected.',
        ),
      )
    }
  }
  if (grant.consent) faults.push(...checkConsent(file, ['items', i, 'consent'], grant.consent, around))
  return faults
}

const badForm = (file: PolicyFile, path: PolicyPath, item: Item, form: string): PolicyFault =>
  file.fault(
    path,
    `${item.id} may not leave in the form “${form}”.`,
    `Use one of: ${item.transformations.join(', ')}; or allow it in items.yaml.`,
  )

function checkConsent(
  file: PolicyFile,
  path: PolicyPath,
  rule: ConsentRule,
  { wordings, items }: Surroundings,
): readonly PolicyFault[] {
  if (rule.rule === 'none') return []
  const purposes = new Set([...wordings.values()].map(({ purpose }) => purpose))
  const faults: PolicyFault[] = []
  if (!purposes.has(rule.purpose)) {
    faults.push(
      file.fault(
        [...path, 'purpose'],
        `No wording asks for the purpose “${rule.purpose}”.`,
        didYouMean(rule.purpose, purposes, 'wordings.yaml'),
      ),
    )
  } else if ('wording' in rule) {
    const wording = wordings.get(rule.wording)
    if (!wording) {
      faults.push(
        file.fault(
          [...path, 'wording'],
          `There is no wording “${rule.wording}”.`,
          didYouMean(rule.wording, wordings.keys(), 'wordings.yaml'),
        ),
      )
    } else if (wording.purpose !== rule.purpose) {
      faults.push(
        file.fault(
          [...path, 'wording'],
          `The wording “${rule.wording}” asks for another purpose, “${wording.purpose}”.`,
          'Name the wording of this purpose.',
        ),
      )
    }
  }
  const asked = [...wordings.values()].find(({ purpose }) => purpose === rule.purpose)
  if (asked !== undefined && asked.kind !== kinds[rule.rule]) {
    faults.push(
      file.fault(
        [...path, 'rule'],
        `The rule is ${rule.rule}, but the wording “${asked.id}” of this purpose asks for ${kindWords[asked.kind]}.`,
        'Name a purpose whose wording asks for what the rule demands, or mend one of the two.',
      ),
    )
  }
  if (rule.rule === 'permission' && rule.tiedTo !== undefined && !items.has(rule.tiedTo)) {
    faults.push(
      file.fault(
        [...path, 'tiedTo'],
        `There is no item “${rule.tiedTo}”.`,
        didYouMean(rule.tiedTo, items.keys(), 'items.yaml'),
      ),
    )
  }
  return faults
}

/** The kind of choice that each rule looks for: a choice counts for a rule of its own kind only. */
const kinds: Readonly<Record<Exclude<ConsentRule['rule'], 'none'>, ChoiceKind>> = {
  'opt-in': 'consent',
  'opt-out': 'opt-out',
  biometric: 'biometric',
  permission: 'permission',
}

const kindWords: Readonly<Record<ChoiceKind, string>> = {
  consent: 'consent (opt-in)',
  'opt-out': 'an opt-out',
  biometric: 'biometric consent',
  permission: 'a permission',
}

function checkDates(file: PolicyFile, { inForce, review }: Agreement): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  if (inForce.to !== undefined && inForce.to < inForce.from) {
    faults.push(
      file.fault(['inForce', 'to'], 'The agreement ends before it begins.', 'Write a later day, or none.'),
    )
  }
  if (review.due < inForce.from) {
    faults.push(
      file.fault(
        ['review', 'due'],
        'The review is due before the agreement is in force.',
        'Write a later day, usually a year after it begins.',
      ),
    )
  }
  return faults
}
