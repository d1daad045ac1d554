import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cast } from './cast.ts'
import { demonstrationDay } from './calendar.ts'
import { csvOut } from './csv-out.ts'
import { misHabits } from './habits.ts'
import { misReports } from './mis-files.ts'
import { officeSheets } from './office-files.ts'
import type { WorldPupil } from './pupil.ts'
import { seededRandom } from './random.ts'
import { readme } from './readme.ts'
import { schoolFacts } from './school-facts.ts'
import { blankTemplates } from './templates.ts'
import { transferFiles } from './transfers.ts'
import { families } from './world.ts'

export interface WorldOptions {
  readonly seed?: number
  /** The world is made for one day only; naming another is refused rather than quietly ignored. */
  readonly day?: string
  /** On roll. Above a few thousand, name the files that are wanted: marks grow a hundred times faster than pupils. */
  readonly pupils?: number
  /** Reports of the MIS and sheets of the office to write; all of them when absent. */
  readonly only?: readonly string[]
}

/** Writes the school's files into `folder`. The same options give the same bytes, on any machine. */
export async function writeSchoolWorld(
  folder: string,
  options: WorldOptions = {},
): Promise<{ files: string[] }> {
  const seed = options.seed ?? 1
  const pupils = options.pupils ?? 420
  if (options.day !== undefined && options.day !== demonstrationDay)
    throw new Error(`the world exists on ${demonstrationDay} only`)
  const random = seededRandom(`gatehouse/${seed}/files`)
  const wanted = (id: string) => !options.only || options.only.includes(id)
  const files: string[] = []
  const place = async (name: string) => {
    files.push(name)
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    return path
  }

  const open = async (
    folderName: string,
    reports: ReturnType<typeof misReports>,
    habit: (id: string) => Habit,
  ) =>
    Promise.all(
      reports
        .filter((report) => wanted(report.id))
        .map(async (report) => ({
          report,
          out: csvOut(await place(`${folderName}/${report.id}.csv`), report.columns),
          habits: misHabits(random.fork(`habits/${report.id}`), habit(report.id)),
        })),
    )
  const sinks = [
    ...(await open('bromcom', misReports(random), (id) => misRates[id] ?? { padded: 0.05, repeated: 0.004 })),
    ...(await open('office', officeSheets, () => ({ padded: 0.01, repeated: 0 }))),
  ]

  let waiting: WorldPupil | undefined
  for (const family of families(seed, pupils)) {
    waiting ??= family.pupils.find((pupil) => pupil.misId === cast.joinerWithTransferFile)
    for (const { report, out, habits } of sinks) {
      for (const cells of report.rows(family)) habits(cells, out.row)
      await out.settle()
    }
  }
  await Promise.all(sinks.map(({ out }) => out.end()))

  const write = async (name: string, text: string) => writeFile(await place(name), text)
  if (waiting && wanted('ctf'))
    for (const file of transferFiles(waiting, seed)) await write(`ctf/${file.name}`, file.text)
  await write('school.yaml', schoolFacts())
  for (const template of await blankTemplates())
    await write(`templates/${template.agreement}.csv`, template.text)
  await write('README.md', readme(seed, pupils))
  return { files: files.sort() }
}

interface Habit {
  padded: number
  repeated: number
}

const misRates: Readonly<Record<string, Habit>> = {
  attendance: { padded: 0.02, repeated: 0.0005 },
  pupils: { padded: 0.04, repeated: 0.012 },
}
