// Decides for each `${{ }}` of a script whether a quoted reference to a variable can stand in its place, and how it is quoted there.
// Not here: how the script is read (shell-parser.ts), what is said to people (shell-problems.ts).

import { type CommandNature, commandNature, type Refusal, type ScriptFacts } from './shell-arguments.ts';
import { computedVariables, runVariables } from './shell-commands.ts';
import type { ShellScript } from './shell-parser.ts';
import { declarations } from './shell-simple.ts';
import {
  type Assignment,
  type Command,
  type CommandList,
  literalOf,
  type Redirect,
  type ShellKind,
  type SimpleCommand,
  type Word,
  type WordPiece,
} from './shell-syntax.ts';
import { doubleTestArguments } from './shell-test-arguments.ts';
import { everyCommand, outputSubstitutions } from './shell-walk.ts';

/** What becomes of a hole. */
export type Verdict =
  /** `"${NAME}"` where it is bare, `${NAME}` where quotes or a here-document are around it. */
  | { readonly kind: 'reference'; readonly quoted: boolean }
  /** Stays as it is: nobody reads it. */
  | { readonly kind: 'comment' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Returns a verdict for each hole of the script that was read; others are in a part that could not be followed. */
export function judgeShell(script: ShellScript, kind: ShellKind): Map<number, Verdict> {
  const judge = new Judge(script, kind);
  for (const statement of script.statements) judge.list(statement, null);
  for (const comment of script.comments) {
    for (const hole of script.holesIn(comment)) judge.verdicts.set(hole, { kind: 'comment' });
  }
  return judge.verdicts;
}

class Judge {
  readonly verdicts = new Map<number, Verdict>();
  readonly #script: ShellScript;
  readonly #facts: ScriptFacts & { readonly hasComputed: boolean };
  /** Why nothing may stand anywhere in the script, or null. */
  readonly #everywhere: Refusal | null;
  readonly #natures = new Map<SimpleCommand, CommandNature>();

  constructor(script: ShellScript, kind: ShellKind) {
    this.#script = script;
    const commands = script.statements.flatMap((statement) => [...everyCommand(statement)]);
    const simple = commands.filter((command) => command.kind === 'simple');
    this.#facts = { kind, hasLists: hasLists(simple), hasComputed: hasComputed(simple), runners: findRunners(commands, kind) };
    this.#everywhere = hasAliases(simple) ? { code: 'interpolation-eval', detail: 'alias' } : this.#outputRunner(commands);
  }

  /** `outer`: why nothing may stand anywhere in the list, because of what reads its output. */
  list({ pipelines }: CommandList, outer: Refusal | null): void {
    for (const { commands } of pipelines) {
      let refusal = outer;
      for (let at = commands.length - 1; at >= 0; at -= 1) {
        const command = commands[at] as Command;
        this.#command(command, refusal);
        if (at > 0) refusal ??= this.#runsInput(command);
      }
    }
  }

  #command(command: Command, outer: Refusal | null): void {
    switch (command.kind) {
      case 'simple':
        this.#simple(command, outer);
        return;
      case 'test': {
        const refusals = doubleTestArguments(command.words);
        for (const [at, word] of command.words.entries()) this.#word(word, outer ?? refusals[at] ?? null);
        break;
      }
      case 'function':
        this.#word(command.name, { code: 'interpolation-command', detail: command.name.raw });
        this.#command(command.body, outer);
        return;
      default:
        this.#pieces(command.closed, outer);
        for (const word of command.words) this.#word(word, outer ?? this.#computedRefusal(null));
        for (const list of command.lists) this.list(list, outer);
    }
    this.#redirects(command, outer);
  }

  #simple(command: SimpleCommand, outer: Refusal | null): void {
    for (const assignment of command.assignments) this.#assignment(assignment, outer);
    const { refusals } = this.#nature(command);
    const declares = declarations.has(literalOf(command.words[0]) ?? '');
    for (const [at, word] of command.words.entries()) {
      this.#word(word, outer ?? refusals[at] ?? (declares ? this.#computedRefusal(/^\w+/.exec(word.raw)?.[0] ?? null) : null));
    }
    this.#redirects(command, outer);
  }

  #assignment({ name, values, subscript }: Assignment, outer: Refusal | null): void {
    const refusal = outer ?? this.#computedRefusal(name);
    if (subscript !== null) this.#word(subscript, { code: 'interpolation-arithmetic', detail: name });
    for (const value of values) {
      const isKeyed = value.raw.startsWith('[') && !/^\[\w*\]\+?=/.test(value.raw);
      this.#word(value, isKeyed ? { code: 'interpolation-arithmetic', detail: name } : refusal);
    }
  }

  /** A variable that the shell computes or runs, be it always or because the script declares it so. */
  #computedRefusal(name: string | null): Refusal | null {
    if (name !== null && runVariables.has(name)) return { code: 'interpolation-eval', detail: name };
    if (this.#facts.hasComputed || (name !== null && computedVariables.has(name))) {
      return { code: 'interpolation-arithmetic', detail: name ?? '' };
    }
    return null;
  }

  #redirects(command: Exclude<Command, { kind: 'function' }>, outer: Refusal | null): void {
    for (const redirect of command.redirects) this.#redirect(redirect, outer, this.#runsInput(command));
  }

  #redirect({ operator, target, body }: Redirect, outer: Refusal | null, runsInput: Refusal | null): void {
    const reads = operator.startsWith('<') ? (outer ?? runsInput) : outer;
    const isDescriptor = operator.endsWith('&') && !operator.startsWith('&');
    const isDelimiter = operator === '<<' || operator === '<<-';
    this.#word(target, isDescriptor || isDelimiter ? { code: 'interpolation-unclear', detail: `behind \`${operator}\`` } : reads);
    if (body !== null) this.#pieces(body, reads);
  }

  #word({ pieces }: Word, refusal: Refusal | null): void {
    this.#pieces(pieces, refusal);
  }

  #pieces(pieces: readonly WordPiece[], refusal: Refusal | null): void {
    for (const piece of pieces) {
      switch (piece.kind) {
        case 'hole':
          this.#settle(piece.hole, piece.quoted, this.#everywhere ?? refusal);
          break;
        case 'closed':
          for (const hole of this.#script.holesIn(piece)) {
            this.#settle(hole, false, { code: piece.code, detail: '', around: piece });
          }
          break;
        case 'substitution':
          this.list(piece.list, refusal);
          break;
        default:
      }
    }
  }

  /** Invariant: what was refused once stays refused. */
  #settle(hole: number, quoted: boolean, refusal: Refusal | null): void {
    if (this.verdicts.get(hole)?.kind === 'refused') return;
    this.verdicts.set(hole, refusal === null ? { kind: 'reference', quoted } : { kind: 'refused', refusal });
  }

  /** `>(…)` takes what any command writes, also a later one (`exec 3> >(sh)`), so one that runs code spoils the whole script. */
  #outputRunner(commands: readonly Command[]): Refusal | null {
    for (const command of commands) {
      for (const list of outputSubstitutions(command)) {
        for (const inner of everyCommand(list)) {
          const refusal = this.#runsInput(inner);
          if (refusal !== null) return refusal;
        }
      }
    }
    return null;
  }

  #nature(command: SimpleCommand): CommandNature {
    let nature = this.#natures.get(command);
    if (nature === undefined) {
      nature = commandNature(command.words, this.#facts);
      this.#natures.set(command, nature);
    }
    return nature;
  }

  /** A group may hand its input to any command in it, so one that would run it is enough. */
  #runsInput(command: Command): Refusal | null {
    if (command.kind === 'simple') return this.#nature(command).runsInput;
    for (const inner of everyCommand({ pipelines: [{ commands: [command] }] })) {
      const refusal = inner.kind === 'simple' ? this.#nature(inner).runsInput : null;
      if (refusal !== null) return refusal;
    }
    return null;
  }
}

