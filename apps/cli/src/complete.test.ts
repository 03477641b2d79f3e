import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from './application.ts';
import { cacheCommands } from './arguments/cache/routes.ts';
import { migrateCommands } from './arguments/migrate/routes.ts';
import { workspaceCommands } from './arguments/workspace/routes.ts';
import { completionsFor, type ValueSource } from './complete.ts';
import { completionGroups, completionTable, flagAliases, type CompletionEntry } from './completion-table.ts';

const values: ValueSource = {
  propose: async (kind) => [
    { text: `${kind}-one`, what: 'first' },
    { text: `${kind}-two`, what: 'second' },
  ],
};

async function texts(line: string): Promise<string[]> {
  const { proposals, files } = await completionsFor(line.split(' '), values);
  return [...proposals.map((proposal) => proposal.text), ...(files ? [':files'] : [])];
}

test('proposes subcommands, flags and values by what stands before', async () => {
  assert.deepEqual(await texts('res'), ['resume']);
  assert.deepEqual(await texts('retry '), ['run-one', 'run-two']);
  assert.deepEqual(await texts('retry @ --step step-t'), ['step-two']);
  assert.deepEqual(await texts('explain @ step-o'), ['step-one']);
  assert.deepEqual(await texts('run --pa'), ['--param', '--params-file', '--parallel']);
  assert.deepEqual(await texts('run --param parameter-t'), ['parameter-two']);
  assert.deepEqual(await texts('run --param=parameter-t'), ['--param=parameter-two']);
  assert.deepEqual(await texts('run --json w'), ['workflow-one', 'workflow-two', ':files']);
  assert.deepEqual(await texts('logs '), ['run-one', 'run-two']);
  assert.deepEqual(await texts('logs @ '), ['step-one', 'step-two']);
  assert.deepEqual(await texts('logs --attempt 1 @ step-o'), ['step-one']);
  assert.deepEqual(await texts('artifacts @ a'), ['artifact-one', 'artifact-two']);
  assert.deepEqual(await texts('artifacts -o '), ['folder-one', 'folder-two', ':files']);
  assert.deepEqual(await texts('validate one.toml t'), [':files']);
  assert.deepEqual(await texts('run -- --j'), [':files']);
  assert.deepEqual(await texts('workspace s'), ['show', 'shell', 'sync-tools', 'status']);
  assert.deepEqual(await texts('migrate just --recipe a --re'), ['--recipe']);
  assert.deepEqual(await texts('workspace clean '), ['workspace-one', 'workspace-two']);
});

test('proposes nothing where nothing fits', async () => {
  for (const line of ['nosuch ', 'schema ', 'run one two', 'run --nosuch=']) assert.deepEqual(await texts(line), []);
});

test('a switch that was given is not proposed again, a repeatable flag is', async () => {
  const proposed = await texts('run --json --param a=b --');
  assert.ok(!proposed.includes('--json'));
  assert.ok(proposed.includes('--param'));
});

// Groups are of one type, whatever is in them.
type Command = Exclude<(typeof routes)[keyof typeof routes], typeof routes.workspace>;

function pairs(commands: { readonly [name: string]: Command }, table: { readonly [name: string]: CompletionEntry }) {
  assert.deepEqual(Object.keys(commands).map(kebab), Object.keys(table));
  return Object.entries(commands).map(([name, command]) => [name, command, table[kebab(name)]!] as const);
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

test('the table knows the subcommands and flags that there are, and how they are described', () => {
  const { workspace, cache, migrate, ...commands } = routes;
  const groups = {
    cache: [cache, cacheCommands],
    workspace: [workspace, workspaceCommands],
    migrate: [migrate, migrateCommands],
  } as const;
  assert.deepEqual(Object.keys(groups), Object.keys(completionGroups));
  const grouped = Object.entries(groups).flatMap(([name, [route, inner]]) => {
    assert.equal(route.brief, completionGroups[name]!.brief);
    return pairs(inner, completionGroups[name]!.entries);
  });
  for (const [name, command, entry] of [...pairs(commands, completionTable), ...grouped]) {
    const { flags = {}, aliases = {}, positional } = command.parameters;
    assert.equal(entry.brief, command.brief, name);
    assert.deepEqual(Object.keys(entry.flags).sort(), Object.keys(flags).map(kebab).sort(), name);
    for (const [flag, definition] of Object.entries(flags)) {
      assert.equal(entry.flags[kebab(flag)] === null, definition.kind === 'boolean', `${name} --${flag}`);
    }
    for (const [alias, flag] of Object.entries(aliases)) assert.equal(flagAliases[alias], flag, `${name} -${alias}`);
    const places = positional?.kind === 'tuple' ? positional.parameters.length : positional === undefined ? 0 : 1;
    assert.equal(entry.positionals.length, places, name);
    assert.equal(entry.repeats === true, positional?.kind === 'array', name);
  }
});
