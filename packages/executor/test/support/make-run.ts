// Runs of small plans with a real launcher, real folders and a journal in memory.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinParameterTypes, PLAN_SCHEMA_VERSION } from '@workflow-platform/core';
import { openStepCache } from '@workflow-platform/journal';
import { plainWorkspace } from '@workflow-platform/testkit';
import type { Plan, PlanAttemptStep, PlanStep, Text } from '@workflow-platform/core';
import type { EventEnvelope, RunEvent, WorkspaceIdentity } from '@workflow-platform/events';
import { runHost } from '../../src/index.ts';
import type { HostPorts, RunHandle, RunOptions, RunOutcome, WorkspaceRequest } from '../../src/index.ts';

type StepFields = Partial<Omit<PlanAttemptStep, 'id' | 'kind'>>;

/** A step that runs a script of `sh`. */
export function script(id: string, text: string, more: StepFields = {}): PlanAttemptStep {
  return attempt(id, { kind: 'script', shell: 'sh', script: text }, more);
}

/** A step that runs a command. */
export function argv(id: string, words: readonly Text[], more: StepFields = {}): PlanAttemptStep {
  return attempt(id, { kind: 'argv', argv: words }, more);
}

/** A step of any action. */
export function attempt(id: string, action: PlanAttemptStep['action'], more: StepFields = {}): PlanAttemptStep {
  return {
    id,
    kind: 'attempt',
    name: null,
    needs: [],
    when: null,
    onFailure: 'fail-fast',
    foreach: null,
    breakWhen: null,
    watch: [],
    action,
    inputs: null,
    env: {},
    stdin: null,
    workspace: 'inherit',
    timeoutMs: null,
    idleTimeoutMs: null,
    retry: { max: 0, backoff: 'constant', initialMs: 0, maxDelayMs: 0, jitter: false, onExit: null },
    outputs: [],
    ...more,
  };
}

/** A plan of these steps. */
export function planOf(steps: readonly PlanStep[], more: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: PLAN_SCHEMA_VERSION,
    workflow: { id: 'test', version: null, name: null, fileDigest: '0'.repeat(64) },
    parameters: {},
    secrets: [],
    maxParallel: 4,
    env: {},
    requirements: { commands: [], python: [] },
    workspace: plainWorkspace,
    steps,
    artifacts: [],
    files: {},
    digest: '1'.repeat(64),
    ...more,
  };
}

/** Keeps events in memory; `refuseFrom` makes it refuse like a full disk. */
export class ArrayJournal {
  readonly envelopes: EventEnvelope[] = [];
  /** How many events each append had. */
  readonly appends: number[] = [];
  refuse: (() => Error) | null = null;

  append(envelopes: readonly EventEnvelope[]): void {
    if (this.refuse !== null) throw this.refuse();
    this.envelopes.push(...envelopes);
    this.appends.push(envelopes.length);
  }

  readEvents(): readonly EventEnvelope[] {
    return this.envelopes;
  }
}

export interface TestRun {
  readonly handle: RunHandle;
  readonly journal: ArrayJournal;
  readonly options: RunOptions;
  /** The workspace. */
  readonly folder: string;
  readonly removed: string[];
  readonly blobs: { readonly name: string; readonly text: string }[];
  /** Resolves when an event that fits is durable. */
  event(fits: (event: RunEvent) => boolean): Promise<RunEvent>;
  log(attemptNo: number): string;
}

export type RunTweaks = Partial<Omit<RunOptions, 'plan' | 'ports' | 'paths'>> & {
  readonly journal?: ArrayJournal;
  readonly ports?: Partial<HostPorts>;
  readonly base?: string;
};

const engineFile = fileURLToPath(new URL('engine.ts', import.meta.url));
const folders: string[] = [];

/** Removes what all runs of this process left; for `after`. */
export function removeRuns(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Makes a folder that removeRuns removes. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'run-')));
  folders.push(folder);
  return folder;
}

/**
 * Id of all runs of a test file and of the engines it starts. Another file has another: a host ends whatever carries the id of
 * its run, and test files run side by side.
 */
export const testRunId = (process.env['TEST_RUN_ID'] ??= `run-${process.pid}`);

