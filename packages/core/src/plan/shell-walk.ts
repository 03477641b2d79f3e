// Goes through all commands of a script, however deep: in groups, functions, substitutions and here-documents.
// Not here: what is made of them (shell-judge.ts).

import type { Command, CommandList, Redirect, Word, WordPiece } from './shell-syntax.ts';

/** Yields every command of a list. */
export function* everyCommand({ pipelines }: CommandList): Generator<Command> {
  for (const { commands } of pipelines) {
    for (const command of commands) {
      yield command;
      yield* insideOf(command);
    }
  }
}

/** Yields what stands in the `>(…)` among the words and redirects of one command. */
export function* outputSubstitutions(command: Command): Generator<CommandList> {
  if (command.kind === 'function') return;
  for (const { pieces } of [...command.words, ...command.redirects.map(({ target }) => target)]) {
    for (const piece of pieces) if (piece.kind === 'substitution' && piece.takesOutput) yield piece.list;
  }
}

function* insideOf(command: Command): Generator<Command> {
  switch (command.kind) {
    case 'simple':
      for (const { values, subscript } of command.assignments) {
        for (const value of subscript === null ? values : [...values, subscript]) yield* insideWord(value);
      }
      break;
    case 'group':
      for (const list of command.lists) yield* everyCommand(list);
      break;
    case 'function':
      yield command.body;
      yield* insideOf(command.body);
      return;
    default:
  }
  for (const word of command.words) yield* insideWord(word);
  for (const redirect of command.redirects) yield* insideRedirect(redirect);
}

function* insideRedirect({ target, body }: Redirect): Generator<Command> {
  yield* insideWord(target);
  yield* insidePieces(body ?? []);
}

function insideWord({ pieces }: Word): Generator<Command> {
  return insidePieces(pieces);
}

function* insidePieces(pieces: readonly WordPiece[]): Generator<Command> {
  for (const piece of pieces) if (piece.kind === 'substitution') yield* everyCommand(piece.list);
}
