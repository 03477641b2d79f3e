// Turns a justfile into workflow files and a report of what became of each recipe. Every file was read and validated as
// `workflow validate` would; one with mistakes is none, and its recipe is reported.
// Not here: reading and writing files (subcommands/migrate/just.ts), a single recipe (convert-recipe.ts).

import { parseToml, readModel, renderWorkflow, validateWorkflow, type Catalog } from '@workflow-platform/core';
import { convertRecipe } from './convert-recipe.ts';
import { NotConvertible, type Finding } from './finding.ts';
import type { JustModule, JustRecipe } from './justfile.ts';
import type { Places } from './places.ts';
import { hasExpandedStrings, headLines, scriptInterpreterOf } from './read-text.ts';

export interface RecipeReport {
  /** `build`, or `module::build`. */
  readonly recipe: string;
  readonly line: number | null;
  /** `replaced`: a subcommand or another workflow does its work. */
  readonly status: 'converted' | 'converted-with-remarks' | 'not-converted' | 'replaced';
  readonly workflow: string | null;
  readonly file: string | null;
  readonly findings: readonly Finding[];
}

export interface WorkflowFile {
  /** `build.toml` */
  readonly name: string;
  readonly text: string;
  /** The recipe as people called it: names and order of its parameters are theirs. */
  readonly recipe: JustRecipe;
  readonly path: readonly string[];
  /** Parameters of the workflow in the order in which words are given for them. */
  readonly parameters: readonly { readonly name: string; readonly isList: boolean }[];
  /** Whether the first word names a workspace. */
  readonly takesWorkspace: boolean;
}

export interface Conversion {
  readonly recipes: readonly RecipeReport[];
  /** What is so for all of them. */
  readonly notes: readonly Finding[];
  readonly aliases: readonly { readonly name: string; readonly target: string }[];
  readonly files: readonly WorkflowFile[];
}

export interface ConversionRequest {
  readonly root: JustModule;
  readonly places: Places;
  /** Text of the justfile, for the numbers of lines; null where only the dump is known. */
  readonly text: string | null;
  /** Only these, by their names or `module::name`; null for all public ones. */
  readonly recipes: readonly string[] | null;
  readonly catalog: Catalog;
}

/** Recipes of the Bash proof of concept that subcommands stand for. */
export const workspaceRecipes: ReadonlyMap<string, string> = new Map([
  ['workspace-status', 'status'],
  ['workspace-shell', 'shell'],
  ['workspace-clean', 'clean'],
  ['workspace-sync-tools', 'sync-tools'],
]);

/** Converts the recipes asked for. Never throws for what is in a justfile. */
export function convertJustfile(request: ConversionRequest): Conversion {
  const { recipes: wanted } = request;
  const root = { ...request.root, settings: { ...request.root.settings, scriptInterpreter: scriptInterpreterOf(request.text) } };
  const heads = headLines(request.text);
  const files = new Map<string, WorkflowFile>();
  const recipes: RecipeReport[] = [];
  const notes = new Map<string, Finding>();
  if (hasExpandedStrings(request.text)) notes.set(EXPANDED.message, EXPANDED);
  for (const { module, recipe } of everyRecipe(root)) {
    const name = [...module.path, recipe.name].join('::');
    if (wanted === null ? recipe.isPrivate : !wanted.includes(name)) continue;
    recipes.push(reportOf({ module, recipe, name }, { ...request, root }, { heads, files, notes }));
  }
  const order = (report: RecipeReport) => report.line ?? Number.MAX_SAFE_INTEGER;
  recipes.sort((a, b) => order(a) - order(b));
  return { recipes, notes: [...notes.values()], aliases: root.aliases, files: [...files.values()] };
}

const EXPANDED: Finding = {
  line: null,
  message: "strings such as `x'~/bin'` are in the files as they read on this machine",
  help: "use `env('HOME') / 'bin'` in the justfile first",
};

/** All recipes of a justfile and its modules. */
export function* everyRecipe(module: JustModule): Generator<{ module: JustModule; recipe: JustRecipe }> {
  for (const recipe of module.recipes.values()) yield { module, recipe };
  for (const inner of module.modules.values()) yield* everyRecipe(inner);
}