/** Functions that run code, by themselves or through each other; found round by round until no more turn up. */
function findRunners(commands: readonly Command[], kind: ShellKind): ReadonlySet<string> {
  const functions = commands.filter((command) => command.kind === 'function');
  const runners = new Set<string>();
  for (let before = -1; before !== runners.size;) {
    before = runners.size;
    for (const { name, body } of functions) {
      const text = literalOf(name) ?? '';
      if (!runners.has(text) && runsCode(body, { kind, runners, hasLists: false })) runners.add(text);
    }
  }
  return runners;
}

function runsCode(body: Command, facts: ScriptFacts): boolean {
  for (const command of everyCommand({ pipelines: [{ commands: [body] }] })) {
    if (command.kind !== 'simple') continue;
    const { refusals, runsInput } = commandNature(command.words, facts);
    // The first word is the name; a literal one is no harm.
    if (runsInput !== null || refusals.slice(1).some((refusal) => refusal?.code === 'interpolation-eval')) return true;
  }
  return false;
}

function hasLists(commands: readonly SimpleCommand[]): boolean {
  return commands.some(
    ({ words, assignments }) =>
      assignments.some(({ values, subscript }) => values.length !== 1 || subscript !== null || values[0]?.raw.startsWith('[')) ||
      (declarations.has(literalOf(words[0]) ?? '') && words.some((word) => /^[-+]\w*[aA]/.test(word.raw))),
  );
}

/** Somewhere a variable is declared to hold a number, which makes every assignment to it a computation. */
function hasComputed(commands: readonly SimpleCommand[]): boolean {
  return commands.some(({ words }) => {
    const name = literalOf(words[0]) ?? '';
    if (name === 'integer' || name === 'float') return true;
    const declares =
      declarations.has(name) || (['builtin', 'command'].includes(name) && declarations.has(literalOf(words[1]) ?? ''));
    return (
      declares &&
      words.slice(1).some((word) => !/^[A-Za-z_]\w*(?:\+?=|$)/.test(word.raw) && !/^[-+][aAxrgfplutn]+$|^--$/.test(word.raw))
    );
  });
}

function hasAliases(commands: readonly SimpleCommand[]): boolean {
  return commands.some(({ words }) => ['alias', 'expand_aliases'].some((name) => words.some((word) => literalOf(word) === name)));
}