/** Starts a run. */
export function startRun(
  plan: Plan,
  { journal = new ArrayJournal(), ports, base = makeFolder(), ...tweaks }: RunTweaks = {},
): TestRun {
  const folder = join(base, 'ws');
  mkdirSync(folder, { recursive: true });
  const removed: string[] = [];
  const blobs: { name: string; text: string }[] = [];
  const waiting: { fits: (event: RunEvent) => boolean; tell: (event: RunEvent) => void }[] = [];
  const identity = (id: string, path: string): WorkspaceIdentity => ({
    id,
    path,
    provider: 'copy',
    from: base,
    base: null,
    why: 'for a test',
  });
  const options: RunOptions = {
    runId: testRunId,
    plan,
    start: { kind: 'new', created: createdEvent(plan) },
    engine: { version: '0', host: hostname(), pid: process.pid },
    workspaceId: 'ws',
    env: { PATH: process.env['PATH'], HOME: base },
    secrets: {},
    engineCommand: [process.execPath, engineFile],
    plugins: [],
    parameterTypes: builtinParameterTypes,
    graceMs: 2000,
    ...tweaks,
    paths: { runFolder: join(base, 'run'), from: base },
    ports: {
      journal,
      workspaces: {
        ensure: async ({ id }: WorkspaceRequest) => {
          const path = join(base, id);
          mkdirSync(path, { recursive: true });
          return { workspace: identity(id, path), reused: false, env: {}, prepared: [] };
        },
        snapshot: async () => [],
        release: async () => {},
        remove: async ({ id }) => {
          removed.push(id);
          return null;
        },
      },
      blobs: {
        put: async (path) => {
          const text = readFileSync(path, 'utf8');
          blobs.push({ name: path.slice(base.length + 1), text });
          return { digest: 'd'.repeat(64), sizeBytes: text.length };
        },
      },
      stepCache: openStepCache({ folder: join(base, 'cache'), keyFile: join(base, 'cache.key') }),
      clock: {
        nowMs: () => Date.now(),
        at: (atMs, callback) => {
          const timer = setTimeout(callback, Math.max(0, atMs - Date.now()));
          return () => clearTimeout(timer);
        },
      },
      chance: () => 0.5,
      onEvents: (envelopes) => {
        for (const { event } of envelopes) {
          for (const one of waiting.filter(({ fits }) => fits(event))) {
            waiting.splice(waiting.indexOf(one), 1);
            one.tell(event);
          }
        }
      },
      ...ports,
    },
  };
  const handle = runHost(options);
  return {
    handle,
    journal,
    options,
    folder,
    removed,
    blobs,
    event: (fits) => {
      const past = journal.envelopes.find(({ event }) => fits(event));
      return past === undefined ? new Promise((tell) => waiting.push({ fits, tell })) : Promise.resolve(past.event);
    },
    log: (attemptNo) => readFileSync(join(base, 'run', `${attemptNo}.log`), 'utf8'),
  };
}

/** Runs to the end. */
export async function run(plan: Plan, tweaks: RunTweaks = {}): Promise<TestRun & { readonly outcome: RunOutcome }> {
  const started = startRun(plan, tweaks);
  return { ...started, outcome: await started.handle.finished };
}

/** Returns the events of a type. */
export function eventsOf<Type extends RunEvent['type']>(
  { journal }: Pick<TestRun, 'journal'>,
  type: Type,
): Extract<RunEvent, { type: Type }>[] {
  return journal.envelopes
    .map(({ event }) => event)
    .filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

/** Returns a step's outputs. */
export function outputsOf(testRun: Pick<TestRun, 'journal'>, step: string): { readonly [name: string]: string } | undefined {
  return eventsOf(testRun, 'step.succeeded').find((event) => event.step === step)?.outputs;
}

function createdEvent(plan: Plan): Extract<RunEvent, { type: 'run.created' }> {
  return {
    type: 'run.created',
    workflow: { id: plan.workflow.id, version: null, name: null },
    source: '/test/workflow.toml',
    fileDigest: plan.workflow.fileDigest,
    planDigest: plan.digest,
    params: {},
    by: { user: 'test', host: 'test', cwd: '/' },
    parent: null,
    workspaceId: null,
  };
}
