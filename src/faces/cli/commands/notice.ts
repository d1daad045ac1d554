import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  checkNotice,
  noticeHtml,
  noticeSchool,
  publishNotice,
  renderNotice,
} from '../../../school/notice/index.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { schoolFor } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'

export function defineNotice(notice: Command, run: Runner): void {
  const render = notice
    .command('render')
    .description('the notice of what is in force, as Markdown or HTML')
    .option('--html', 'HTML')
    .option('--out <file>', 'write it there')
  does(render, run, async ({ open }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const rendered = await schoolFor(gatehouse, commandActor()).read(async (tx) =>
      renderNotice(await currentPolicy(tx), await noticeSchool(tx), at),
    )
    const body = options['html'] === true ? noticeHtml(rendered.model) : rendered.markdown
    const out = text(options, 'out')
    if (out !== undefined) writeFileSync(out, body)
    const { sha256, entries } = rendered
    return { json: { sha256, entries, ...(out === undefined ? { body } : { file: out }) }, text: out ?? body }
  })

  const publish = notice
    .command('publish')
    .description('publish it as the next version, recorded in the ledger')
    .option(...asOption)
  does(publish, run, async ({ open }, options) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const person = await actingPerson(gatehouse, options, 'publish-notice')
    const published = await publishNotice(schoolFor(gatehouse, person), at)
    await gatehouse.ledger.publish(at)
    return {
      json: published,
      text: published.isNew
        ? `Version ${published.version} is published.`
        : `Version ${published.version} reads like this already.`,
    }
  })

  const check = notice.command('check').description('is the notice true? both ways, and against the ledger')
  does(check, run, async ({ open }) => {
    const gatehouse = await open()
    const at = gatehouse.clock.now()
    const drift = await schoolFor(gatehouse, commandActor()).read(async (tx) =>
      checkNotice(tx, await currentPolicy(tx), at),
    )
    const clean = drift.findings.length === 0
    return {
      json: drift,
      text: clean
        ? `Version ${drift.version ?? 0} is true.`
        : drift.findings.map((finding) => finding.text).join('\n'),
      ...(clean ? {} : { exit: exitCodes.refused }),
    }
  })
}
