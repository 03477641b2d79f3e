// Writes a justfile whose recipes have the names and parameters of old, and call the command line: for habits and scripts.
// Not here: what the workflows do (convert-justfile.ts).

import { shellQuote } from '@workflow-platform/core';
import { workspaceRecipes, type Conversion, type WorkflowFile } from './convert-justfile.ts';
import type { JustModule, JustParameter } from './justfile.ts';

/** Renders the justfile; `refer` says how the command line finds the workflow of an id. Values reach the command line as arguments of the shell, so that none of them is read as shell text. */
export function agentsJust({ files, aliases }: Conversion, root: JustModule, refer: (id: string) => string): string {
  const recipes = files.filter(({ path }) => path.length === 0).map((file) => renderRecipe(file, refer));
  const commands = [...workspaceRecipes].filter(([name]) => root.recipes.has(name)).map(renderCommand);
  const names = new Set([...files.map(({ recipe }) => recipe.name), ...workspaceRecipes.keys()]);
  const kept = aliases.filter(({ target }) => names.has(target)).map(({ name, target }) => `alias ${name} := ${target}`);
  const head = [
    '# Made by `workflow migrate just`: the recipes of old, carried out by workflows.',
    '',
    'set positional-arguments',
  ];
  return `${[head.join('\n'), ...(kept.length > 0 ? [kept.join('\n')] : []), ...recipes, ...commands].join('\n\n')}\n`;
}

function renderRecipe({ recipe, name, parameters, takesWorkspace }: WorkflowFile, refer: (id: string) => string): string {
  const head = [recipe.name, ...recipe.parameters.map(renderParameter)].join(' ');
  const doc = recipe.doc === null ? [] : [`# ${recipe.doc.replaceAll(/\s+/g, ' ')}`];
  const id = shellQuote(refer(name.replace(/\.toml$/, ''))).replaceAll('{{', '{{{{');
  return [...doc, `${head}:`, ...renderBody({ id, recipe, parameters, takesWorkspace }).map((line) => `    ${line}`)].join('\n');
}

/** A default that only the workflow can work out stands as empty text, which is not handed on. */
function renderParameter({ name, kind, default: fallback }: JustParameter): string {
  const sign = { singular: '', star: '*', plus: '+' }[kind];
  return `${sign}${name}${fallback === null ? '' : `=${quote(typeof fallback === 'string' ? fallback : '')}`}`;
}

function quote(text: string): string {
  if (!/['\n]/.test(text)) return `'${text}'`;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function renderBody({
  id,
  recipe,
  parameters,
  takesWorkspace,
}: Pick<WorkflowFile, 'recipe' | 'parameters' | 'takesWorkspace'> & { id: string }): string[] {
  const singles = parameters.filter(({ isList }) => !isList);
  const list = parameters.find(({ isList }) => isList);
  const start = `exec workflow run ${id}`;
  if (parameters.length === 0 && !takesWorkspace) return [start.replace('exec ', '@')];
  return [
    '#!/bin/sh',
    'set -eu',
    ...(takesWorkspace ? ['id=$1; shift'] : []),
    // What is handed on comes behind the words that are still to be read; these go one by one.
    'left=$#',
    ...(singles.length === 0
      ? []
      : [
          `for name in ${singles.map(({ name }) => name).join(' ')}; do`,
          '    [ "$left" -gt 0 ] || break',
          ...handOn(recipe.parameters),
          '    shift; left=$((left - 1))',
          'done',
        ]),
    ...(list === undefined
      ? ['[ "$left" -eq 0 ] || { echo "there are too many arguments" >&2; exit 2; }']
      : [
          'list=',
          'while [ "$left" -gt 0 ]; do',
          `    list="$list\${list:+,}\\"$(printf '%s' "$1" | sed 's/[\\\\"]/\\\\&/g')\\""`,
          '    shift; left=$((left - 1))',
          'done',
          `[ -z "$list" ] || set -- "$@" --param "${list.name}=[$list]"`,
        ]),
    takesWorkspace ? `${start} --workspace-id "$id" "$@"` : `${start} "$@"`,
  ];
}

/** Empty text for a parameter whose default only the workflow knows stands for that default. */
function handOn(parameters: readonly JustParameter[]): string[] {
  const open = parameters.filter(({ default: fallback }) => fallback !== null && typeof fallback !== 'string');
  if (open.length === 0) return ['    set -- "$@" --param "$name=$1"'];
  const empty = open.map(({ name }) => `${name}=`).join(' | ');
  return [`    case "$name=$1" in ${empty}) ;; *) set -- "$@" --param "$name=$1" ;; esac`];
}

function renderCommand([name, subcommand]: readonly [string, string]): string {
  const parameter = subcommand === 'status' ? '*ID' : 'ID';
  return `${name} ${parameter}:\n    @workflow workspace ${subcommand} "$@"`;
}
