// Says for each word of a command whether a value may stand in it: not where it names the program, or where the program takes it
// as code, as a variable's name or as an option that could. Unsure means no.
// Not here: which commands do so (shell-commands.ts), where in a word the value stands (shell-judge.ts).

import {
  arithmeticTakers,
  codeOptions,
  codeSubcommands,
  evaluators,
  inputRunners,
  type Interpreter,
  interpreters,
  nameTakers,
  pasters,
  remoteCopiers,
  runVariables,
  type Wrapper,
  wrappers,
} from './shell-commands.ts';
import { declarations } from './shell-simple.ts';
import { type PlaceCode, type Range, type ShellKind, type Word, literalOf } from './shell-syntax.ts';
import { testArguments } from './shell-test-arguments.ts';

/** Why no value may stand at a place; `detail` names what is there. */
export interface Refusal {
  readonly code: PlaceCode;
  readonly detail: string;
  /** The quotes, brackets or lines around it, where they are the reason. */
  readonly around?: Range;
  /** It would be data but for values that begin with a dash. */
  readonly mayBeOption?: true;
}

/** What a command does with its words and its input. */
export interface CommandNature {
  /** For each word, why no value may stand in it, or null. */
  readonly refusals: readonly (Refusal | null)[];
  /** Whether it may take its input as code; null when not. */
  readonly runsInput: Refusal | null;
}

/** What the script as a whole tells about its commands. */
export interface ScriptFacts {
  readonly kind: ShellKind;
  /** Functions of the script that run code among what they do. */
  readonly runners: ReadonlySet<string>;
  /** Somewhere a variable is declared as a list. */
  readonly hasLists: boolean;
}

/** Judges the words of a command, the first of which names it. */
export function commandNature(words: readonly Word[], facts: ScriptFacts): CommandNature {
  const [first, ...rest] = words;
  if (first === undefined) return { refusals: [], runsInput: null };
  const name = literalOf(first);
  const nature = name === null ? unknownCommand(rest) : knownCommand(name, words, facts);
  return { ...nature, refusals: [{ code: 'interpolation-command', detail: first.raw }, ...nature.refusals] };
}

/** Natures without the first word, which is always refused. */
type Nature = CommandNature;

const data = (count: number): (Refusal | null)[] => Array.from({ length: count }, () => null);
const refuseAll = (count: number, refusal: Refusal): Refusal[] => Array.from({ length: count }, () => refusal);
const evalBy = (detail: string): Refusal => ({ code: 'interpolation-eval', detail });

function unknownCommand(rest: readonly Word[]): Nature {
  const refusal: Refusal = { code: 'interpolation-command', detail: '' };
  return { refusals: refuseAll(rest.length, refusal), runsInput: refusal };
}

function knownCommand(name: string, words: readonly Word[], facts: ScriptFacts): Nature {
  const rest = words.slice(1);
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (facts.runners.has(name) || evaluators.has(base))
    return { refusals: refuseAll(rest.length, evalBy(base)), runsInput: evalBy(base) };
  const wrapper = wrappers.get(base);
  if (wrapper !== undefined) return wrapperNature(base, wrapper, rest, facts);
  const interpreter = interpreters.get(base) ?? interpreters.get(base.replace(/-?\d[\d.]*$/, ''));
  if (interpreter !== undefined) return interpreterNature(base, interpreter, rest);
  if (nameTakers.has(base)) return plain(refuseAll(rest.length, { code: 'interpolation-arithmetic', detail: base }));
  if (declarations.has(base)) return plain(declarationArguments(base, rest, facts));
  if (base === 'test' || base === '[')
    return plain(testArguments(base === '[' ? rest.slice(0, -1) : rest, facts.kind, base).concat(base === '[' ? [null] : []));
  if (base === 'printf' || base === 'print') return plain(printArguments(base, rest, facts.kind));
  if (base === 'set') return plain(setArguments(rest));
  if (arithmeticTakers.has(base) && (facts.kind === 'ksh' || facts.kind === 'zsh')) {
    return plain(refuseAll(rest.length, { code: 'interpolation-arithmetic', detail: base }));
  }
  return otherNature(base, rest, facts);
}

function plain(refusals: readonly (Refusal | null)[]): Nature {
  return { refusals, runsInput: null };
}

