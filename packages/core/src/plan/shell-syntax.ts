// The tree of a shell script, as far as it takes to know where each `${{ }}` of it stands. A `${{ }}` is a hole in the text.
// Not here: how it is read (shell-parser.ts, shell-words.ts), what may stand where (shell-judge.ts).

/** `posix` stands for sh, dash and ash: whatever the machine calls `sh`, so nothing that bash and dash read differently. */
export type ShellKind = 'posix' | 'bash' | 'ksh' | 'zsh';

/** A stretch of the script with its holes, UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Why no value may stand at a place. */
export type PlaceCode =
  | 'interpolation-single-quotes'
  | 'interpolation-heredoc-quoted'
  | 'interpolation-backticks'
  | 'interpolation-arithmetic'
  | 'interpolation-expansion'
  | 'interpolation-eval'
  | 'interpolation-command'
  | 'interpolation-unclear';

export type WordPiece =
  /** Characters that stand for themselves, quotes and backslashes taken away. */
  | (Range & { readonly kind: 'text'; readonly text: string; readonly quoted: boolean })
  /** `quoted`: inside double quotes or a here-document. */
  | (Range & { readonly kind: 'hole'; readonly hole: number; readonly quoted: boolean })
  /** Where no hole may stand, for the reason given. */
  | (Range & { readonly kind: 'closed'; readonly code: PlaceCode })
  /** `$name`, `${…}`, `$((…))`, `` `…` ``. `oneField`: one word whatever the value. */
  | (Range & { readonly kind: 'expansion'; readonly oneField: boolean })
  /** `$(…)`, `<(…)`, `>(…)`; `takesOutput` for the last, which reads what is written to it. */
  | (Range & {
      readonly kind: 'substitution';
      readonly list: CommandList;
      readonly quoted: boolean;
      readonly takesOutput: boolean;
    });

export interface Word extends Range {
  /** As written, holes included. */
  readonly raw: string;
  readonly pieces: readonly WordPiece[];
}

/** `name=value`, `name+=value`, `name=(…)`, `name[…]=value`. */
export interface Assignment extends Range {
  readonly name: string;
  readonly values: readonly Word[];
  /** Holes in it are inside a subscript, which the shell computes. */
  readonly subscript: Word | null;
}

export interface Redirect extends Range {
  /** `<`, `>>`, `<<`, `<<<`, `>&` … */
  readonly operator: string;
  /** File name, here-string, or delimiter. */
  readonly target: Word;
  /** Of a here-document; filled in when its lines are reached. */
  body: readonly WordPiece[] | null;
}

export interface SimpleCommand extends Range {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** `if`, `while`, `for`, `case`, `{ }`, `( )`, `(( ))`. */
export interface GroupCommand extends Range {
  readonly kind: 'group';
  /** Items of a `for`, subject and patterns of a `case`. */
  readonly words: readonly Word[];
  /** Names and the like: no value may stand in them. */
  readonly closed: readonly WordPiece[];
  readonly lists: readonly CommandList[];
  readonly redirects: readonly Redirect[];
}

/** `[[ … ]]`. */
export interface TestCommand extends Range {
  readonly kind: 'test';
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

export interface FunctionCommand extends Range {
  readonly kind: 'function';
  readonly name: Word;
  readonly body: Command;
}

export type Command = SimpleCommand | GroupCommand | TestCommand | FunctionCommand;

export interface Pipeline {
  readonly commands: readonly Command[];
}

export interface CommandList {
  readonly pipelines: readonly Pipeline[];
}

/** Returns the characters of a word that holds nothing but characters, quoted or not; else null. */
export function literalOf(word: Word | undefined): string | null {
  if (word === undefined) return null;
  let text = '';
  for (const piece of word.pieces) {
    if (piece.kind !== 'text') return null;
    text += piece.text;
  }
  return text;
}
