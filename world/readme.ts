import { castNames, cast, castStories, joinerToCome } from './cast.ts'

/** The README that goes with the files, for whoever opens the folder first. */
export const readme = (seed: number, pupils: number): string => `# Wrekin View Primary School, as files

Everything here was made by a program (seed ${seed}, about ${pupils} pupils on roll). No school, pupil, parent or address is real: the
establishment number and the numbers of its pupils were never given out, the telephone numbers are those kept for drama,
the National Insurance numbers carry a prefix that no person has, and the postcode districts do not exist.

- \`school.yaml\`: the school, its term dates, its staff, and what each recipient has shown about itself.
- \`bromcom/\`: the management information system's reports of the morning of 24 November 2026. As such systems do, they pad
  values with spaces and give some rows twice. Import pupils first, then contacts, then the others.
- \`office/\`: the office's own two sheets: marks that protect a pupil, and what people consented to.
- \`ctf/\`: transfer files that other schools sent: one for a pupil who has started, one for ${joinerToCome.forename} ${joinerToCome.surname}, who starts
  this morning and is not in the management information system yet.
- \`templates/\`: the blank header rows that the school downloaded from its suppliers.

## Who is who

| MIS id | Key | Why this pupil is here |
|---|---|---|
${castNames.map((name) => `| ${cast[name]} | ${name} | ${castStories[name]} |`).join('\n')}
`
