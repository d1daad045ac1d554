import type { Command } from 'commander'
import { compileCase } from '../../../core/decide/index.ts'
import { GatehouseError, type Decision } from '../../../core/vocabulary/index.ts'
import { currentPolicy, decideSchool, nothingShown, takeFacts } from '../../../school/agreements/index.ts'
import { findPupils } from '../../../school/register/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor } from '../../index.ts'
import { actingAs } from './acting.ts'

export function addDecide(program: Command, run: Runner): void {
  const command = program
    .command('decide')
    .description('what an agreement permits: for the school, or for one pupil with reasons')
    .requiredOption('--recipient <agreement>', 'the agreement’s id')
    .option('--pupil <id>', 'admission number or id')
    .option('--item <item>', 'one item, e.g. pupil.dateOfBirth')
    .option('--explain', 'every reason, and the smallest change that would flip a refusal')
  does(command, run, async ({ open }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const id = text(options, 'recipient') ?? ''
    const item = text(options, 'item')
    const pupil = text(options, 'pupil')
    return schoolFor(gatehouse, actingAs(options)).read(async (tx) => {
      const policy = await currentPolicy(tx)
      const version = policy.agreements.get(id)
      const recipient = version && policy.recipients.get(version.agreement.recipient)
      if (!version || !recipient)
        throw new GatehouseError('not-found', 'There is no such agreement.', { where: id })
      if (item !== undefined && !policy.items.has(item)) {
        throw new GatehouseError('not-found', 'There is no such item in the dictionary.', { where: item })
      }
      if (pupil === undefined) return school(tx, policy, id, item, at)
      const standing = policy.standings.get(recipient.id) ?? nothingShown(recipient.id)
      const compiled = compileCase(policy, { at, version, recipient, standing })
      if (!compiled.ok)
        throw new GatehouseError('bad-policy', 'The agreement can’t be compiled.', { where: id })
      const facts = await takeFacts(tx, await pupilId(tx, pupil), at)
      if (!facts) throw noPupil()
      const items = item === undefined ? version.agreement.items.map((grant) => grant.item) : [item]
      const decisions = items.map((each) => compiled.value.decide(facts, each))
      const refused = decisions.every(({ outcome }) => outcome === 'refuse')
      return {
        json: { agreement: id, version: version.version, at, decisions },
        text: decisions.map((decision) => words(decision, options['explain'] === true)).join('\n'),
        ...(refused ? { exit: exitCodes.refused } : {}),
      }
    })
  })
}

const noPupil = (): GatehouseError =>
  new GatehouseError('not-found', 'There is no such pupil.', { todo: 'Give the admission number or the id.' })

/** The id of the pupil named by admission number or id. */
export async function pupilId(tx: Tx, named: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(named)) return named
  const [found, ...others] = (await findPupils(tx, { search: named })).filter(
    ({ admissionNumber }) => admissionNumber === named,
  )
  if (!found || others.length > 0) throw noPupil()
  return found.id
}

async function school(
  tx: Tx,
  policy: Awaited<ReturnType<typeof currentPolicy>>,
  id: string,
  item: string | undefined,
  at: Date,
): Promise<{ json: unknown; text: string }> {
  const version = policy.agreements.get(id)
  const only = { ...policy, agreements: new Map(version ? [[id, version]] : []) }
  const [decided] = await decideSchool(tx, only, at)
  if (!decided) throw new GatehouseError('not-found', 'There is no such agreement.', { where: id })
  const { summary } = decided
  const listed = (version?.agreement.items ?? []).filter((grant) => item === undefined || grant.item === item)
  const items = listed.map((grant) => ({
    item: grant.item,
    as: grant.as,
    permitted: summary.permittedByItem.get(grant.item) ?? 0,
  }))
  const withheld = Object.fromEntries(summary.withheldByReason)
  return {
    json: {
      agreement: id,
      version: version?.version,
      at,
      inPopulation: summary.inPopulation,
      permittedPupils: summary.permittedPupils,
      withheldPupils: summary.withheldPupils,
      withheldByReason: withheld,
      items,
    },
    text: lines(
      `${summary.inPopulation} pupils in the population; something of ${summary.permittedPupils} may leave, nothing of ${summary.withheldPupils}.`,
      table([['Item', 'As', 'Pupils'], ...items.map((each) => [each.item, each.as, each.permitted])]),
      ...Object.entries(withheld).map(([code, pupils]) => `Withheld, ${code}: ${String(pupils)}`),
    ),
  }
}

function words(decision: Decision, explain: boolean): string {
  if (decision.outcome === 'permit') {
    return lines(
      `${decision.item}: permitted, ${decision.as}`,
      ...(explain ? decision.reasons.map((r) => `  ${r}`) : []),
    )
  }
  const [first] = decision.reasons
  return lines(
    `${decision.item}: refused. ${first?.text ?? ''}`,
    ...(explain
      ? [
          ...decision.reasons.slice(1).map((reason) => `  also: ${reason.text}`),
          ...decision.flip.changes.map(({ change, by }) => `  would change it (${by}): ${change}`),
        ]
      : []),
  )
}
