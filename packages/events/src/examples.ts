// One example of each event, with the sentence that explains it. docs/events.md shows them, tests of printers go through them.
// Not here: the types (run-event.ts).

import type { RunEvent, RunEventType } from './run-event.ts';

/** Explains an event and shows one. */
export interface EventExample<T extends RunEventType> {
  /** One sentence, as in docs/events.md. */
  readonly meaning: string;
  readonly event: Extract<RunEvent, { readonly type: T }>;
}

const engine = { version: '0.1.0', host: 'build-7', pid: 4711 };
const workspace = {
  id: 'review-change-01jd3k8f',
  path: '/home/ada/.cache/ai-workspaces/shop-3f2a90c1d4/review-change-01jd3k8f',
  provider: 'git',
  from: '/home/ada/shop',
  base: '9f1c2d7',
  why: 'the folder is a git repository without Jujutsu',
} as const;

const cacheKey = 'c0ffee1d2e3f4a5b69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2';

/** Every event of the vocabulary, in the order in which a run meets them. */
export const eventExamples: { readonly [T in RunEventType]: EventExample<T> } = {
  'run.created': {
    meaning: 'A run was asked for; always the first event.',
    event: {
      type: 'run.created',
      workflow: { id: 'review-change', version: '1.2.0', name: 'Review a change' },
      source: '/home/ada/shop/workflow.toml',
      fileDigest: '3b6f0c7e5a1d4f28b90c6e7d1a2f3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c',
      planDigest: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
      params: { depth: 'deep', token: null },
      by: { user: 'ada', host: 'build-7', cwd: '/home/ada/shop' },
      parent: null,
      workspaceId: null,
    },
  },
  'run.started': {
    meaning: 'An engine took the run up for the first time.',
    event: { type: 'run.started', engine },
  },
  'run.resumed': {
    meaning:
      'An engine took the run up again: after a crash of the last one, to go on with what did not succeed, or to carry a step out again.',
    event: {
      type: 'run.resumed',
      engine,
      by: 'ada',
      retry: { step: 'build', downstream: 'changed', reopens: ['build', 'notes', 'publish'] },
    },
  },
  'workspace.created': {
    meaning:
      'A workspace was made for the run; with `restored`, the work that the run had left in an earlier one is in it again.',
    event: { type: 'workspace.created', workspace },
  },
  'workspace.reused': {
    meaning: 'A workspace that was already there was taken for the run.',
    event: { type: 'workspace.reused', workspace },
  },
  'workspace.direnv-allowed': {
    meaning:
      'direnv approved the `.envrc` of a workspace, as it had the same file of the checkout: steps there get its environment.',
    event: {
      type: 'workspace.direnv-allowed',
      id: workspace.id,
      envrcDigest: '5b0e7d1c9a8f4e3d2c1b0a9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c3b2a1f0e9d',
    },
  },
  'workspace.setup-finished': {
    meaning: 'The `setup` of a workspace is done: it ran, or what it had made for an earlier workspace was copied (`reused`).',
    event: {
      type: 'workspace.setup-finished',
      id: workspace.id,
      key: 'e4d909c290d0fb1ca068ffaddf22cbd0e4d909c290d0fb1ca068ffaddf22cbd0',
      reused: false,
      durationMs: 18_420,
    },
  },
  'workspace.tools-copied': {
    meaning: 'The tools of agents were copied into a workspace; `version` is the hash of the bundle.',
    event: {
      type: 'workspace.tools-copied',
      id: workspace.id,
      version: '81240278b9e3ea2c2595c4ebf0e5df65c64f1152729b4cce8f57f57a542f4fad',
      source: '/home/ada/shop',
    },
  },
  'workspace.status-changed': {
    meaning: 'A command began in a workspace, or came to an end there.',
    event: { type: 'workspace.status-changed', id: workspace.id, status: 'done', workflow: 'work' },
  },
  'step.observation-requested': {
    meaning: 'A decision about a step needs a look into the workspace.',
    event: { type: 'step.observation-requested', step: 'publish', purpose: 'when', queries: ['exists:dist/app.js'] },
  },
  'step.observed': {
    meaning: 'The host looked into the workspace for a decision about a step; a replay uses these answers.',
    event: { type: 'step.observed', step: 'publish', purpose: 'when', facts: [{ query: 'exists:dist/app.js', answer: true }] },
  },
  'step.attempt-started': {
    meaning: 'An attempt at the step begins; written before its process exists.',
    event: { type: 'step.attempt-started', step: 'build', attempt: 1, attemptNo: 1 },
  },
  'step.input-awaited': {
    meaning: 'Nobody is at the terminal of the attempt, and what runs there seems to wait for somebody to type.',
    event: { type: 'step.input-awaited', step: 'build', attempt: 1 },
  },
  'step.input-settled': {
    meaning: 'Somebody has joined the terminal, or what runs there has gone on.',
    event: { type: 'step.input-settled', step: 'build', attempt: 1 },
  },
  'step.cache-hit': {
    meaning: 'The attempt took a result that was kept before, instead of running anything.',
    event: {
      type: 'step.cache-hit',
      step: 'build',
      attempt: 1,
      key: cacheKey,
      made: { workflow: 'review-change', step: 'build', runId: '01jd2a0c4x8v1m5t', atMs: 1_795_255_200_000 },
      files: 12,
      sizeBytes: 48_213,
    },
  },
  'step.cache-missed': {
    meaning: 'There was no kept result that the attempt could take: it runs. `key` is null where it could not be computed.',
    event: { type: 'step.cache-missed', step: 'build', attempt: 1, key: cacheKey, reason: 'no-entry', detail: null },
  },
  'step.cache-stored': {
    meaning: 'What the attempt left is kept for others.',
    event: { type: 'step.cache-stored', step: 'build', attempt: 1, key: cacheKey, files: 12, sizeBytes: 48_213 },
  },
  'step.cache-not-stored': {
    meaning: 'What the attempt left is not kept, though the step is cached; the step has succeeded all the same.',
    event: {
      type: 'step.cache-not-stored',
      step: 'build',
      attempt: 1,
      key: cacheKey,
      reason: 'inputs-changed',
      detail: 'src/app.ts was changed',
    },
  },
  'step.session-opened': {
    meaning: 'The work of an attempt can be taken up again under this name, which the next attempt is given.',
    event: { type: 'step.session-opened', step: 'review', attempt: 1, session: '0199a213-81c0-7800-8aa1-bbab2a035a53' },
  },
  'step.usage-reported': {
    meaning: 'What an attempt used up of an agent, once it has ended; null is what is not known.',
    event: {
      type: 'step.usage-reported',
      step: 'review',
      attempt: 1,
      usage: { model: 'gpt-5.2-codex', inputTokens: 24_763, cachedTokens: 24_448, outputTokens: 122, costUsd: null },
    },
  },
  'step.stop-requested': {
    meaning: 'An attempt has to end before it would by itself.',
    event: { type: 'step.stop-requested', step: 'build', attempt: 1, reason: { kind: 'timeout', limitMs: 600_000 } },
  },
  'step.attempt-failed': {
    meaning: 'An attempt ended without success; a retry, the failure of the step or its cancellation follows.',
    event: {
      type: 'step.attempt-failed',
      step: 'build',
      attempt: 1,
      failure: { kind: 'exit', code: 75 },
      exitCode: 75,
      durationMs: 8210,
    },
  },
  'quota.opened': {
    meaning: 'A quota is used up: no step with the token begins before that time, and then one alone.',
    event: { type: 'quota.opened', token: 'claude', untilMs: 1_795_350_000_000, told: true, by: { step: 'review' } },
  },
  'quota.closed': {
    meaning: 'There is quota again: a step with the token got through.',
    event: { type: 'quota.closed', token: 'claude' },
  },
  'step.parked': {
    meaning: 'The step waits for quota, and takes up no room meanwhile.',
    event: { type: 'step.parked', step: 'review', attempt: 2, token: 'claude', untilMs: 1_795_350_000_000 },
  },
  'step.retry-scheduled': {
    meaning: 'Another attempt will be made at that time.',
    event: { type: 'step.retry-scheduled', step: 'build', attempt: 2, atMs: 1_795_341_604_000 },
  },
  'step.succeeded': {
    meaning: 'The step succeeded; final.',
    event: {
      type: 'step.succeeded',
      step: 'build',
      attempt: 2,
      exitCode: 0,
      durationMs: 7450,
      outputs: { changed: 'src/app.ts' },
    },
  },
  'step.reused': {
    meaning: 'A step that a retry had reopened reads the same values as when it succeeded: that result counts again; final.',
    event: { type: 'step.reused', step: 'notes', attempt: 1, exitCode: 0, outputs: { title: 'Faster search' } },
  },
  'step.reuse-declined': {
    meaning: 'A step that a retry had reopened will be carried out again, though it had succeeded, for this reason.',
    event: {
      type: 'step.reuse-declined',
      step: 'publish',
      reason: { kind: 'inputs', changes: [{ name: 'steps.build.outputs.version', before: '1.2.0', after: '1.3.0' }] },
    },
  },
  'step.failed': {
    meaning: 'The step failed and will not be tried again; final. `allowed` when it says `on_failure = "continue"`.',
    event: { type: 'step.failed', step: 'lint', failure: { kind: 'exit', code: 1 }, allowed: true, outputs: {} },
  },
  'step.skipped': {
    meaning: 'The step was not carried out, and why; final.',
    event: { type: 'step.skipped', step: 'review', reason: { kind: 'condition', source: "params.depth == 'deep'" } },
  },
  'step.cancelled': {
    meaning: 'The step was ended by a cancel (or by `fail_fast` of its `foreach`), and nothing of it is left running; final.',
    event: { type: 'step.cancelled', step: 'test' },
  },
  'step.group-started': {
    meaning: 'A group began; its steps follow.',
    event: { type: 'step.group-started', step: 'turns' },
  },
  'step.iteration-started': {
    meaning: 'A turn of a `repeat` began; its steps are `STEP[ITERATION].…`, counted from 1.',
    event: { type: 'step.iteration-started', step: 'turns', iteration: 2 },
  },
  'step.progress-noted': {
    meaning: 'What `repeat.progress` of a loop was after a turn, as JSON, and how many turns in a row had left it as it was.',
    event: { type: 'step.progress-noted', step: 'turns', iteration: 2, value: '"3"', unchanged: 1 },
  },
  'step.iteration-scheduled': {
    meaning: 'Another turn of a `repeat` will begin at that time.',
    event: { type: 'step.iteration-scheduled', step: 'turns', iteration: 3, atMs: 1_795_341_609_000 },
  },
  'step.broke': {
    meaning: '`break_when` of this step was true: the turn ends here, and the loop with it.',
    event: { type: 'step.broke', step: 'turns[2].pick' },
  },
  'step.expanded': {
    meaning: 'A `foreach` began with these items, each a step `STEP[KEY]` of its own.',
    event: {
      type: 'step.expanded',
      step: 'lint',
      items: [
        { key: 'src/app.ts', value: 'src/app.ts' },
        { key: 'src/cart.ts', value: 'src/cart.ts' },
      ],
    },
  },
  'step.waiting': {
    meaning: 'A step waits for a person; no process runs meanwhile.',
    event: {
      type: 'step.waiting',
      step: 'approve',
      action: 'human/approve',
      inputs: { message: 'Ship it?' },
      untilMs: 1_795_600_800_000,
    },
  },
  'step.answered': {
    meaning: 'A person answered a waiting step, or its time limit did; `missing` tells how many more have to approve.',
    event: {
      type: 'step.answered',
      step: 'approve',
      by: 'grace@build-7',
      approved: true,
      message: 'looks good',
      fields: { note: 'after lunch' },
      request: '01jd3kb7m20vqg5d',
    },
  },
  'step.paused': {
    meaning: 'The run stops at this step until somebody says how it goes on: before it begins, or after it has failed.',
    event: { type: 'step.paused', step: 'build', at: 'failure' },
  },
  'step.unpaused': {
    meaning: 'Somebody said how it goes on: with the step, without it, with another attempt, or with its failure.',
    event: {
      type: 'step.unpaused',
      step: 'build',
      choice: 'retry',
      by: 'grace@build-7',
      message: 'the disk was full',
      request: '01jd3kb7m20vqg5e',
    },
  },
  'run.cancel-requested': {
    meaning: 'Somebody asked for the run to end early.',
    event: { type: 'run.cancel-requested', by: 'ada', reason: 'Ctrl-C' },
  },
  'run.request-refused': {
    meaning: 'A request of another process (an answer, a cancel) came to nothing, and why.',
    event: {
      type: 'run.request-refused',
      request: '01jd3kb7m20vqg5d',
      by: 'grace@build-7',
      code: 'step-not-waiting',
      message: 'step `approve` does not wait for an answer any more: it has succeeded',
    },
  },
  'artifact.stored': {
    meaning: 'A file was kept as an artifact, content-addressed.',
    event: {
      type: 'artifact.stored',
      name: 'report',
      path: 'reports/summary.md',
      digest: '9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
      sizeBytes: 2048,
      retainUntilMs: 1_797_933_604_000,
    },
  },
  'artifact.missing': {
    meaning: 'A declared artifact matched no file.',
    event: { type: 'artifact.missing', name: 'coverage', pattern: 'coverage/**/*.xml' },
  },
  'workspace.released': {
    meaning: 'The run no longer uses its workspace, which stays for somebody to look at.',
    event: { type: 'workspace.released', id: workspace.id, reason: 'kept because the run failed' },
  },
  'workspace.removed': {
    meaning: 'The workspace was removed; `saved` tells where what was in it beyond its base is kept.',
    event: {
      type: 'workspace.removed',
      id: workspace.id,
      saved: {
        kind: 'commit',
        revision: '7b1c0d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c',
        name: `refs/workflow/${workspace.id}/7b1c0d2e3f4a`,
      },
    },
  },
  'run.finished': {
    meaning: 'Every step is settled and everything the run held is released; the last event unless the run is resumed.',
    event: { type: 'run.finished', status: 'failed', failed: ['test'], allowedFailures: ['lint'] },
  },
};
