// Takes the `${{ }}` out of a script: each becomes an environment variable, and its place in the text a reference that is quoted
// for its surroundings, so that no value is ever read as shell text. Where no such reference exists, a problem with a fix.
// Not here: which places are safe (shell-judge.ts), what the values are (resolve-text.ts), the names of the rules (expression-rules.ts).

import { parseText, type TextPart } from '../expression/parse-text.ts';
import { otherLanguageHelp } from './other-language.ts';
import { HOLE } from './shell-cursor.ts';
import { judgeShell, type Verdict } from './shell-judge.ts';
import { shellKind } from './shell-kind.ts';
import { parseShell, type ShellScript } from './shell-parser.ts';
import { placeProblem, unclearProblem } from './shell-problems.ts';
import type { PlaceCode, Range, ShellKind } from './shell-syntax.ts';

/** Why a `${{ }}` can't stand where it does; offsets are UTF-16 units in the script as it was given. */
export interface ScriptProblem extends Range {
  readonly code: PlaceCode | 'interpolation-unclosed' | 'interpolation-other-language';
  readonly message: string;
  readonly help: string;
}

export interface RewrittenScript {
  /** What the interpreter is given. Not to be run while there are problems. */
  readonly script: string;
  /** The variables the script refers to; an expression that stands in it twice has one. */
  readonly env: readonly { readonly name: string; readonly expression: string }[];
  /** In order of place. */
  readonly problems: readonly ScriptProblem[];
}

/** What was found in scripts without regard to the expressions in them: many steps run the same script on other values. */
export type JudgedScripts = Map<string, JudgedScript>;

interface JudgedScript {
  readonly verdicts: ReadonlyMap<number, Verdict>;
  readonly unclear: ShellScript['unclear'];
}

/**
 * Rewrites a script for an interpreter such as `sh` or `bash -e`. `variable` names the n-th variable, from 1; `judged` remembers
 * from script to script. Never throws.
 */
export function rewriteScript(given: {
  script: string;
  shell: string;
  variable: (n: number) => string;
  judged?: JudgedScripts;
}): RewrittenScript {
  const { parts, problems } = parseText(given.script);
  const holes = parts.filter((part) => part.kind === 'expression');
  const kind = shellKind(given.shell);
  if (holes.length === 0) return { script: parts.map(partText).join(''), env: [], problems };
  if (kind === null) {
    const refused = holes.map((hole): ScriptProblem => ({
      ...otherLanguageHelp(given.shell, hole.source),
      start: hole.start,
      end: hole.end,
    }));
    return { script: given.script, env: [], problems: inOrder([...refused, ...problems]) };
  }
  const masked = maskHoles(parts);
  const { verdicts, unclear } = judge(masked, kind, given.judged ?? new Map());
  const variables = new Variables(given.variable);
  const found: ScriptProblem[] = [...problems];
  let hole = -1;
  const pieces = parts.map((part) => {
    if (part.kind === 'literal') return part.text;
    hole += 1;
    const verdict = verdicts.get(hole);
    if (verdict?.kind === 'reference') {
      const reference = `\${${variables.nameOf(part.source)}}`;
      return verdict.quoted ? reference : `"${reference}"`;
    }
    // Nobody reads a comment; on one line it stays one.
    if (verdict?.kind === 'comment') return `\${{ ${part.source.replace(/\s+/g, ' ')} }}`;
    const { start, end } = part;
    if (verdict === undefined) {
      const at = unclear === null ? null : lineOf(given.script, masked.original(unclear.at));
      found.push({ ...unclearProblem(part.source, unclear?.message ?? null, at), start, end });
    } else {
      const { around } = verdict.refusal;
      const text = around === undefined ? null : given.script.slice(masked.original(around.start), masked.original(around.end));
      found.push({ ...placeProblem(verdict.refusal, part.source, text), start, end });
    }
    return given.script.slice(start, end);
  });
  return { script: pieces.join(''), env: variables.list, problems: inOrder(found) };
}

function judge({ text, holes }: Masked, kind: ShellKind, judged: JudgedScripts): JudgedScript {
  const key = `${kind} ${[...holes.keys()].join(' ')}\n${text}`;
  const known = judged.get(key);
  if (known !== undefined) return known;
  const parsed = parseShell({ text, holes, kind });
  const found = { verdicts: judgeShell(parsed, kind), unclear: parsed.unclear };
  judged.set(key, found);
  return found;
}

class Variables {
  readonly list: { name: string; expression: string }[] = [];
  readonly #names = new Map<string, string>();
  readonly #variable: (n: number) => string;

  constructor(variable: (n: number) => string) {
    this.#variable = variable;
  }

  nameOf(expression: string): string {
    const known = this.#names.get(expression);
    if (known !== undefined) return known;
    const name = this.#variable(this.list.length + 1);
    this.#names.set(expression, name);
    this.list.push({ name, expression });
    return name;
  }
}

interface Masked {
  readonly text: string;
  /** Number of the hole at each place. */
  readonly holes: ReadonlyMap<number, number>;
  /** Where a place of the masked text is in the script. */
  readonly original: (at: number) => number;
}

/** Puts one character in the place of each `${{ }}`, so that the shell's grammar is all that is left. */
function maskHoles(parts: readonly TextPart[]): Masked {
  let text = '';
  const holes = new Map<number, number>();
  const starts: { masked: number; part: TextPart }[] = [];
  for (const part of parts) {
    starts.push({ masked: text.length, part });
    if (part.kind === 'literal') text += part.text;
    else {
      holes.set(text.length, holes.size);
      text += HOLE;
    }
  }
  return { text, holes, original: (at) => originalOffset(starts, at) };
}

function originalOffset(starts: readonly { masked: number; part: TextPart }[], at: number): number {
  const found = starts.findLast(({ masked }) => masked <= at);
  if (found === undefined) return 0;
  const { masked, part } = found;
  if (part.kind === 'expression') return at === masked ? part.start : part.end;
  // A `$${{` is a character longer in the script for each one before the place.
  const escapes = part.text.slice(0, at - masked).split('${{').length - 1;
  return Math.min(part.start + (at - masked) + escapes, part.end);
}

function partText(part: TextPart): string {
  return part.kind === 'literal' ? part.text : '';
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function inOrder(problems: readonly ScriptProblem[]): ScriptProblem[] {
  return [...problems].sort((a, b) => a.start - b.start);
}