function wrapperNature(base: string, wrapper: Wrapper, rest: readonly Word[], facts: ScriptFacts): Nature {
  const refusals = data(rest.length);
  let at = 0;
  let operands = wrapper.operands;
  for (; at < rest.length; at += 1) {
    const word = rest[at] as Word;
    const option = readOption(word, wrapper);
    if (option === 'unknown') return unsureFrom(base, refusals, at);
    if (option === 'code')
      return { refusals: [...refusals.slice(0, at), ...refuseAll(rest.length - at, evalBy(base))], runsInput: evalBy(base) };
    if (option === 'bare') continue;
    if (option === 'valued') {
      at += 1;
      continue;
    }
    const assigned = wrapper.assignments ? /^([A-Za-z_]\w*)=/.exec(word.raw)?.[1] : undefined;
    if (assigned !== undefined) {
      if (runVariables.has(assigned)) refusals[at] = evalBy(assigned);
      continue;
    }
    if (operands === 0) break;
    operands -= 1;
    // As an option it would push the command one word on, and the next value would name the program.
    if (literalOf(rest[at - 1]) !== '--' && startsLikeOption(word))
      refusals[at] = { code: 'interpolation-command', detail: base };
  }
  if (at >= rest.length && base !== 'exec' && base !== 'xargs') return { refusals, runsInput: evalBy(base) };
  const inner = commandNature(rest.slice(at), facts);
  // What xargs reads becomes arguments of the command: code, if that takes code anywhere.
  const runsInput = base === 'xargs' && inner.refusals.slice(1).some((each) => each !== null) ? evalBy(base) : inner.runsInput;
  return { refusals: [...refusals.slice(0, at), ...inner.refusals], runsInput };
}

function unsureFrom(base: string, refusals: readonly (Refusal | null)[], at: number): Nature {
  return {
    refusals: [...refusals.slice(0, at), ...refuseAll(refusals.length - at, evalBy(base))],
    runsInput: evalBy(base),
  };
}

type OptionKind = 'bare' | 'valued' | 'code' | 'file' | 'unknown' | 'operand';

interface OptionTable {
  readonly bare: string;
  readonly valued: string;
  readonly code: string;
  readonly long: readonly string[];
  readonly file?: string;
  readonly codeLong?: readonly string[];
}

/** What an option word is; `valued`, `code` and `file` say that the next word belongs to it. */
function readOption(word: Word, table: OptionTable): OptionKind {
  const text = literalOf(word);
  if (text === null) return /^["']?[-+]/.test(word.raw) ? 'unknown' : 'operand';
  if (!/^[-+]./.test(text)) return 'operand';
  if (text === '--') return 'bare';
  if (text.startsWith('--')) {
    const [name = '', value] = text.split('=', 2);
    if (table.codeLong?.includes(name) === true) return value === undefined ? 'code' : 'bare';
    return table.long.includes(name) ? 'bare' : 'unknown';
  }
  for (let at = 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    const isLast = at === text.length - 1;
    if (table.code.includes(letter)) return isLast ? 'code' : 'bare';
    if (table.file?.includes(letter) === true) return isLast ? 'file' : 'bare';
    if (table.valued.includes(letter)) return isLast ? 'valued' : 'bare';
    if (!table.bare.includes(letter)) return 'unknown';
  }
  return 'bare';
}

function interpreterNature(base: string, table: Interpreter, rest: readonly Word[]): Nature {
  const refusals = data(rest.length);
  let takesCode = false;
  let takesFile = false;
  let readsInput = false;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] as Word;
    const text = literalOf(word);
    // `bash -ec CODE`: the option only says that the first operand is code.
    if (table.operand === 'shell' && text !== null && /^-[a-zA-Z]*s/.test(text)) readsInput = true;
    if (table.operand === 'shell' && text !== null && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(text)) {
      takesCode = true;
      if (/[oO]/.test(text)) return unsureFrom(base, refusals, at);
      continue;
    }
    const option = text === '-' ? 'operand' : readOption(word, table);
    if (option === 'unknown') return unsureFrom(base, refusals, at);
    if (option === 'bare') continue;
    if (option === 'operand') {
      const nature = operandNature(base, table, { rest, at, takesCode, takesFile });
      // What was refused before, such as the code of an earlier option, stays refused.
      return {
        refusals: nature.refusals.map((refusal, each) => refusals[each] ?? refusal),
        runsInput: readsInput ? evalBy(base) : nature.runsInput,
      };
    }
    at += 1;
    if (at >= rest.length || option === 'valued') continue;
    // A file of code is as much a choice of what runs as the code itself.
    if (option === 'code' || option === 'file') refusals[at] = evalBy(base);
    if (option === 'code') takesCode = true;
    else takesFile = true;
    if (table.codeEndsOptions) return { refusals, runsInput: null };
  }
  return {
    refusals,
    runsInput: table.readsInput && !(table.operand !== 'shell' && (takesCode || takesFile)) ? evalBy(base) : null,
  };
}

