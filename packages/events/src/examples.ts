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
    meaning: 'An engine took the run up again: after a crash of the last one, or to go on with what did not succeed.',
    event: { type: 'run.resumed', engine, by: 'ada' },
  },
  'workspace.created': {
    meaning: 'A workspace was made for the run.',
    event: { type: 'workspace.created', workspace },
  },
  'workspace.reused': {
    meaning: 'A workspace that was already there was taken for the run.',
    event: { type: 'workspace.reused', workspace },
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
    meaning: 'A person answered a waiting step.',
    event: { type: 'step.answered', step: 'approve', by: 'grace', approved: true, message: 'looks good', fields: {} },
  },
  'run.cancel-requested': {
    meaning: 'Somebody asked for the run to end early.',
    event: { type: 'run.cancel-requested', by: 'ada', reason: 'Ctrl-C' },
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
    meaning: 'The workspace was removed.',
    event: { type: 'workspace.removed', id: workspace.id },
  },
  'run.finished': {
    meaning: 'Every step is settled and everything the run held is released; the last event unless the run is resumed.',
    event: { type: 'run.finished', status: 'failed', failed: ['test'], allowedFailures: ['lint'] },
  },
};
