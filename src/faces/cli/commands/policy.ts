import { resolve } from 'node:path'
import type { Command } from 'commander'
import { checkProperties, readPolicyFolder, type Policy } from '../../../core/policy/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  approveAgreement,
  currentPolicy,
  exportPolicy,
  impactOf,
  loadPolicy,
  type CurrentPolicy,
} from '../../../school/agreements/index.ts'
import { approveAndPublish } from '../../../school/notice/index.ts'
import { lines, table } from '../answer.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'
import { nearest } from '../nearest.ts'

const folderOf = ({ settings }: CommandContext, options: Options): string =>
  resolve(text(options, 'folder') ?? settings().policyFolder)

async function readFolder(folder: string): ReturnType<typeof readPolicyFolder> {
  try {
    return await readPolicyFolder(folder)
  } catch (error) {
    throw new GatehouseError('bad-policy', 'The policy folder can’t be read.', {
      where: folder,
      why: (error as NodeJS.ErrnoException).code ?? 'unknown',
    })
  }
}

async function read(folder: string): Promise<Policy> {
  const policy = await readFolder(folder)
  if (policy.ok) return policy.value
  throw new GatehouseError('bad-policy', `${policy.error.length} faults in the policy.`, {
    where: folder,
    why: policy.error.map((f) => `${f.file}:${f.line}:${f.column} ${f.message}`).join('\n'),
    todo: 'Correct the files; `gatehouse policy check` shows them with what to do.',
  })
}

/** What is in force, with the recipients, items and instruments that only the files know yet. */
const withProposed = (current: CurrentPolicy, files: Policy): CurrentPolicy => ({
  ...current,
  recipients: new Map([...files.recipients, ...current.recipients]),
  items: new Map([...files.items, ...current.items]),
  law: new Map([...files.law, ...current.law]),
  wordings: new Map([...files.wordings, ...current.wordings]),
  populations: new Map([...files.populations, ...current.populations]),
})

/** @throws GatehouseError `bad-input` for what is no version's number. */
function versionOf(typed: string): number {
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed)
  throw new GatehouseError('bad-input', 'A version is a whole number, such as 2.')
}

export function definePolicy(policy: Command, run: Runner): void {
  const check = policy
    .command('check')
    .description('validate every file and prove the static properties')
    .option('--folder <folder>', 'the policy folder')
  does(check, run, async (context, options) => {
    const found = await readFolder(folderOf(context, options))
    if (!found.ok) {
      const faults = found.error.map((f) => `${f.file}:${f.line}:${f.column} ${f.message} ${f.todo}`)
      return {
        json: { ok: false, faults: found.error, broken: [] },
        text: faults.join('\n'),
        exit: exitCodes.input,
      }
    }
    const { agreements, items, recipients, properties } = found.value
    const broken = checkProperties(found.value)
    return {
      json: {
        ok: broken.length === 0,
        faults: [],
        broken,
        agreements: agreements.size,
        recipients: recipients.size,
        items: items.size,
        properties: properties.length,
      },
      text: lines(
        `${agreements.size} agreements, ${recipients.size} recipients, ${items.size} items: no fault.`,
        broken.length === 0
          ? `${properties.length} static properties hold.`
          : broken.map((b) => `${b.property}: ${b.text}`).join('\n'),
      ),
      ...(broken.length === 0 ? {} : { exit: exitCodes.input }),
    }
  })

  const load = policy
    .command('load')
    .description('put the files into the store as versions; agreements wait for approval')
    .option('--folder <folder>', 'the policy folder')
  does(load, run, async (context, options) => {
    const files = await read(folderOf(context, options))
    const gatehouse = await context.open()
    const report = await loadPolicy(schoolFor(gatehouse, commandActor()), files, gatehouse.clock.now())
    return {
      json: report,
      text: lines(
        `${report.loaded.length} new versions, ${report.unchanged} unchanged, ${report.ended.length} ended.`,
        ...report.awaitingApproval.map(({ id, version }) => `Waits for approval: ${id}, version ${version}`),
      ),
    }
  })

  const impact = policy
    .command('impact')
    .description('who would gain and lose what, before anything is approved')
    .option('--folder <folder>', 'the policy folder with the proposed files')
    .option('--agreement <id>', 'only this one')
  does(impact, run, async (context, options) => {
    const files = await read(folderOf(context, options))
    const only = text(options, 'agreement')
    if (only !== undefined && !files.agreements.has(only)) {
      throw new GatehouseError('not-found', 'The policy has no such agreement.', {
        where: only,
        todo: nearest(only, [...files.agreements.keys()]),
      })
    }
    const gatehouse = await context.open()
    const at = gatehouse.clock.now()
    const impacts = await schoolFor(gatehouse, commandActor()).read(async (tx) => {
      const current = withProposed(await currentPolicy(tx), files)
      const proposed = [...files.agreements.values()].filter(({ id }) => only === undefined || id === only)
      const all = []
      for (const agreement of proposed) all.push(await impactOf(tx, current, agreement, at))
      return all.filter(
        ({ gaining, losing, changing }) => only !== undefined || gaining + losing + changing > 0,
      )
    })
    const rows = impacts.flatMap((each) =>
      each.items.map((item) => [each.agreement, item.item, item.gains, item.loses, item.changes]),
    )
    return {
      json: impacts,
      text: lines(
        rows.length === 0
          ? 'Nothing would change for any pupil.'
          : table([['Agreement', 'Item', 'Gain', 'Lose', 'Change form'], ...rows]),
        ...impacts.flatMap((each) => [
          ...each.stillNeeded.map((reason) => `${each.agreement} still needs: ${reason.text}`),
          ...each.broken.map((broken) => `${each.agreement} would break: ${broken.text}`),
        ]),
      ),
    }
  })

  const approve = policy
    .command('approve <agreement> <version>')
    .description('put an agreement’s version in force, by its approver (DPO or head)')
    .option('--publish', 'publish the notice with this change: until then nothing leaves under it')
    .requiredOption(...asOption)
  does(approve, run, async ({ open }, options, [id = '', typed = '']) => {
    const version = versionOf(typed)
    const gatehouse = await open()
    const person = await actingPerson(gatehouse, options, 'approve-agreement')
    const school = schoolFor(gatehouse, person)
    const at = gatehouse.clock.now()
    const notice = options['publish'] === true ? await approveAndPublish(school, id, version, at) : null
    if (notice === null) await approveAgreement(school, id, version, at)
    await gatehouse.ledger.publish(at)
    return {
      json: { agreement: id, version, by: person.name, notice: notice?.version ?? null },
      text: lines(
        `${id}, version ${version}, is in force, approved by ${person.name}.`,
        notice
          ? `Notice version ${notice.version} names it.`
          : 'Nothing leaves under it before the notice is published: gatehouse notice publish',
      ),
    }
  })

  const exporting = policy.command('export <folder>').description('write the policy back out as YAML')
  does(exporting, run, async ({ open }, options, [folder = '']) => {
    const gatehouse = await open()
    const files = await schoolFor(gatehouse, commandActor()).read((tx) => exportPolicy(tx, resolve(folder)))
    return { json: { files }, text: `${files.length} files written.` }
  })
}
