// Works out what an expression of a justfile is worth: what is known now becomes text, what only the machine or the caller knows
// becomes a parameter or a step that finds it out.
// Not here: functions that ask the machine (machine-functions.ts), how a value stands in a script (settle-script.ts).

import { justConstants, textFunctions } from './constants.ts';
import type { Draft } from './draft.ts';
import { NotConvertible } from './finding.ts';
import type { JustAssignment, JustExpression, JustModule } from './justfile.ts';
import { machineFunction } from './machine-functions.ts';
import { folderOf, pathOf, type Places } from './places.ts';
import { shellForm } from './shell-form.ts';
import { expressionOf, joinValues, knownText, textValue, type Condition, type Value } from './value.ts';

/** Where an expression stands. */
export interface Scope {
  readonly draft: Draft;
  readonly module: JustModule;
  readonly places: Places;
  /** Values of the parameters of the recipe around it. */
  readonly bindings: ReadonlyMap<string, Value>;
  /** What the value is called, to name a step or a parameter by. */
  readonly name?: string;
}

/** Returns the value of an expression, or throws why there is none. */
export function evaluate(expression: JustExpression, scope: Scope): Value {
  if (typeof expression === 'string') return textValue(expression);
  const { operator, operands } = expression;
  const at = (index: number): Value => evaluate(operands[index] ?? '', scope);
  switch (operator) {
    case 'variable':
      return variable(textOperand(operands[0]), scope);
    case 'concatenate':
    case 'format':
      return joinValues(...operands.map((_, index) => at(index)));
    case 'join':
      return joinValues(operands[0] === null ? [] : at(0), textValue('/'), at(1));
    case 'evaluate':
      return backtick(textOperand(operands[0]), scope);
    case 'if':
      return conditional(operands, scope);
    case 'call':
      return call(textOperand(operands[0]), operands.slice(1), scope);
    case 'assert': {
      const holds = decideNow(operands[0] ?? '', scope);
      if (holds === true) return [];
      throw new NotConvertible(
        '`assert` has to be checked when the recipe runs',
        'write the check as a step of its own, such as `run = "test …"`',
      );
    }
    default:
      throw new NotConvertible(`\`${operator}\` is not understood here`, 'write what it gives as a step or a parameter');
  }
}

function textOperand(operand: JustExpression | null | undefined): string {
  if (typeof operand === 'string') return operand;
  throw new NotConvertible('an expression has no name where it needs one', 'look whether the dump is whole');
}

function variable(name: string, scope: Scope): Value {
  const bound = scope.bindings.get(name);
  if (bound !== undefined) return bound;
  const assigned = scope.module.assignments.get(name);
  if (assigned !== undefined) return assignedValue(assigned, scope);
  const constant = justConstants.get(name);
  if (constant !== undefined) return textValue(constant);
  throw new NotConvertible(`there is no variable \`${name}\``, 'give it a value in the justfile');
}

/** Returns what a variable of the justfile is worth. */
export function assignedValue(assigned: JustAssignment, scope: Scope): Value {
  const { variables } = scope.draft;
  const known = variables.get(assigned);
  if (known === null) throw new NotConvertible(`the variable \`${assigned.name}\` is made of itself`, 'give it another value');
  if (known !== undefined) return known;
  variables.set(assigned, null);
  const value = evaluate(assigned.value, { ...scope, bindings: new Map(), name: assigned.name });
  // Each may be made of others twice: without a limit few lines could make text without end.
  if (expressionOf(value).length > VALUE_LENGTH_MAX)
    throw new NotConvertible(`the value of \`${assigned.name}\` is too long`, 'let a step read it from a file');
  variables.set(assigned, value);
  return value;
}

const VALUE_LENGTH_MAX = 100_000;

/** Runs once, before the recipe, as in just. */
function backtick(command: string, scope: Scope): Value {
  const { module, draft, places, name } = scope;
  const form = shellForm(module.settings.shell.command, module.settings.shell.arguments);
  if (form.kind === 'other')
    throw new NotConvertible(
      `\`${command}\` is run by \`${form.words}\``,
      'make it a step whose output is read: `outputs = { value = { from = "stdout" } }`',
    );
  const run = [...form.header, command.trim()].join('\n').replaceAll('${{', '$$${{');
  const source = draft.capture(name ?? 'value', { run, shell: form.shell, workspace: folderOf(module, places) });
  return [
    {
      kind: 'expression',
      source,
      remark: `what \`${oneLine(command)}\` prints stays one word, where just would split it at blanks`,
    },
  ];
}

