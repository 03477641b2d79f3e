// Reads the JSON that `just --dump --dump-format json` prints. Keys that a version of just does not write yet, or no longer, have
// their usual meaning; what is of no known form is named with its place.
// Not here: asking just for it (subcommands/migrate-just.ts).

import type {
  JustAttribute,
  JustExpression,
  JustFragment,
  JustModule,
  JustParameter,
  JustRecipe,
  JustSettings,
} from './justfile.ts';

/** A justfile, or why the text is no dump of one. */
export type DumpReading = { readonly ok: true; readonly root: JustModule } | { readonly ok: false; readonly problem: string };

/** Reads a dump. Never throws. */
export function readDump(text: string): DumpReading {
  try {
    const value: unknown = JSON.parse(text);
    if (!isTable(value) || !isTable(value['recipes'])) return { ok: false, problem: 'it has no `recipes`' };
    return { ok: true, root: readModule(value, []) };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.message };
    if (error instanceof SyntaxError) return { ok: false, problem: `it is not JSON: ${error.message}` };
    throw error;
  }
}

type Table = { readonly [key: string]: unknown };

class Unreadable extends Error {}

/** Deeper than anybody writes; keeps the stack whole. */
const DEPTH_MAX = 200;

function readModule(value: Table, path: readonly string[]): JustModule {
  if (path.length > DEPTH_MAX) throw new Unreadable('its modules are nested too deep');
  const settings = tableOf(value['settings'] ?? {}, 'settings');
  return {
    path,
    source: textOrNull(value['source']),
    settings: readSettings(settings),
    assignments: namedOf(value['assignments'], 'assignments', (entry, name) => ({
      name,
      isExported: entry['export'] === true,
      value: readExpression(entry['value'], `assignments.${name}`),
    })),
    unexports: textsOf(value['unexports'] ?? [], 'unexports'),
    recipes: namedOf(value['recipes'], 'recipes', (entry, name) => readRecipe(entry, name, settings)),
    aliases: [...namedOf(value['aliases'], 'aliases', ({ target }, name) => ({ name, target: targetOf(target, name) })).values()],
    modules: namedOf(value['modules'], 'modules', (entry, name) => readModule(entry, [...path, name])),
  };
}

function targetOf(target: unknown, alias: string): string {
  if (typeof target === 'string') return target;
  if (isTable(target) && typeof target['name'] === 'string') return target['name'];
  throw new Unreadable(`aliases.${alias} has no target`);
}

function readSettings(given: Table): JustSettings {
  const path = textOrNull(given['dotenv_path']) ?? textOrNull(given['dotenv_filename']);
  const loads = given['dotenv_load'] === true || given['dotenv_required'] === true || path !== null;
  const odd = ['lists', 'guards', 'default_list', 'default_script'].filter((name) => given[name] === true);
  const command = given['dotenv_command'];
  return {
    shell: commandOf(given['shell']) ?? { command: 'sh', arguments: ['-cu'] },
    // No version so far tells; the text of the justfile does.
    scriptInterpreter: null,
    exportsAll: given['export'] === true,
    positionalArguments: given['positional_arguments'] === true,
    ignoresComments: given['ignore_comments'] === true,
    noCd: given['no_cd'] === true,
    workingDirectory: textOrNull(given['working_directory']),
    dotenv: loads ? { path: path ?? '.env', isRequired: given['dotenv_required'] === true } : null,
    unknown: [...odd, ...(Array.isArray(command) && command.length > 0 ? ['dotenv_command'] : [])],
  };
}

function commandOf(value: unknown): JustSettings['shell'] | null {
  if (!isTable(value) || typeof value['command'] !== 'string') return null;
  return { command: value['command'], arguments: textsOf(value['arguments'] ?? [], 'shell.arguments') };
}

function readRecipe(entry: Table, name: string, settings: Table): JustRecipe {
  const at = `recipes.${name}`;
  const dependencies = listOf(entry['dependencies'] ?? [], `${at}.dependencies`).map((given) => {
    const { recipe, arguments: args } = tableOf(given, `${at}.dependencies`);
    if (typeof recipe !== 'string') throw new Unreadable(`${at}.dependencies has an entry without a recipe`);
    return { recipe, arguments: listOf(args ?? [], at).map((each) => readExpression(each, at)) };
  });
  return {
    name,
    doc: textOrNull(entry['doc']),
    isPrivate: entry['private'] === true,
    isScript: entry['shebang'] === true || settings['default_script'] === true,
    attributes: listOf(entry['attributes'] ?? [], `${at}.attributes`).flatMap(readAttribute),
    parameters: listOf(entry['parameters'] ?? [], `${at}.parameters`).map((given) => readParameter(given, at)),
    dependencies,
    priors: typeof entry['priors'] === 'number' ? entry['priors'] : dependencies.length,
    body: listOf(entry['body'] ?? [], `${at}.body`).map((line) =>
      listOf(line, `${at}.body`).map((each) => readFragment(each, at)),
    ),
  };
}

function readAttribute(given: unknown): JustAttribute[] {
  if (typeof given === 'string') return [{ name: given, value: null }];
  return isTable(given) ? Object.entries(given).map(([name, value]) => ({ name, value })) : [];
}

function readParameter(given: unknown, at: string): JustParameter {
  const entry = tableOf(given, `${at}.parameters`);
  const { name, kind } = entry;
  if (typeof name !== 'string') throw new Unreadable(`${at}.parameters has an entry without a name`);
  return {
    name: checkName(name, `${at}.parameters`),
    kind: kind === 'star' || kind === 'plus' ? kind : 'singular',
    default:
      entry['default'] === null || entry['default'] === undefined ? null : readExpression(entry['default'], `${at}.${name}`),
    isExported: entry['export'] === true,
    pattern: textOrNull(entry['pattern']),
    option: optionOf(entry),
    help: textOrNull(entry['help']),
  };
}

function optionOf({ long, short }: Table): string | null {
  if (typeof long === 'string') return `--${long}`;
  return typeof short === 'string' ? `-${short}` : null;
}

function readFragment(given: unknown, at: string): JustFragment {
  if (typeof given === 'string') return given;
  const [expression] = listOf(given, `${at}.body`);
  return { expression: readExpression(expression, `${at}.body`) };
}

function readExpression(given: unknown, at: string, depth = 0): JustExpression {
  if (typeof given === 'string') return given;
  if (depth > DEPTH_MAX) throw new Unreadable(`an expression of ${at} is nested too deep`);
  const [operator, ...operands] = listOf(given, at);
  if (typeof operator !== 'string') throw new Unreadable(`an expression of ${at} has no operator`);
  return { operator, operands: operands.map((each) => (each === null ? null : readExpression(each, at, depth + 1))) };
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tableOf(value: unknown, at: string): Table {
  if (isTable(value)) return value;
  throw new Unreadable(`\`${at}\` is no table`);
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Unreadable(`\`${at}\` is no list`);
}

function textsOf(value: unknown, at: string): string[] {
  return listOf(value, at).filter((each) => typeof each === 'string');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Names become files, steps and words of command lines: nothing is one that just itself would not take. */
function checkName(name: string, at: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return name;
  throw new Unreadable(`\`${at}\` has a name that just does not allow: ${JSON.stringify(name)}`);
}

function namedOf<T>(value: unknown, at: string, read: (entry: Table, name: string) => T): Map<string, T> {
  const entries = Object.entries(tableOf(value ?? {}, at));
  return new Map(entries.map(([name, entry]) => [checkName(name, at), read(tableOf(entry, `${at}.${name}`), name)]));
}
