import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  acceptNotes,
  decideNote,
  moves,
  moveReturn,
  noteKinds,
  writeNote,
  type Move,
  type Moved,
  type MoveRefusal,
  type NoteKind,
} from '../../../national/collect/index.ts'
import { count, lines } from '../answer.ts'
import { asNationalOption, openForCommand } from '../collector-command.store.ts'
import { does, text, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { nearest } from '../nearest.ts'

const descriptions: Readonly<Record<Move, string>> = {
  submit: 'hand returns over as final: the source’s, or its agent’s for it',
  approve: 'approve submitted returns: the authority’s',
  authorise: 'accept returns for the country: the collector’s',
  reject: 'send a return back, with a reason',
  withdraw: 'take a return out, with a reason',
}

export function defineCollectWork(collect: Command, run: Runner): void {
  for (const move of Object.keys(moves) as Move[]) {
    const command = collect
      .command(`${move} <returns...>`)
      .description(descriptions[move])
      .option(...asNationalOption)
    if (moves[move].asksReason) command.option('--reason <text>', 'why')
    does(command, run, async (context, options, returns) => {
      const { collector, person, at } = await openForCommand(context, options)
      const bar = context.progress(move)
      const outcomes: ({ readonly named: string } & ({ moved: Moved } | { refused: MoveRefusal }))[] = []
      try {
        for (const named of returns) {
          const moved = await moveReturn(
            collector,
            person,
            named,
            move,
            text(options, 'reason') ?? null,
            at(),
          )
          outcomes.push({ named, ...(moved.ok ? { moved: moved.value } : { refused: moved.error }) })
          bar.at(outcomes.length, returns.length)
        }
      } finally {
        bar.end()
      }
      return {
        json: outcomes.map((each) =>
          'moved' in each ? each.moved : { return: each.named, refused: each.refused },
        ),
        text: lines(
          ...outcomes.map((each) =>
            'moved' in each
              ? `${each.moved.return}: ${collector.workflow.states[each.moved.state]}`
              : `${each.named}: refused. ${each.refused.detail} ${each.refused.todo}`,
          ),
        ),
        ...(outcomes.some((each) => 'refused' in each) ? { exit: exitCodes.refused } : {}),
      }
    })
  }
  defineNote(collect, run)
}

function defineNote(collect: Command, run: Runner): void {
  const note = collect
    .command('note <return>')
    .description('write a note on what was found, or accept or reject one')
    .option('--rule <number>', 'the rule that it is about; the whole return when absent')
    .option('--findings <numbers>', 'some findings of the rule, by number, commas between; all when absent')
    .option('--text <text>', 'what it says')
    .option('--kind <kind>', `${noteKinds.join(', ')}; explanation when absent`)
    .option('--supersedes <note>', 'the note of your own that it stands in place of')
    .option('--accept <note>', 'accept a note, by its id')
    .option('--reject <note>', 'reject a note, by its id')
    .option(
      '--accept-all',
      'accept every note that waits for a decision, of the rule or of all, with a reason',
    )
    .option('--reason <text>', 'why it is rejected, or all are accepted')
    .option(...asNationalOption)
  does(note, run, async (context, options, [named = '']) => {
    const { collector, person, at } = await openForCommand(context, options)
    if (options['acceptAll'] === true) {
      const rule = text(options, 'rule') ?? null
      const reason = text(options, 'reason') ?? ''
      const accepted = await acceptNotes(collector, person, named, { rule, reason }, at())
      return { json: { accepted }, text: `${count(accepted.length, 'note')} accepted.` }
    }
    const [accept, reject] = [text(options, 'accept'), text(options, 'reject')]
    const decided = accept ?? reject
    if (decided !== undefined) {
      if (accept !== undefined && reject !== undefined)
        throw new GatehouseError('bad-input', 'A note is accepted or rejected, not both.')
      const outcome = { accepted: accept !== undefined, reason: text(options, 'reason') ?? null }
      await decideNote(collector, person, named, decided, outcome, at())
      return {
        json: { note: decided, outcome: outcome.accepted ? 'accepted' : 'rejected' },
        text: `Note ${decided}: ${outcome.accepted ? 'accepted' : 'rejected'}.`,
      }
    }
    const written = await writeNote(
      collector,
      person,
      named,
      {
        kind: kindOf(options),
        rule: text(options, 'rule') ?? null,
        findings: numbersOf(text(options, 'findings')),
        text: text(options, 'text') ?? '',
        supersedes: text(options, 'supersedes') ?? null,
      },
      at(),
    )
    if (written.ok) return { json: { note: written.value }, text: `Note ${written.value} stands.` }
    const { detail, todo } = written.error
    return { json: { refused: written.error }, text: `${detail} ${todo}`, exit: exitCodes.refused }
  })
}

function kindOf(options: Options): NoteKind {
  const word = text(options, 'kind')
  if (word === undefined) return text(options, 'rule') === undefined ? 'authority-comment' : 'explanation'
  const kind = noteKinds.find((each) => each === word)
  if (kind) return kind
  throw new GatehouseError('bad-input', 'There is no such kind of note.', {
    where: '--kind',
    todo: nearest(word, noteKinds),
  })
}

function numbersOf(typed: string | undefined): readonly number[] | null {
  if (typed === undefined) return null
  const words = typed.split(',').map((word) => word.trim())
  if (words.every((word) => /^[1-9]\d{0,8}$/.test(word))) return words.map(Number)
  throw new GatehouseError('bad-input', 'Findings are named by their numbers, such as 1,2,5.', {
    where: '--findings',
  })
}
