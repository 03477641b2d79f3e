// Makes a step's script of a recipe that is a script already: one that begins with `#!`, or has the attribute `script`.
// Not here: recipes of lines (recipe-lines.ts).

import type { Scope } from './evaluate.ts';
import { NotConvertible } from './finding.ts';
import { attributeOf, type JustRecipe } from './justfile.ts';
import { lineValue } from './recipe-lines.ts';
import { isShell, scriptHeader, shellName } from './shell-form.ts';
import { joinValues, knownText, textValue, type Value } from './value.ts';

export interface ScriptRecipe {
  readonly shell: string | null;
  /** Whether what is put before the script may be shell text. */
  readonly isShell: boolean;
  readonly header: readonly string[];
  readonly script: Value;
}

/** Returns the script and what interprets it. */
export function scriptRecipe(recipe: JustRecipe, scope: Scope, firstLine: number | null): ScriptRecipe {
  const [first] = recipe.body;
  const start = typeof first?.[0] === 'string' ? first[0] : '';
  const hasShebang = start.startsWith('#!');
  const body = hasShebang ? recipe.body.slice(1) : recipe.body;
  const skipped = hasShebang ? 1 : 0;
  const lines = body.map((line, at) => lineValue(line, scope, firstLine === null ? null : firstLine + at + skipped));
  const script = joinValues(...lines.flatMap((line, at) => (at === 0 ? [line] : [textValue('\n'), line])));
  const [command = 'sh', ...args] = hasShebang
    ? shebangWords(knownText(lineValue(first!, scope, firstLine)))
    : interpreterWords(recipe, scope);
  if (!isShell(command)) return { shell: [command, ...args].join(' '), isShell: false, header: [], script };
  const header = scriptHeader(command, args);
  // Options of the step's own replace those that steps have anyway.
  if (header === null) return { shell: [command, ...args].join(' '), isShell: true, header: [], script };
  return { shell: shellName(command), isShell: true, header: setsItself(command, script) ? [] : header, script };
}

function shebangWords(line: string | null): string[] {
  if (line === null)
    throw new NotConvertible('the interpreter of the script is only known in a run', 'name it as `shell` of the step');
  const words = line.slice(2).trim().split(/\s+/);
  if (!/(^|\/)env$/.test(words[0] ?? '')) return words;
  return words.slice(words[1] === '-S' ? 2 : 1);
}

function interpreterWords(recipe: JustRecipe, { module, draft }: Scope): readonly string[] {
  const given = attributeOf(recipe, 'script')?.value;
  if (typeof given === 'object' && given !== null && 'command' in given && typeof given.command === 'string') {
    const args: unknown = 'arguments' in given ? given.arguments : [];
    return [given.command, ...(Array.isArray(args) ? args.filter((each) => typeof each === 'string') : [])];
  }
  const { scriptInterpreter } = module.settings;
  if (scriptInterpreter !== null) return scriptInterpreter;
  draft.remark(
    'a dump does not tell `set script-interpreter`; `sh -eu` is taken for it',
    'look at `shell` of the step, or give the justfile itself',
  );
  return ['sh', '-eu'];
}

/** Whether the script's first command asks for what steps do of themselves. */
function setsItself(command: string, script: Value): boolean {
  const text = script[0]?.kind === 'text' ? script[0].text : '';
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('#')) ?? '';
  if (!/^set\s+-[a-z]*e/.test(first)) return false;
  return shellName(command) !== 'bash' || first.includes('pipefail');
}