function conditional(operands: readonly (JustExpression | null)[], scope: Scope): Value {
  const [test = '', then, otherwise] = operands;
  const known = decideNow(test ?? '', scope);
  if (typeof known === 'boolean') return evaluate((known ? then : otherwise) ?? '', scope);
  const [one, other] = [evaluate(then ?? '', scope), evaluate(otherwise ?? '', scope)];
  return [{ kind: 'choice', condition: known, then: one, otherwise: other, name: scope.name ?? 'choice' }];
}

/** The outcome of a comparison, or the comparison when it is only known in a run. */
function decideNow(test: JustExpression, scope: Scope): boolean | Condition {
  if (typeof test === 'string' || !['==', '!=', '=~', '!~'].includes(test.operator))
    throw new NotConvertible('a condition is not understood', 'write it as `when` of a step');
  const { operator, operands } = test;
  const [left, right] = [evaluate(operands[0] ?? '', scope), evaluate(operands[1] ?? '', scope)];
  const [a, b] = [knownText(left), knownText(right)];
  if (operator === '=~' || operator === '!~')
    throw new NotConvertible(
      'a workflow has no regular expressions in conditions',
      'test it in a step, such as with `grep -Eq`, and let later steps read its output',
    );
  if (a !== null && b !== null) return (a === b) === (operator === '==');
  return { left, right, isNegated: operator === '!=' };
}

function call(name: string, operands: readonly (JustExpression | null)[], scope: Scope): Value {
  const args = () => operands.map((each) => evaluate(each ?? '', scope));
  if (/^env(_var)?(_or_default)?$/.test(name)) return environment(args(), scope);
  if (name === 'quote') return quote(args()[0] ?? []);
  if (name === 'error')
    throw new NotConvertible(
      '`error` ends just while it reads the justfile',
      'let a step end with `exit 1` where that should happen',
    );
  if (/^home_dir(ectory)?$/.test(name)) return environment([textValue('HOME')], { ...scope, name: scope.name ?? 'home' });
  const path = pathOf(name, scope);
  if (path !== null) return path;
  const values = args();
  const known = values.map(knownText);
  const now = textFunctions.get(name);
  if (now !== undefined && known.every((each) => each !== null)) {
    const text = now(...known);
    if (name === 'just_executable')
      scope.draft.remark(
        'it calls just itself, which must be installed',
        'run the other recipe with `workflow run`, or as a step',
      );
    if (text !== null) return textValue(text);
  }
  return machineFunction(name, values, scope);
}

/** A variable of the caller's becomes a parameter that reads it, so that `--param` works, too. */
function environment([name = [], fallback]: readonly Value[], { draft, module, name: called = '' }: Scope): Value {
  const variableName = knownText(name);
  if (variableName === null || !/^[A-Za-z_]\w*$/.test(variableName))
    throw new NotConvertible(
      'the name of an environment variable is only known in a run',
      'make it a parameter with `env = "NAME"`',
    );
  const text = fallback === undefined ? undefined : knownText(fallback);
  // Named after the variable of the justfile where it is that and nothing else.
  const assigned = module.assignments.get(called)?.value;
  const isAll = typeof assigned === 'object' && assigned.operator === 'call';
  const keys = {
    env: variableName,
    ...(fallback === undefined ? { required: true } : typeof text === 'string' ? { default: text } : {}),
  };
  const source = `params.${draft.parameter(isAll ? called : variableName, keys)}`;
  if (fallback !== undefined && text === null) return [{ kind: 'expression', source: `${source} || ${expressionOf(fallback)}` }];
  return [{ kind: 'expression', source, ...(isWords(text ?? 'x') ? { words: source.slice('params.'.length) } : {}) }];
}

/** Whether a parameter with this default stands for any number of words: options, or nothing at all. */
export function isWords(text: string): boolean {
  return text === '' || text.startsWith('-') || /\s/.test(text);
}

/** A value in a script is quoted anyway. */
function quote(value: Value): Value {
  const text = knownText(value);
  if (text !== null) return textValue(textFunctions.get('quote')!(text) ?? '');
  return [{ kind: 'expression', source: expressionOf(value) }];
}

/** The beginning of a command, for messages. */
export function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
