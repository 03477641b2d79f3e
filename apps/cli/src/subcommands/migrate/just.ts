// `workflow migrate just [FILE]`: makes workflows of recipes, writes and validates them, and tells what became of each.
// Not here: the conversion (migrate-just/), asking just (read-justfile.ts), how the report looks (print/migration.ts).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { locateDiagnostics } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { loadWorkflow } from '@workflow-platform/source';
import type { MigrateJustFlags } from '../../arguments/migrate/just.ts';
import { loadCatalog } from '../../catalog.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { agentsJust } from '../../migrate-just/agents-just.ts';
import { convertJustfile, everyRecipe, type Conversion } from '../../migrate-just/convert-justfile.ts';
import type { JustModule } from '../../migrate-just/justfile.ts';
import { renderMigration } from '../../print/migration.ts';
import { readJustfile } from './read-justfile.ts';

/** A file to be written, and what there is in its place. */
interface Target {
  readonly path: string;
  /** As people read it, from the current folder. */
  readonly name: string;
  readonly text: string;
  readonly state: 'new' | 'same' | 'other';
}

/** Converts, writes, validates, reports. Exits with 1 when a recipe could not be converted. */
export async function migrateJust(context: CliContext, flags: MigrateJustFlags, file?: string): Promise<void> {
  const justfile = await readJustfile(context, { file, dump: flags.dump });
  const { root, places, text } = justfile;
  refuseUnknown(flags.recipe ?? [], root);
  const { catalog } = loadCatalog(context);
  const conversion = convertJustfile({ root, places, text, recipes: flags.recipe ?? null, catalog });
  const prints = flags.output === '-';
  const folder = prints ? null : resolve(context.cwd, flags.output ?? join(justfile.folder, 'workflows'));
  const targets = targetsOf(context, conversion, { folder, agentsJust: flags.agentsJust, root });
  if (!flags.force) refuseToOverwrite(targets);
  for (const target of targets) write(target);
  if (folder !== null) await validateWritten(context, conversion, folder, catalog);
  const isComplete = conversion.recipes.every(({ status }) => status !== 'not-converted');
  context.exitWith(isComplete ? exitCodes.fine : exitCodes.failed);
  if (flags.json)
    context.out.write(`${JSON.stringify(reportData(conversion, { targets, prints, places: places.file }), null, 2)}\n`);
  else {
    if (prints) context.out.write(conversion.files.map((each) => each.text).join('\n'));
    // With the files on stdout, what is told about them goes to the side.
    const screen = prints ? context.err : context.out;
    const written = targets.map(({ name, state }) => ({ name, isNew: state !== 'same' }));
    screen.write(
      renderMigration(conversion, { justfile: justfile.name, written, folder: folderName(context, folder), style: screen.style }),
    );
  }
}

function refuseUnknown(wanted: readonly string[], root: JustModule): void {
  const names = new Set([...everyRecipe(root)].map(({ module, recipe }) => [...module.path, recipe.name].join('::')));
  const missing = wanted.find((name) => !names.has(name));
  if (missing === undefined) return;
  throw new UserError('recipe-unknown', `there is no recipe \`${missing}\``, {
    hint:
      names.size === 0
        ? 'the justfile has none'
        : `there are: ${[...names].slice(0, 20).join(', ')}${names.size > 20 ? ' …' : ''}`,
    exitCode: exitCodes.notFound,
  });
}

function targetsOf(
  context: CliContext,
  conversion: Conversion,
  options: { folder: string | null; agentsJust: string | undefined; root: JustModule },
): Target[] {
  const { folder, root } = options;
  const files = folder === null ? [] : conversion.files.map(({ name, text }) => ({ path: join(folder, name), text }));
  if (options.agentsJust !== undefined)
    files.push({
      path: resolve(context.cwd, options.agentsJust),
      text: agentsJust(conversion, root, referrer(folder, dirname(resolve(context.cwd, options.agentsJust)))),
    });
  return files.map(({ path, text }) => ({ path, text, name: relative(context.cwd, path), state: stateOf(path, text) }));
}

/** By its id where `workflow run` looks for that; else by a path from the folder of the justfile that calls it. */
function referrer(folder: string | null, from: string): (id: string) => string {
  if (folder === null || (basename(folder) === 'workflows' && !relative(dirname(folder), from).startsWith('..')))
    return (id) => id;
  return (id) => `./${relative(from, join(folder, `${id}.toml`))}`;
}

function stateOf(path: string, text: string): Target['state'] {
  if (!existsSync(path)) return 'new';
  try {
    return readFileSync(path, 'utf8') === text ? 'same' : 'other';
  } catch {
    return 'other';
  }
}

/** All or nothing: no file is written when one of them would go over another. */
function refuseToOverwrite(targets: readonly Target[]): void {
  const others = targets.filter(({ state }) => state === 'other').map(({ name }) => name);
  if (others.length === 0) return;
  const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
  throw new UserError(
    'file-exists',
    `${others.slice(0, 3).join(', ')}${more} ${others.length === 1 ? 'is' : 'are'} there already; nothing was changed`,
    {
      hint: 'write elsewhere with `--output DIR`, look first with `--output -`, or write over them with `--force`',
      exitCode: exitCodes.usage,
    },
  );
}

function write({ path, name, text, state }: Target): void {
  if (state === 'same') return;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // `wx`: a file that appeared just now is not touched either.
    writeFileSync(path, text, { flag: state === 'new' ? 'wx' : 'w' });
  } catch (cause) {
    throw new UserError('unwritable-file', `cannot write ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'choose a place where you may make files with `--output DIR`',
      exitCode: exitCodes.failed,
      cause,
    });
  }
}

/** The conversion has validated each text; this reads the files as a run will find them, with what stands beside them. */
async function validateWritten(
  context: CliContext,
  conversion: Conversion,
  folder: string,
  catalog: Parameters<typeof loadWorkflow>[1]['catalog'],
): Promise<void> {
  for (const { name } of conversion.files) {
    const path = join(folder, name);
    const loaded = await loadWorkflow(path, { cwd: context.cwd, env: context.env, catalog });
    const error = locateDiagnostics(loaded.texts, loaded.diagnostics).find(({ severity }) => severity === 'error');
    if (error === undefined) continue;
    throw new UserError('migration-invalid', `${relative(context.cwd, path)} was written and is not valid: ${error.message}`, {
      hint: `see \`workflow validate ${relative(context.cwd, path)}\`; a \`.local.toml\` beside it counts, too`,
      exitCode: exitCodes.usage,
    });
  }
}

function folderName(context: CliContext, folder: string | null): string | null {
  return folder === null ? null : relative(context.cwd, folder) || basename(folder);
}

function reportData(
  { recipes, notes, aliases, files }: Conversion,
  { targets, prints, places }: { targets: readonly Target[]; prints: boolean; places: string },
): object {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return {
    justfile: places,
    recipes: recipes.map((recipe) => ({
      ...recipe,
      ...(prints && recipe.file !== null ? { text: texts.get(recipe.file) } : {}),
    })),
    notes,
    aliases,
    written: targets.map(({ name, state }) => ({ file: name, changed: state !== 'same' })),
  };
}
