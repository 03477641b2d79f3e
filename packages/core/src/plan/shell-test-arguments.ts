// `[ … ]`, `test …` and `[[ … ]]`: with a value in them, they must mean the same whatever the value is. `[` guesses its grammar
// from its arguments, so only the forms that POSIX fixes by their number are taken; `-v` and, in some shells, `-eq` compute.
// Not here: the rest of the command (shell-arguments.ts).

import type { Refusal } from './shell-arguments.ts';
import { type ShellKind, type Word, literalOf } from './shell-syntax.ts';

const numeric: ReadonlySet<string> = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const textual: ReadonlySet<string> = new Set(['=', '==', '!=', '-nt', '-ot', '-ef']);
const unary: ReadonlySet<string> = new Set('n z e f d r w x s L h p S b c g u k O G N'.split(' ').map((letter) => `-${letter}`));

/** Says for each argument of `[` or `test` (without the `]`) why no value may stand in it, or null. */
export function testArguments(words: readonly Word[], kind: ShellKind, name: string): (Refusal | null)[] {
  const isSafe = words.every(isOneField) && hasFixedForm(words, kind);
  return words.map(() => (isSafe ? null : { code: 'interpolation-arithmetic', detail: name }));
}

/** Says for each word of `[[ … ]]` why no value may stand in it, or null. */
export function doubleTestArguments(words: readonly Word[]): (Refusal | null)[] {
  const computes = (word: Word | undefined): boolean =>
    word !== undefined && (numeric.has(word.raw) || /^-[vRot]$/.test(word.raw));
  return words.map((_, at) =>
    computes(words[at - 1]) || numeric.has(words[at + 1]?.raw ?? '') ? { code: 'interpolation-arithmetic', detail: '[[' } : null,
  );
}

function hasFixedForm(words: readonly Word[], kind: ShellKind): boolean {
  const [first, second] = words;
  if (words.length > 1 && literalOf(first) === '!') return hasFixedForm(words.slice(1), kind);
  if (words.length <= 1) return true;
  if (words.length === 2) return unary.has(literalOf(first) ?? '');
  const operator = literalOf(second) ?? '';
  return words.length === 3 && (textual.has(operator) || (numeric.has(operator) && (kind === 'posix' || kind === 'bash')));
}

/** A word that is one argument whatever it expands to. */
function isOneField({ pieces }: Word): boolean {
  return pieces.every((piece) => {
    if (piece.kind === 'text') return piece.quoted || !/[*?[{~]/.test(piece.text);
    if (piece.kind === 'expansion') return piece.oneField;
    return piece.kind !== 'substitution' || piece.quoted;
  });
}
