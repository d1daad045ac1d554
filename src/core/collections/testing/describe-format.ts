import type { CollectionDefinition, ReturnTable } from '../definition.ts'

/** The columns of a CSV message for people, as Markdown: they stand in each collection’s README. */
export const describeFormat = ({ tables }: CollectionDefinition): string =>
  [...tables.values()]
    .filter(({ given }) => !given)
    .map(describeTable)
    .join('\n')

const describeTable = ({ name, items }: ReturnTable): string =>
  [
    `### ${name === 'header' ? 'Header' : 'Rows'}`,
    '',
    '| # | Column | What it holds | Matches | -2 |',
    '|---|---|---|---|---|',
    ...[...items.values()].map(
      ({ path, says, pattern, mayBeMarked }, i) =>
        `| ${String(i + 1)} | \`${path.join('')}\` | ${says ?? ''} | \`${(pattern ?? '').replaceAll('|', '\\|')}\` | ${mayBeMarked ? 'yes' : 'no'} |`,
    ),
    '',
  ].join('\n')