function operandNature(
  base: string,
  table: Interpreter,
  { rest, at, takesCode, takesFile }: { rest: readonly Word[]; at: number; takesCode: boolean; takesFile: boolean },
): Nature {
  const word = rest[at] as Word;
  const refusals = data(rest.length);
  const isOperand = literalOf(rest[at - 1]) === '--' || !startsLikeOption(word);
  if (table.operand !== 'shell' && (takesCode || takesFile)) {
    // `perl -e CODE VALUE`: a value that begins with a dash would be an option, and may be code as well.
    return isOperand
      ? { refusals: refuseLaterCode(base, table, rest, refusals), runsInput: null }
      : mayBeOptionFrom(base, refusals, at);
  }
  // `sed -i '' 's/…/'` of BSD: the empty operand belongs to the option.
  if (table.operand === 'code' && literalOf(word) === '' && at + 1 < rest.length) {
    refusals[at + 1] = evalBy(base);
    return { refusals: refuseLaterCode(base, table, rest, refusals), runsInput: null };
  }
  // Behind `--`, or with text in front of it, a value names a file to run, as it may name one to read. It can be no option.
  if (table.operand !== 'code' && !takesCode) {
    if (!isOperand) return mayBeOptionFrom(base, refusals, at);
    return { refusals, runsInput: table.readsInput && mayBeInput(word) ? evalBy(base) : null };
  }
  refusals[at] = evalBy(base);
  // A value or an unquoted expansion here could be an option, and everything behind it something else than it seems.
  const isCertain = word.pieces.every(
    (piece) =>
      piece.kind === 'text' || (piece.kind === 'expansion' && piece.oneField) || (piece.kind === 'substitution' && piece.quoted),
  );
  if (!isCertain) return unsureFrom(base, refusals, at);
  const readsInput = table.readsInput && (takesCode ? mayRunInput(word) : mayBeInput(word));
  return { refusals: refuseLaterCode(base, table, rest, refusals), runsInput: readsInput ? evalBy(base) : null };
}

function mayBeOptionFrom(base: string, refusals: readonly (Refusal | null)[], at: number): Nature {
  const { refusals: unsure, runsInput } = unsureFrom(base, refusals, at);
  return { refusals: unsure.with(at, { ...evalBy(base), mayBeOption: true }), runsInput };
}

/** Code that may itself hand its input to a shell. */
function mayRunInput(code: Word): boolean {
  const text = literalOf(code);
  return (
    text === null ||
    /\b(?:\w*sh|eval|source|python|perl|ruby|node|php|lua|xargs|ssh|su|sudo|exec)\b|(?:^|[;&|\s])\.\s|\$/.test(text)
  );
}

/** A file of code that is the input by another name, or may be. */
function mayBeInput(file: Word): boolean {
  const text = literalOf(file);
  return text === null || text === '-' || /^\/(?:dev|proc)\//.test(text);
}

/** `sed s/a/b/ file -e CODE`: some take options behind operands, up to `--`. */
function refuseLaterCode(
  base: string,
  table: Interpreter,
  rest: readonly Word[],
  refusals: (Refusal | null)[],
): (Refusal | null)[] {
  if (table.operand !== 'code') return refusals;
  return refusals.map((refusal, at) => {
    const before = at === 0 ? null : literalOf(rest[at - 1]);
    if (refusal !== null || rest.slice(0, at).some((each) => literalOf(each) === '--')) return refusal;
    if (before === '-e' || before === '-f' || before === '--expression') return evalBy(base);
    const word = rest[at] as Word;
    return literalOf(word) === null && startsLikeOption(word) && literalOf(rest[at - 1]) !== '-v'
      ? { ...evalBy(base), mayBeOption: true }
      : null;
  });
}

