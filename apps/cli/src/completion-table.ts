// What can stand where on the command line, as small as possible: completion must answer before the argument parser is loaded.
// A test holds it against the definitions in arguments/.

/** What a value is, so that something fitting is proposed. */
export type ValueKind =
  | 'workflow'
  | 'run'
  | 'step'
  | 'artifact'
  | 'parameter'
  | 'file'
  | 'folder'
  | 'code'
  | 'shell'
  | 'template'
  | 'workspace'
  | 'free';

export interface CompletionEntry {
  readonly brief: string;
  /** Flag names with the kind of their value; null for a switch. */
  readonly flags: { readonly [name: string]: ValueKind | null };
  readonly positionals: readonly ValueKind[];
  /** The last positional may come again. */
  readonly repeats?: true;
}

const overrides = {
  param: 'parameter',
  'params-file': 'file',
  env: 'free',
  set: 'free',
  base: 'free',
  parallel: 'free',
} as const;

/** By subcommand as typed. */
export const completionTable: { readonly [subcommand: string]: CompletionEntry } = {
  init: { brief: 'Write a first workflow.toml', flags: { template: 'template' }, positionals: ['file'] },
  validate: {
    brief: 'Check workflow files, all mistakes at once',
    flags: { json: null, sarif: null },
    positionals: ['workflow'],
    repeats: true,
  },
  plan: { brief: 'Show what a run would do, without running it', flags: { ...overrides, json: null }, positionals: ['workflow'] },
  run: {
    brief: 'Run a workflow in a workspace of its own',
    flags: { ...overrides, 'workspace-id': 'free', 'in-place': null, keep: null, cleanup: null, json: null },
    positionals: ['workflow'],
  },
  resume: {
    brief: 'Go on with a run that was interrupted, cancelled or failed',
    flags: { param: 'parameter', json: null },
    positionals: ['run'],
  },
  status: {
    brief: 'List runs, or show the steps of one',
    flags: { json: null, workflow: 'workflow', limit: 'free' },
    positionals: ['run'],
  },
  logs: {
    brief: 'Print what the steps of a run wrote',
    flags: { attempt: 'free', follow: null, json: null },
    positionals: ['run', 'step'],
  },
  watch: { brief: 'Watch a run from another terminal until it ends', flags: {}, positionals: ['run'] },
  artifacts: {
    brief: 'List or export the files that a run kept',
    flags: { output: 'folder', json: null },
    positionals: ['run', 'artifact'],
  },
  explain: { brief: 'Explain a diagnostic code or a key of the file', flags: {}, positionals: ['code'] },
  schema: { brief: 'Print the JSON Schema of workflow.toml, for editors', flags: {}, positionals: [] },
  completion: { brief: 'Print the completion script of a shell', flags: {}, positionals: ['shell'] },
  'self-test': { brief: 'Check that everything needed works on this machine', flags: { json: null }, positionals: [] },
};

/** Subcommands of subcommands. They are not in the table above. */
export const completionGroups: {
  readonly [subcommand: string]: { readonly brief: string; readonly entries: { readonly [name: string]: CompletionEntry } };
} = {
  workspace: {
    brief: 'Make Jujutsu workspaces for agents, and work in them',
    entries: {
      list: { brief: 'List the workspaces of this repository', flags: { json: null }, positionals: [] },
      show: { brief: 'Show where a workspace is and what ran in it', flags: { json: null }, positionals: ['workspace'] },
      run: {
        brief: 'Run a command in a workspace of its own',
        flags: { 'workspace-id': 'workspace', workflow: 'workflow', 'base-change': 'free', cleanup: null, 'no-direnv': null },
        positionals: ['file'],
        repeats: true,
      },
      shell: { brief: 'Open a shell in a workspace', flags: { 'no-direnv': null }, positionals: ['workspace'] },
      clean: {
        brief: 'Remove a workspace; what was changed in it stays in its change',
        flags: {},
        positionals: ['workspace'],
      },
      'sync-tools': { brief: 'Copy the tools into a workspace again', flags: {}, positionals: ['workspace'] },
      status: {
        brief: 'List workspaces, or show one: the same as list and show',
        flags: { json: null },
        positionals: ['workspace'],
      },
    },
  },
};

/** Flags with one letter. */
export const flagAliases: { readonly [alias: string]: string } = { f: 'follow', o: 'output', t: 'template' };