function reportOf(
  { module, recipe, name }: { module: JustModule; recipe: JustRecipe; name: string },
  request: ConversionRequest,
  { heads, files, notes }: { heads: ReadonlyMap<string, number>; files: Map<string, WorkflowFile>; notes: Map<string, Finding> },
): RecipeReport {
  const line = module.path.length === 0 ? (heads.get(recipe.name) ?? null) : null;
  const report = { recipe: name, line, workflow: null, file: null };
  const replaced = replacement(module, recipe);
  if (replaced !== null) return { ...report, status: 'replaced', findings: [{ line, ...replaced }] };
  const twin = takesWorkspace(recipe) ? module.recipes.get(`${recipe.name}-inner`) : undefined;
  const id = [...module.path, recipe.name].join('.').toLowerCase();
  try {
    if (files.has(id))
      throw new NotConvertible(`another recipe's workflow is called \`${id}\`, too`, 'give one of the recipes another name');
    const target = { module, recipe: twin ?? recipe, id, isIsolated: twin !== undefined };
    const bodyLine = (of: JustModule, called: string) =>
      of.path.length === 0 && heads.has(called) ? heads.get(called)! + 1 : null;
    const { model, remarks, notes: general } = convertRecipe(target, { places: request.places, root: request.root, bodyLine });
    const where = line === null ? request.places.file : `${request.places.file}:${line}`;
    const text = fileText(renderWorkflow({ ...model, description: model.description ?? recipe.doc }), {
      name,
      where,
      remarks: [...remarks, ...general],
    });
    const warnings = check(text, `${id}.toml`, request.catalog);
    const findings = [
      ...remarks.map((remark) => ({ ...remark, line: remark.line ?? line })),
      ...warnings.map((message) => ({ line, message, help: null })),
    ];
    const called = new Map(model.parameters.map((parameter) => [parameter.name.toLowerCase(), parameter]));
    const parameters = target.recipe.parameters.map((parameter) => ({
      name: called.get(parameter.name.toLowerCase())?.name ?? parameter.name,
      isList: parameter.kind !== 'singular',
    }));
    const file = `${id}.toml`;
    for (const note of general) notes.set(note.message, note);
    files.set(id, { name: file, text, recipe, path: module.path, parameters, takesWorkspace: twin !== undefined });
    return { ...report, status: findings.length > 0 ? 'converted-with-remarks' : 'converted', workflow: id, file, findings };
  } catch (error) {
    if (!(error instanceof NotConvertible)) throw error;
    return {
      ...report,
      status: 'not-converted',
      findings: [{ line: error.line ?? line, message: error.message, help: error.help }],
    };
  }
}

function replacement(module: JustModule, recipe: JustRecipe): { message: string; help: string | null } | null {
  const subcommand = module.path.length === 0 ? workspaceRecipes.get(recipe.name) : undefined;
  if (subcommand !== undefined) return { message: `\`workflow workspace ${subcommand}\` does this`, help: null };
  const outer = recipe.name.endsWith('-inner') ? module.recipes.get(recipe.name.slice(0, -'-inner'.length)) : undefined;
  if (outer === undefined || !takesWorkspace(outer)) return null;
  return { message: `the workflow \`${outer.name.toLowerCase()}\` does this`, help: null };
}

/** Whether the first parameter of a recipe names the workspace that it works in. */
function takesWorkspace({ parameters }: JustRecipe): boolean {
  return parameters[0]?.kind === 'singular' && /^(workspace[_-]?)?id$/i.test(parameters[0].name);
}

function fileText(toml: string, { name, where, remarks }: { name: string; where: string; remarks: readonly Finding[] }): string {
  const lines = [
    `Made by \`workflow migrate just\` from the recipe \`${name}\` (${where}).`,
    ...remarks.map(({ message, help }) => `- ${message}${help === null ? '' : `; ${help}`}`),
  ];
  // Control characters may not stand in a comment.
  return `${lines.map((line) => `# ${line.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')}`).join('\n')}\n\n${toml}`;
}

/** Reads the file as a run would; returns its warnings, and throws its first error. */
function check(text: string, file: string, catalog: Catalog): string[] {
  const document = parseToml(text, file);
  const { model, diagnostics } = readModel(document, catalog);
  const all = [...document.diagnostics, ...diagnostics, ...(model === null ? [] : validateWorkflow(document, model, catalog))];
  const error = all.find(({ severity }) => severity === 'error');
  if (error !== undefined)
    throw new NotConvertible(`the workflow would not be valid: ${error.message}`, error.help ?? 'write it by hand');
  return all.map(({ message }) => message);
}
