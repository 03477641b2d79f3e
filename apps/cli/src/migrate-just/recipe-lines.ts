// Makes one script of the lines of a recipe. just gives each line to a shell of its own: what one changes (folder, variables)
// is gone at the next, and the first that fails ends the recipe. Lines that could leave something stand in `( )`; where the shell
// would go on inside of a line, the `||` behind it keeps `-e` out of it.
// Not here: values (settle-script.ts), recipes that are scripts (script-recipe.ts).

import { evaluate, oneLine, type Scope } from './evaluate.ts';
import { NotConvertible } from './finding.ts';
import type { JustFragment, JustRecipe } from './justfile.ts';
import type { ShellForm } from './shell-form.ts';
import { expressionOf, joinValues, textValue, type Condition, type Value, type ValuePart } from './value.ts';

interface Line {
  readonly value: Value;
  /** Written with `-`: a failure means nothing. */
  readonly mayFail: boolean;
  readonly isComment: boolean;
  readonly isLast: boolean;
}

/** Returns the script, without the lines that its shell needs first. */
export function recipeLines(recipe: JustRecipe, form: ShellForm, scope: Scope, firstLine: number | null): Value {
  const lines = readLines(recipe, scope, firstLine);
  const script = lines.map((line) => renderLine(line, form, 0));
  return joinValues(...script.flatMap((line, at) => (at === 0 ? [line] : [textValue('\n'), line])));
}

function readLines(recipe: JustRecipe, scope: Scope, firstLine: number | null): Line[] {
  const lines: Omit<Line, 'isLast'>[] = [];
  const { ignoresComments } = scope.module.settings;
  for (let at = 0; at < recipe.body.length; at += 1) {
    const { start, sigils } = withoutSigils(recipe.body[at]!);
    const isComment = typeof start[0] === 'string' && start[0].startsWith('#');
    if (isComment && ignoresComments) continue;
    const place = firstLine === null ? null : firstLine + at;
    let value = lineValue(start, scope, place);
    // just joins them before any shell sees them.
    while (endsOpen(value) && at + 1 < recipe.body.length) {
      at += 1;
      value = continueLine(value, lineValue(recipe.body[at]!, scope, place));
    }
    if (!isBlank(value)) lines.push({ value, mayFail: sigils.includes('-'), isComment });
  }
  const last = lines.findLastIndex(({ isComment }) => !isComment);
  return lines.map((line, at) => ({ ...line, isLast: at === last }));
}

function withoutSigils(fragments: readonly JustFragment[]): { start: readonly JustFragment[]; sigils: string } {
  const [first = '', ...others] = fragments;
  if (typeof first !== 'string') return { start: fragments, sigils: '' };
  const sigils = /^[@-]*/.exec(first)![0];
  return { start: [first.slice(sigils.length), ...others], sigils };
}

/** Returns what a line of a recipe's body is worth. */
export function lineValue(fragments: readonly JustFragment[], scope: Scope, line: number | null): Value {
  try {
    return joinValues(
      ...fragments.map((each) =>
        typeof each === 'string' ? textValue(each.replaceAll('{{{{', '{{')) : evaluate(each.expression, scope),
      ),
    );
  } catch (error) {
    if (error instanceof NotConvertible && error.line === null) throw new NotConvertible(error.message, error.help, line);
    throw error;
  }
}

function endsOpen(value: Value): boolean {
  const last = value.at(-1);
  return last?.kind === 'text' && last.text.endsWith('\\');
}

