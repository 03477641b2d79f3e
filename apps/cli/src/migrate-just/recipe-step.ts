// Makes a step of one recipe with its arguments: script, interpreter, folder, environment.
// Not here: order and parameters (convert-recipe.ts).

import type { StepModel } from '@workflow-platform/core';
import type { Draft } from './draft.ts';
import { assignedValue, type Scope } from './evaluate.ts';
import type { Invocation } from './expand-recipe.ts';
import { NotConvertible } from './finding.ts';
import { attributeOf, type JustModule } from './justfile.ts';
import { newStep } from './new-step.ts';
import { joinFolders, workingFolder, workspaceFolder, type Places } from './places.ts';
import { recipeLines } from './recipe-lines.ts';
import { scriptRecipe } from './script-recipe.ts';
import { settleScript, wordsVariable } from './settle-script.ts';
import { shellForm } from './shell-form.ts';
import { expressionOf, joinValues, knownText, templateOf, textValue, type Value } from './value.ts';

/** What all steps of a workflow have in common. */
export interface RecipeContext {
  readonly draft: Draft;
  readonly places: Places;
  readonly root: JustModule;
  /** Line of the justfile behind the head of a recipe, where it is known. */
  readonly bodyLine: (module: JustModule, recipe: string) => number | null;
}

/** Returns the step. */
export function recipeStep(invocation: Invocation, id: string, context: RecipeContext): StepModel {
  const { module, recipe, bindings } = invocation;
  const { draft, places } = context;
  const scope: Scope = { draft, places, module, bindings };
  const line = context.bodyLine(module, recipe.name);
  const made = recipe.isScript ? scriptRecipe(recipe, scope, line) : linesOf(invocation, scope, line);
  const folder = recipeFolder(invocation, context);
  const before = made.isShell ? shellLines(invocation, context, folder) : [];
  const positional = positionalWords(invocation, made);
  const { run, env, rest, remarks } = settleScript(joinValues(positional.line, made.script), { shell: made.shell });
  if (rest !== null && positional.line.length > 0)
    throw new NotConvertible(
      `the words of \`${rest}\` are used both by name and by place`,
      `write \`"$@"\`, or its end, for \`{{${rest}}}\` in the justfile`,
    );
  for (const remark of remarks) draft.remark(remark, null, line === null ? null : line - 1);
  const list = rest ?? positional.rest;
  const text = [...made.header, ...before, ...(list === null ? [] : spread(list)), run].join('\n');
  remarkOn(invocation, context, text, made.isShell);
  return {
    ...newStep(id),
    run: text,
    shell: made.shell,
    workspace: workspaceFolder(folder),
    env: {
      ...environmentOf(invocation, scope, text),
      ...env,
      ...(list === null ? {} : { [wordsVariable(list)]: `\${{ join(params.${list}, fromJSON('"\\u001f"')) }}` }),
    },
  };
}

function linesOf({ module, recipe }: Invocation, scope: Scope, line: number | null) {
  const form = shellForm(module.settings.shell.command, module.settings.shell.arguments);
  const script = recipeLines(recipe, form, scope, line);
  return form.kind === 'other'
    ? { shell: null, isShell: true, header: [], script }
    : { shell: form.shell, isShell: true, header: form.header, script };
}

/** Makes the words of a list parameter `$1`, `$2` …; no character that people type divides them. */
function spread(list: string): string[] {
  const name = wordsVariable(list);
  return [
    `# The words of ${list}, one by one.`,
    `set -f; IFS=$(printf '\\037'); set -- \${${name}:+$${name}$IFS}; unset IFS; set +f`,
  ];
}

function positionalWords(
  { module, recipe, words }: Invocation,
  { script, isShell }: { readonly script: Value; readonly isShell: boolean },
): { line: Value; rest: string | null } {
  const isPositional = module.settings.positionalArguments || attributeOf(recipe, 'positional-arguments') !== undefined;
  if (!isPositional || words.length === 0 || !readsWords(script, isShell)) return { line: [], rest: null };
  if (!isShell)
    throw new NotConvertible(
      'the script gets its arguments by their place, which steps in other languages do not',
      'give them in `env` and read them there',
    );
  const last = words.at(-1)!;
  const [part] = last;
  const rest = last.length === 1 && part?.kind === 'rest' ? part.parameter : null;
  if (rest !== null && words.length === 1) return { line: [], rest };
  const singles = (rest === null ? words : words.slice(0, -1)).flatMap((value) => [textValue(' '), wordOf(value)]);
  const line = joinValues(textValue('set --'), ...singles, textValue(rest === null ? '\n' : ' "$@"\n'));
  return { line, rest };
}

