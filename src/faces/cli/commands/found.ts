import { resolve } from 'node:path'
import type { Command } from 'commander'
import { lines, table } from '../answer.ts'
import { does, type Runner } from '../define.ts'
import { foundSchool, readSchoolFile } from '../found-school.ts'

export function defineFound(command: Command, run: Runner): void {
  does(command, run, async ({ openStore }, _, [file = '']) => {
    const facts = readSchoolFile(resolve(file))
    const founded = await foundSchool(await openStore(), facts)
    return {
      json: founded,
      text: lines(
        `${facts.school.name} (${founded.urn}) stands in the store. First passwords, shown this once:`,
        table(founded.staff.map(({ email, role, password }) => [email, role, password])),
        'Next: gatehouse policy load, then policy approve by the head or the data protection officer.',
      ),
    }
  })
}
