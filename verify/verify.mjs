#!/usr/bin/env node
// Verifies a disclosure log and its receipts, trusting nobody. Needs Node 20 or newer and nothing else. See README.md.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyLog } from './log.mjs'
import { openSource, Unreadable } from './source.mjs'

const usage = `Usage: node verify/verify.mjs LOG-FOLDER|URL [options]
       node verify/verify.mjs --receipt FILE --policy FILE

  --receipt FILE   check this receipt too (may be repeated)
  --key KEY        believe this public key of the log, and no other log's (may be repeated)
  --policy FILE    believe the keys, and ask for the witnesses, of this policy file
  --old FILE       check that the log continues this older checkpoint (may be repeated)
  --json           print the report as JSON

Ends with 0 when everything verifies, 1 when something does not, 2 when it could not be tried.
`

class Usage extends Error {}

function readOptions(args) {
  const text = { type: 'string' }
  const several = { type: 'string', multiple: true }
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        receipt: several,
        key: several,
        old: several,
        policy: text,
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    const offline = values.receipt && (values.key || values.policy)
    if (positionals.length > 1 || (positionals.length === 0 && !offline && !values.help))
      throw new Usage('Name one log.')
    return { ...values, log: positionals[0] }
  } catch (error) {
    throw error instanceof Usage ? error : new Usage(error.message)
  }
}

function readFile(path) {
  try {
    return { name: basename(path), bytes: readFileSync(path) }
  } catch (error) {
    throw new Usage(`${path} can’t be read: ${error.message}`)
  }
}

function sayEntry({ name, index, entry, pupil }) {
  if (!entry) return [`Receipt    ${name}: entry ${index} stands in the log`]
  const what = entry.recipient ? `${entry.type} to ${entry.recipient}` : entry.type
  const lines = [`Receipt    ${name}: entry ${index}, ${what}${entry.at ? ` at ${entry.at}` : ''}`]
  if (pupil) {
    lines.push(
      `           for this pupil, sent: ${pupil.items?.map(({ item, as }) => `${item} (${as})`).join(', ') || 'nothing'}`,
    )
    lines.push(`           withheld: ${pupil.withheld?.map(({ item }) => item).join(', ') || 'nothing'}`)
  }
  return lines
}

function say(report) {
  const { origin, size, root, signed, checked, convictions, notes } = report
  const lines = []
  if (origin !== null) {
    lines.push(`Log        ${origin}`, `Entries    ${size}`, `Root       ${root}`)
    for (const { name, id, type, time } of signed) {
      lines.push(
        `Signed     by ${name}, ${type}, key ${id}${time ? `, at ${time.toISOString()} by its own account` : ''}`,
      )
    }
  }
  lines.push(`Checked    ${checked.entries} entries, ${checked.files} files, ${checked.receipts} receipts`)
  for (const receipt of report.receipts) lines.push(...sayEntry(receipt))
  for (const note of notes) lines.push(`Note       ${note}`)
  lines.push('')
  if (report.ok) {
    lines.push('GOOD: everything verifies.')
  } else {
    lines.push('CONVICTED: it does not verify.')
    for (const { place, why } of convictions) lines.push(`  ${place}: ${why}`)
  }
  return `${lines.map(plain).join('\n')}\n`
}

/** What was read is not believed to be fit for a terminal: a log could write over the verdict. */
const plain = (line) => line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')

async function main(args) {
  const options = readOptions(args)
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const report = await verifyLog(options.log === undefined ? undefined : openSource(options.log), {
    keys: options.key ?? [],
    policy: options.policy === undefined ? undefined : readFile(options.policy).bytes,
    receipts: (options.receipt ?? []).map(readFile),
    old: (options.old ?? []).map(readFile),
  })
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : say(report))
  return report.ok ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Usage || error instanceof Unreadable)) throw error
  process.stderr.write(`${plain(error.message)}\n${error instanceof Usage ? `\n${usage}` : ''}`)
  process.exitCode = 2
}
