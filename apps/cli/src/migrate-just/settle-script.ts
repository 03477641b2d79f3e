// Puts values into a script: each becomes a `${{ }}`, placed as the workflow's own reader of shell text allows. In single quotes
// the quotes are closed around it; where just would have split a value at blanks, a variable without quotes stands in its place.
// What could make shell code of a value is refused, in the words of the validator.
// Not here: what is safe (core's rewriteScript).

import { parseText, rewriteScript } from '@workflow-platform/core';
import { NotConvertible } from './finding.ts';
import { escapeHoles, partExpression, templateOf, type Value, type ValuePart } from './value.ts';

export interface SettledScript {
  readonly run: string;
  /** Variables that the script reads. */
  readonly env: { readonly [name: string]: string };
  /** The list parameter that the script reads as `"$@"`, or null. */
  readonly rest: string | null;
  readonly remarks: readonly string[];
}

type Hole = Exclude<ValuePart, { kind: 'text' }>;

/**
 * A stretch of the script. `isCut` holes stand between single quotes that were closed for them; those with a `variable` stand
 * inside of `${…}`, where only a variable can.
 */
type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hole'; readonly hole: Hole; isCut: boolean; variable: string | null };

/** Settles a script for a shell (null: `sh`) or another interpreter. */
export function settleScript(script: Value, { shell }: { readonly shell: string | null }): SettledScript {
  const pieces = script.map((part): Piece =>
    part.kind === 'text' ? { ...part } : { kind: 'hole', hole: part, isCut: false, variable: null },
  );
  refuseNames(pieces);
  const rewritten = closeQuotes(pieces, shell ?? 'sh');
  const env: { [name: string]: string } = {};
  const remarks = new Set<string>();
  const lists: string[] = [];
  let at = 0;
  const run = pieces.map((piece) => {
    if (piece.kind === 'text') {
      at += piece.text.length;
      return escapeHoles(piece.text);
    }
    if (piece.variable !== null) {
      env[piece.variable] = templateOf([piece.hole]);
      at += variableText(piece.variable).length;
      return variableText(piece.variable);
    }
    if (piece.isCut) at += 1;
    const { text, length } = referenceAt(rewritten, at);
    at += length + (piece.isCut ? 1 : 0);
    const { hole, isCut } = piece;
    const isBare = text === 'bare' && !isCut;
    const plain = `\${{ ${partExpression(hole)} }}`;
    if (text === 'comment') return plain;
    if (hole.kind === 'rest') {
      lists.push(hole.parameter);
      return isBare ? '"$@"' : isCut ? '"$*"' : '$*';
    }
    if (hole.kind === 'expression' && hole.words !== undefined && isBare) {
      const name = wordsVariable(hole.words);
      env[name] = templateOf([hole]);
      remarks.add(`the value of \`${hole.words}\` is split at blanks, as in just, but quotes in it mean nothing`);
      return `$${name}`;
    }
    if (hole.kind === 'expression' && hole.remark !== undefined && isBare) remarks.add(hole.remark);
    if (hole.kind === 'choice') {
      if (comparesLetters(hole)) remarks.add('`==` in a workflow does not mind capital letters');
      if (isBare && !isOneWord(hole)) {
        const name = wordsVariable(hole.name);
        const value = templateOf([hole]);
        if (env[name] !== undefined && env[name] !== value) throw twoChoices();
        env[name] = value;
        return `$${name}`;
      }
    }
    return plain;
  });
  const text = joinCut(pieces, run);
  const rest = lists[0] ?? null;
  if (rest !== null && /^\s*(function\s+[\w-]+|[\w-]+\s*\(\s*\))/m.test(text))
    throw new NotConvertible(
      `the words of \`${rest}\` are used in a script with functions, where \`"$@"\` is something else`,
      `read them from a variable: \`env = { ${rest.toUpperCase()} = "\${{ join(params.${rest}, ' ') }}" }\``,
    );
  return { run: text, env, rest, remarks: [...remarks] };
}

/** Closes the quotes around holes and opens them again, but for those that would hold nothing. */
function joinCut(pieces: readonly Piece[], texts: readonly string[]): string {
  let joined = '';
  for (const [at, piece] of pieces.entries()) {
    const before = pieces[at - 1];
    const isBehindCut = before?.kind === 'hole' && before.isCut;
    const text = texts[at]!;
    const isCut = piece.kind === 'hole' && piece.isCut;
    if (isBehindCut && isCut) joined += text;
    else if (isBehindCut) joined += text.startsWith("'") ? text.slice(1) : `'${text}`;
    else if (isCut) joined = (joined.endsWith("'") ? joined.slice(0, -1) : `${joined}'`) + text;
    else joined += text;
  }
  return joined;
}

