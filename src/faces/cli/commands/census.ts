import type { Command } from 'commander'
import { returnSigningKey } from '../../../school/deliver/index.ts'
import { asOption } from '../acting-person.store.ts'
import { does, type Runner } from '../define.ts'
import { buildCensus } from './census-build.ts'
import { keepSettings } from './census-settings.ts'
import { submitCensus } from './census-submit.ts'
import { signOffCensus, summariseCensus } from './census-summary.ts'
import { validateCensus } from './census-validate.ts'

export function defineCensus(census: Command, run: Runner): void {
  const build = census
    .command('build')
    .description('the return of a term, from the register: a file for this machine; nothing is sent')
    .requiredOption('--term <term>', 'autumn, spring or summer')
    .requiredOption('--year <year>', 'the calendar year of census day')
    .requiredOption('--out <path>', 'the file, or a folder for a file of the usual name')
    .option(...asOption)
  does(build, run, buildCensus)

  const validate = census
    .command('validate')
    .description('check a census file of any school, or all of a folder, against the rules of its term')
    .argument('<path>', 'a file, or a folder of .xml files')
  does(validate, run, ({ settings, progress }, _options, [path = '']) =>
    validateCensus(settings().policyFolder, path, progress),
  )

  const summary = census
    .command('summary')
    .description('what the head signs off: counts of a file that was built here, and what stands against it')
    .argument('<file>', 'the file')
  does(summary, run, summariseCensus)

  const off = census
    .command('sign-off')
    .description(
      'record that the head approves this file, by its hash; a newer build has to be signed off anew',
    )
    .argument('<file>', 'the file')
    .option(...asOption)
  does(off, run, signOffCensus)

  const submit = census
    .command('submit')
    .description('decide it once more, record it in the ledger and send it to the collector (COLLECTOR_URL)')
    .argument('<file>', 'the file that the head signed off')
    .option('--replaces <reason>', 'why it takes the place of a return that stands there')
    .option(...asOption)
  does(submit, run, submitCensus)

  const settingsOf = census
    .command('settings')
    .description('what the census asks of the school and no register holds, from a YAML file')
    .argument('<file>', 'school: {type: "03", …}, pupil: {senUnit: "false", classType: {R: O, …}}')
    .option(...asOption)
  does(settingsOf, run, keepSettings)

  const key = census
    .command('key')
    .description('the public key with which this school signs its returns: for the collector')
  does(key, run, async ({ settings }) => {
    const { publicText } = await returnSigningKey(settings().home)
    return { json: { publicKey: publicText }, text: publicText }
  })
}