/** Whether a script looks at its arguments by their place. */
function readsWords(script: Value, isShellScript: boolean): boolean {
  const text = script.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
  if (!isShellScript) return /argv|ARGV|\bargs\b|\$args|Deno\.args|\barg\b/.test(text);
  return /\$\{?[#!]?[@*#0-9]|\b(shift|getopts)\b|\bfor\s+\w+\s*(;|\n|do\b)/.test(text);
}

function wordOf(value: Value): Value {
  const text = knownText(value);
  if (text !== null) return textValue(`'${text.replaceAll("'", "'\\''")}'`);
  return [{ kind: 'expression', source: expressionOf(value) }];
}

function recipeFolder({ module, recipe }: Invocation, { places, draft }: RecipeContext): string {
  if (attributeOf(recipe, 'no-cd') !== undefined || module.settings.noCd) {
    draft.remark(
      'with `no-cd` just stays in the folder it was called from; the step works in the root of the workspace',
      'give the folder as a parameter: `workspace = "${{ params.folder }}"`',
    );
    return '';
  }
  const given = attributeOf(recipe, 'working-directory')?.value;
  const base = workingFolder(module, places);
  return typeof given === 'string' ? joinFolders(base, given) : base;
}

/** What stands before the script: the file of variables, and variables that are taken away. */
function shellLines({ module }: Invocation, { root, places, draft }: RecipeContext, folder: string): string[] {
  const { dotenv } = root.settings;
  const lines = module.unexports.map((name) => `unset ${name}`);
  if (dotenv === null) return lines;
  if (dotenv.path.startsWith('/'))
    throw new NotConvertible(`it loads \`${dotenv.path}\`, which is not in the repository`, 'name its variables in `env`');
  const path = pathFrom(folder, joinFolders(places.folder, dotenv.path));
  const file = `'${path.replaceAll("'", "'\\''")}'`.replace(/^'([\w./-]+)'$/, '$1');
  draft.note(
    `\`${dotenv.path}\` is read by the shell, which understands more than just does, and wins over the environment`,
    'quote values with blanks or `$` in it',
  );
  const load = `set -a; . ${file}; set +a`;
  return [...lines, dotenv.isRequired ? load : `if [ -f ${file} ]; then ${load}; fi`];
}

/** A path of the repository, seen from one of its folders. */
function pathFrom(folder: string, path: string): string {
  if (folder === '') return `./${path}`;
  if (path.startsWith(`${folder}/`)) return `./${path.slice(folder.length + 1)}`;
  return `${'../'.repeat(folder.split('/').length)}${path}`;
}

function environmentOf({ module, recipe, bindings }: Invocation, scope: Scope, text: string): { [name: string]: string } {
  const env: { [name: string]: string } = {};
  const isRead = (name: string) => new RegExp(`\\b${name.replaceAll('-', '\\-')}\\b`).test(text);
  const put = (name: string, value: Value) => {
    if (/^[A-Za-z_]\w*$/.test(name)) env[name] = templateOf(value);
  };
  for (const assigned of module.assignments.values())
    if (assigned.isExported || (module.settings.exportsAll && isRead(assigned.name)))
      put(assigned.name, assignedValue(assigned, scope));
  for (const { name, isExported } of recipe.parameters)
    if (isExported || (module.settings.exportsAll && isRead(name))) put(name, bindings.get(name) ?? []);
  for (const { value } of recipe.attributes.filter((each) => each.name === 'env'))
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string') put(value[0], textValue(value[1]));
  return env;
}

const silent = new Set(
  (
    'private doc group parallel confirm script extension no-exit-message exit-message no-quiet quiet positional-arguments env arg ' +
    'working-directory no-cd unix default metadata'
  ).split(' '),
);
const systems = new Set('linux macos windows android openbsd freebsd netbsd dragonfly'.split(' '));

function remarkOn({ recipe }: Invocation, { draft, root }: RecipeContext, text: string, isShellScript: boolean): void {
  for (const { name } of recipe.attributes) {
    if (systems.has(name))
      draft.remark(
        `\`${recipe.name}\` is only for \`${name}\`; the workflow runs wherever it is started, and other variants are not in it`,
        'let a step look at `uname -s` first',
      );
    else if (!silent.has(name)) draft.remark(`the attribute \`${name}\` means nothing here`, null);
  }
  if (/(^|[\s;&|(])just\s/m.test(text.replaceAll(/^\s*#.*$/gm, '').replaceAll(/echo .*$/gm, '')))
    draft.remark('it calls just itself, which must be installed', 'run the other recipe with `workflow run`, or as a step');
  if (!isShellScript && root.settings.dotenv !== null)
    draft.remark(`\`${root.settings.dotenv.path}\` is not loaded for the script`, 'name its variables in `env`');
}