/** Name of the variable that holds a value which is to be split. */
export function wordsVariable(parameter: string): string {
  return `WORDS_${parameter.replaceAll('-', '_')}`;
}

/** A value directly behind a `$` would name a variable. */
function refuseNames(pieces: readonly Piece[]): void {
  for (const [at, piece] of pieces.entries()) {
    const before = pieces[at - 1];
    if (piece.kind === 'hole' && before?.kind === 'text' && before.text.endsWith('$'))
      throw new NotConvertible(
        `\`${partExpression(piece.hole)}\` would choose which variable is read`,
        'write the name itself, or a `case` over the value',
      );
  }
}

/** Closes single quotes around holes until the reader is content, and returns what it makes of the script. */
function closeQuotes(pieces: readonly Piece[], shell: string): string {
  for (;;) {
    const { text, starts } = render(pieces);
    const { script, problems } = rewriteScript({ script: text, shell, variable: (n) => `HOLE_${n}` });
    const [problem] = problems;
    if (problem === undefined) return script;
    const cured = problems.find(({ code, start }) => {
      const piece = starts.get(start);
      if (piece === undefined || piece.isCut) return false;
      if (code === 'interpolation-single-quotes') return (piece.isCut = true);
      // In `${x:3}` a value would be computed.
      if (code !== 'interpolation-expansion' || !/\$\{\w+:?[-+=?][^{}]*$/.test(text.slice(0, start))) return false;
      piece.variable = `VALUE_${[...starts.values()].indexOf(piece) + 1}`;
      return true;
    });
    if (cured === undefined) throw refusal(pieces, shell);
  }
}

/** What the validator would say of the script with its values. */
function refusal(pieces: readonly Piece[], shell: string): NotConvertible {
  const { text } = render(pieces, partExpression);
  const { problems } = rewriteScript({ script: text, shell, variable: (n) => `HOLE_${n}` });
  const problem = problems.find(({ code }) => code !== 'interpolation-single-quotes') ?? problems[0];
  return new NotConvertible(problem?.message ?? 'a value cannot stand where it does', problem?.help ?? 'give it in `env`');
}

function render(
  pieces: readonly Piece[],
  // Numbered, so that each place has a variable of its own.
  name: (hole: Hole, n: number) => string = (_, n) => String(n),
): { text: string; starts: Map<number, Piece & { kind: 'hole' }> } {
  let text = '';
  const starts = new Map<number, Piece & { kind: 'hole' }>();
  for (const piece of pieces) {
    if (piece.kind === 'text') text += escapeHoles(piece.text);
    else if (piece.variable !== null) text += variableText(piece.variable);
    else {
      if (piece.isCut) text += "'";
      starts.set(text.length, piece);
      text += `\${{ ${name(piece.hole, starts.size)} }}`;
      if (piece.isCut) text += "'";
    }
  }
  return { text, starts };
}

/** A variable of the step's, as it stands inside of `${…}`. */
function variableText(name: string): string {
  return `\${${name}}`;
}

/** How the reader wrote the reference at this place. */
function referenceAt(script: string, at: number): { text: 'bare' | 'quoted' | 'comment'; length: number } {
  const found = /^("?)\$\{(HOLE_\d+)\}\1/.exec(script.slice(at, at + 40));
  if (found !== null) return { text: found[1] === '"' ? 'bare' : 'quoted', length: found[0].length };
  const [part] = parseText(script.slice(at)).parts;
  return { text: 'comment', length: part?.end ?? 0 };
}

/** Whether a bare conditional is the same one word when it is quoted; else it is to be split, and must then be plain words. */
function isOneWord({ then, otherwise }: Hole & { kind: 'choice' }): boolean {
  const texts = [then, otherwise].flatMap((value) => value.flatMap((part) => (part.kind === 'text' ? [part.text] : [])));
  if (texts.some((text) => /[*?[$`"'\\;&|<>(){}#]/.test(text)))
    throw new NotConvertible(
      'a conditional in the script gives shell text',
      'write it in the script itself: `if [ "$value" = … ]; then …; else …; fi`',
    );
  return then.length > 0 && otherwise.length > 0 && texts.every((text) => !/\s/.test(text));
}

function comparesLetters({ condition }: Hole & { kind: 'choice' }): boolean {
  return [condition.left, condition.right].some((value) =>
    value.some((part) => part.kind === 'text' && /[A-Za-z]/.test(part.text)),
  );
}

function twoChoices(): NotConvertible {
  return new NotConvertible('the script has several conditionals of its own', 'give each a name in the justfile: `name := if …`');
}