function declarationArguments(base: string, rest: readonly Word[], facts: ScriptFacts): (Refusal | null)[] {
  const refusal: Refusal = { code: 'interpolation-arithmetic', detail: base };
  const isPlain = ['export', 'readonly'].includes(base) || (base === 'local' && !facts.hasLists);
  const options = rest.filter((word) => !/^[A-Za-z_]\w*(?:\+?=|$)/.test(word.raw));
  if (!isPlain || !options.every((word) => /^-[rxg]+$|^--$/.test(word.raw))) return refuseAll(rest.length, refusal);
  return rest.map((word) => (/^[A-Za-z_]\w*\+?=/.test(word.raw) ? null : refusal));
}

/** `printf FORMAT …`: the format must not be an option (`-v` names a variable), and in ksh and zsh no number, which they compute. */
function printArguments(base: string, rest: readonly Word[], kind: ShellKind): (Refusal | null)[] {
  const refusal: Refusal = { code: 'interpolation-arithmetic', detail: base };
  const refusals = data(rest.length);
  const format = literalOf(rest[0]) === '--' ? 1 : 0;
  const first = rest[format];
  if (first === undefined) return refusals;
  if (format === 0 && startsLikeOption(first)) return refuseAll(rest.length, refusal);
  if (
    base === 'printf' &&
    (kind === 'ksh' || kind === 'zsh') &&
    !/^(?:[^%]|%%|%-?[\d.]*[sqb])*$/.test(literalOf(first) ?? '%d')
  ) {
    return refuseAll(rest.length, refusal);
  }
  return refusals;
}

function startsLikeOption(word: Word): boolean {
  const first = word.pieces.find((piece) => piece.kind !== 'text' || piece.text !== '');
  return first === undefined ? false : first.kind !== 'text' || /^[-+]/.test(first.text);
}

/** `set` takes options until `--`. */
function setArguments(rest: readonly Word[]): (Refusal | null)[] {
  const end = rest.findIndex((word) => literalOf(word) === '--');
  return rest.map((_, at) => (end !== -1 && at > end ? null : { code: 'interpolation-eval', detail: 'set' }));
}

function otherNature(base: string, rest: readonly Word[], facts: ScriptFacts): Nature {
  const refusals = data(rest.length);
  let runsInput = inputRunners.has(base) ? evalBy(base) : null;
  const options = codeOptions.get(base) ?? [];
  const subcommands = codeSubcommands.get(base) ?? [];
  for (const [at, word] of rest.entries()) {
    const text = literalOf(word) ?? '';
    const place = rest.length - at - 1;
    if (subcommands.includes(text)) refusals.splice(at + 1, place, ...refuseAll(place, evalBy(`${base} ${text}`)));
    if (base === 'git' && at === 0 && text === '-c') refusals.splice(at + 1, place, ...refuseAll(place, evalBy('git -c')));
    if (options.some((option) => text === option || (word.raw.startsWith(`${option}=`) && literalOf(word) === null))) {
      refusals[text === '' ? at : at + 1] ??= evalBy(base);
    }
    if (/^-(?:exec|execdir|ok|okdir)$/.test(text) || (base === 'fd' && options.includes(text))) {
      mergeInto(refusals, at + 1, commandNature(rest.slice(at + 1), facts).refusals);
    }
    // The part behind the colon was long read by a shell on the other machine.
    if (remoteCopiers.has(base) && word.raw.includes(':')) refusals[at] ??= evalBy(base);
    if (pasters.has(base) && /^[\w.-]+\+?:?=/.test(word.raw)) refusals[at] ??= evalBy(base);
    // `docker exec box sh -c CODE`, `nix develop -c bash -c CODE`: a shell by its name, wherever it stands.
    const inner = interpreters.get(text.slice(text.lastIndexOf('/') + 1));
    if (inner !== undefined && inner.operand !== 'code') {
      const nature = interpreterNature(text, inner, rest.slice(at + 1));
      const usesCode = rest.slice(at + 1).some((each) => /^-[a-zA-Z]*[ceErp]|^--(?:eval|print)/.test(literalOf(each) ?? ''));
      if (usesCode) mergeInto(refusals, at + 1, nature.refusals);
      runsInput ??= nature.runsInput;
    }
  }
  refusals.length = rest.length;
  return { refusals, runsInput };
}

function mergeInto(refusals: (Refusal | null)[], from: number, more: readonly (Refusal | null)[]): void {
  for (const [at, refusal] of more.entries()) refusals[from + at] ??= refusal;
}