/** As just joins lines; a line break stays where no quotes are open that would keep it. */
function continueLine(value: Value, next: Value): Value {
  const last = value.at(-1) as ValuePart & { kind: 'text' };
  const [first, ...others] = next;
  const trimmed = first?.kind === 'text' ? joinValues(textValue(first.text.trimStart()), others) : next;
  const isQuoted = value.some((part) => part.kind === 'text' && /['"#]/.test(part.text));
  const end = isQuoted || last.text.endsWith('\\\\') ? last.text.slice(0, -1) : `${last.text}\n  `;
  return joinValues(value.slice(0, -1), textValue(end), trimmed);
}

function isBlank(value: Value): boolean {
  return value.every((part) => part.kind === 'text' && part.text.trim() === '');
}

function renderLine(line: Line, form: ShellForm, depth: number): Value {
  if (line.isComment) return line.value;
  const choice = line.value.find((part) => part.kind === 'choice');
  if (choice?.kind === 'choice') {
    if (depth === 4) throw new NotConvertible('a line has more than four conditionals', 'write them as `if` in the script');
    const branch = (isThen: boolean) =>
      renderLine({ ...line, value: chosen(line.value, choice.condition, isThen) }, form, depth + 1);
    return joinValues(
      textValue('if '),
      test(choice.condition),
      textValue('; then\n  '),
      branch(true),
      textValue('\nelse\n  '),
      branch(false),
      textValue('\nfi'),
    );
  }
  if (isBlank(line.value)) return textValue(':');
  return form.kind === 'other' ? otherLine(line, form.words) : shellLine(line, form);
}

/** The line with all that hangs on the condition decided. */
function chosen(value: Value, condition: Condition, isThen: boolean): Value {
  const key = JSON.stringify(condition);
  return joinValues(
    ...value.map((part) =>
      part.kind === 'choice' && JSON.stringify(part.condition) === key
        ? chosen(isThen ? part.then : part.otherwise, condition, isThen)
        : [part],
    ),
  );
}

function test({ left, right, isNegated }: Condition): Value {
  return joinValues(textValue('[ '), word(left), textValue(isNegated ? ' != ' : ' = '), word(right), textValue(' ]'));
}

function word(value: Value): Value {
  const [part] = value;
  if (value.length === 1 && part?.kind === 'text') return textValue(`'${part.text.replaceAll("'", "'\\''")}'`);
  return value.length === 0 ? textValue("''") : [{ kind: 'expression', source: expressionOf(value) }];
}

function otherLine({ value, mayFail, isLast }: Line, words: string): Value {
  const [part] = value;
  if (value.length !== 1 || part?.kind !== 'text')
    throw new NotConvertible(
      `a value stands in a line for \`${words}\`, whose quoting is not known`,
      'give it in `env`, and let the line read the variable',
    );
  const quoted = `${words} '${part.text.replaceAll("'", "'\\''")}'`;
  return textValue(`${quoted}${mayFail ? ' || true' : isLast ? '' : ' || exit'}`);
}

function shellLine({ value, mayFail, isLast }: Line, form: ShellForm & { kind: 'shell' }): Value {
  const text = value.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
  if (/<<-?\s*['"\\\w]/.test(text) && !text.includes('<<<'))
    throw new NotConvertible(
      `\`${oneLine(text)}\` begins a here-document, which lines of a recipe cannot have`,
      'make the recipe a script: `#!/usr/bin/env bash` as its first line',
    );
  if (isPlain(text)) return mayFail ? joinValues(value, textValue(' || true')) : value;
  if (isLast && !mayFail && isAndList(text) && !setsErrexit(text)) return value;
  // A comment at its end would swallow the bracket.
  const [open, close] = text.includes('#') || text.includes('\n') ? ['(\n  ', '\n)'] : ['(', ')'];
  const inBrackets = (start: string) => joinValues(textValue(open + start), value, textValue(close));
  const guarded = (line: Value) => joinValues(textValue('set +e\n'), line, textValue('\nset -e'));
  // Behind `||` nothing in the brackets stops at a failure, not even where the line itself asks for it.
  if (form.stopsInside) return mayFail ? guarded(inBrackets('set -e; ')) : inBrackets('');
  if (setsErrexit(text)) return mayFail ? guarded(inBrackets('')) : inBrackets('set +e; ');
  return joinValues(inBrackets(''), textValue(mayFail ? ' || true' : ' || exit'));
}

function setsErrexit(text: string): boolean {
  return /\bset\s+-\w*e|\berrexit\b/.test(text);
}

/** A single command that can change nothing of the shell: without any character that could make it more. */
function isPlain(text: string): boolean {
  const line = text.replaceAll('\\\n', ' ');
  return !/[;&|<>(){}`!#\\\n]/.test(line) && !leaves(line);
}

/** Commands joined by `&&` and `|`: at the end of a script their status is the script's, and nobody sees what they leave. */
function isAndList(text: string): boolean {
  const line = text.replaceAll('\\\n', ' ');
  return (
    !/[;(){}`!#\\\n]/.test(line) && !/(^|[^&])&([^&]|$)|\|\|/.test(line) && !/^\s*(if|for|while|until|case|exec)\b/.test(line)
  );
}

const shellWords = new Set(
  (
    'cd export set unset shift exec exit return readonly local trap umask ulimit alias unalias eval source . read getopts pushd popd ' +
    'shopt declare typeset let hash wait command builtin if for while until case select function time then do [[ setopt unsetopt enable'
  ).split(' '),
);

function leaves(text: string): boolean {
  const first = text.trim().split(/\s+/)[0] ?? '';
  return first.includes('=') || first === '' || shellWords.has(first);
}
