// What can stand where on the command line, as small as possible: completion must answer before the argument parser is loaded.
// A test holds it against the definitions in arguments/.

/** What a value is, so that something fitting is proposed. */
export type ValueKind =
  | 'workflow'
  | 'run'
  | 'step'
  | 'plan-step'
  | 'attempt'
  | 'asking-run'
  | 'question'
  | 'field'
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

const breakPoints = { 'break-before': 'plan-step', 'break-on-failure': null } as const;

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
    flags: {
      ...overrides,
      'workspace-id': 'free',
      'in-place': null,
      keep: null,
      cleanup: null,
      'no-cache': null,
      'no-wait': null,
      'dry-run': null,
      stubs: 'file',
      'stubs-init': null,
      golden: 'file',
      'update-golden': null,
      'no-interactive': null,
      'start-at': 'plan-step',
      ...breakPoints,
      json: null,
    },
    positionals: ['workflow'],
  },
  resume: {
    brief: 'Go on with a run that was interrupted, cancelled or failed, or waits',
    flags: { param: 'parameter', 'no-cache': null, 'no-wait': null, 'no-interactive': null, ...breakPoints, json: null },
    positionals: ['run'],
  },
  retry: {
    brief: 'Carry steps of a run that is over out again',
    flags: {
      failed: null,
      from: 'step',
      step: 'step',
      downstream: null,
      param: 'parameter',
      'no-cache': null,
      ...breakPoints,
      json: null,
    },
    positionals: ['run'],
  },
  cancel: {
    brief: 'End a run early, from any terminal',
    flags: { reason: 'free', now: null, param: 'parameter', 'no-wait': null, json: null },
    positionals: ['run'],
  },
  waiting: { brief: 'List what waits for an answer, over all runs', flags: { json: null }, positionals: [] },
  approve: {
    brief: 'Approve a step that waits for a person',
    flags: { field: 'field', 'fields-file': 'file', message: 'free', 'no-wait': null, json: null },
    positionals: ['asking-run', 'question'],
  },
  reject: {
    brief: 'Reject a step that waits for a person',
    flags: { message: 'free', 'no-wait': null, json: null },
    positionals: ['asking-run', 'question'],
  },
  answer: {
    brief: 'Answer a step that waits for a person',
    flags: { field: 'field', 'fields-file': 'file', message: 'free', 'no-wait': null, json: null },
    positionals: ['asking-run', 'question'],
  },
  status: {
    brief: 'List runs, or show the steps of one',
    flags: { json: null, workflow: 'workflow', limit: 'free' },
    positionals: ['run'],
  },
  logs: {
    brief: 'Print what the steps of a run wrote',
    flags: {
      step: 'step',
      attempt: 'attempt',
      follow: null,
      tail: 'free',
      since: 'free',
      timestamps: null,
      plain: null,
      raw: null,
      json: null,
      offset: 'free',
    },
    positionals: ['run', 'step'],
  },
  watch: { brief: 'Watch a run from another terminal until it ends', flags: {}, positionals: ['run'] },
  attach: {
    brief: 'Join the terminal of an interactive step',
    flags: { 'detach-keys': 'free', 'read-only': null },
    positionals: ['run', 'step'],
  },
  diff: { brief: 'Show what a run changed', flags: { stat: null, json: null }, positionals: ['run', 'step'] },
  apply: {
    brief: 'Bring what a run changed into your working copy',
    flags: { branch: 'free', 'dry-run': null, json: null },
    positionals: ['run'],
  },
  artifacts: {
    brief: 'List or export the files that a run kept',
    flags: { output: 'folder', json: null },
    positionals: ['run', 'artifact'],
  },
  explain: {
    brief: 'Explain a step of a run, a diagnostic code or a key of the file',
    flags: { json: null },
    positionals: ['code', 'step'],
  },
  schema: { brief: 'Print the JSON Schema of workflow.toml, for editors', flags: {}, positionals: [] },
  completion: { brief: 'Print the completion script of a shell', flags: {}, positionals: ['shell'] },
  prune: {
    brief: 'Remove what is older than its retention: runs, logs, artifacts, workspaces',
    flags: {
      'dry-run': null,
      'older-than': 'free',
      'keep-last': 'free',
      'max-size': 'free',
      workflow: 'workflow',
      what: 'free',
      json: null,
    },
    positionals: [],
  },
  doctor: {
    brief: 'Check the history and everything kept beside it, or back the history up',
    flags: { full: null, repair: null, backup: 'file', json: null },
    positionals: [],
  },
  'self-test': { brief: 'Check that everything needed works on this machine', flags: { json: null }, positionals: [] },
};

/** Subcommands of subcommands. They are not in the table above. */
export const completionGroups: {
  readonly [subcommand: string]: { readonly brief: string; readonly entries: { readonly [name: string]: CompletionEntry } };
} = {
  cache: {
    brief: 'See what is kept of cached steps, why a step ran, and remove it',
    entries: {
      list: { brief: 'List the results that are kept of cached steps', flags: { json: null }, positionals: [] },
      explain: {
        brief: 'Tell why a cached step ran or did not, and what was other than before',
        flags: { against: 'run', json: null },
        positionals: ['run', 'step'],
      },
      clear: { brief: 'Remove kept results of cached steps', flags: {}, positionals: ['free'] },
    },
  },
  workspace: {
    brief: 'Make workspaces for agents, work in them, list and remove workspaces',
    entries: {
      list: { brief: 'List the workspaces of this repository', flags: { json: null, all: null, fast: null }, positionals: [] },
      show: {
        brief: 'Show where a workspace is, what made it and why, and what ran in it',
        flags: { json: null },
        positionals: ['workspace'],
      },
      run: {
        brief: 'Run a command in a workspace of its own',
        flags: { 'workspace-id': 'workspace', workflow: 'workflow', 'base-change': 'free', cleanup: null, 'no-direnv': null },
        positionals: ['file'],
        repeats: true,
      },
      shell: { brief: 'Open a shell in a workspace', flags: { 'no-direnv': null }, positionals: ['workspace'] },
      clean: {
        brief: 'Remove workspaces; what was changed in them is kept',
        flags: { 'all-done': null, 'older-than': 'free', discard: null, 'dry-run': null, json: null },
        positionals: ['workspace'],
        repeats: true,
      },
      'sync-tools': { brief: 'Copy the tools into a workspace again', flags: {}, positionals: ['workspace'] },
      status: {
        brief: 'List workspaces, or show one: the same as list and show',
        flags: { json: null },
        positionals: ['workspace'],
      },
    },
  },
  migrate: {
    brief: 'Make workflows of what another tool runs',
    entries: {
      just: {
        brief: 'Make workflows of the recipes of a justfile',
        flags: { recipe: 'free', output: 'folder', dump: 'file', 'agents-just': 'file', force: null, json: null },
        positionals: ['file'],
      },
    },
  },
};

/** Flags with one letter. */
export const flagAliases: { readonly [alias: string]: string } = { f: 'follow', o: 'output', t: 'template' };
