// Carries out one attempt of a step: prepares its files, environment and command, starts it, and reads what it left.
// Not here: when an attempt starts or stops (run-host.ts), what its result leads to (scheduler).

import { appendFileSync, closeSync, fstatSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { ExpressionEvaluationError, resolveText, withInputs } from '@workflow-platform/core';
import type { ActionSignature, ExpressionScope, PlanOutput, Text } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { Failure } from '@workflow-platform/events';
import type { AttemptResult, Effect } from '@workflow-platform/scheduler';
import { look } from '../effects/observe.ts';
import { conversationBytesMax, floodProblem, missingOutput, readConversation } from '../plugin/read-conversation.ts';
import type { AttemptFiles } from './attempt-files.ts';
import { attemptFiles } from './attempt-files.ts';
import { AttemptProblem } from './attempt-problem.ts';
import { collectOutputs } from './collect-outputs.ts';
import { exitCodeOf, failureOf } from './explain-end.ts';
import { watchOutput } from './idle-watch.ts';
import type { LaunchEnd } from './launch-request.ts';
import type { LaunchedProcess } from './launcher.ts';
import { graceFactorMax } from './launcher.ts';
import { MASK, maskSecrets } from './mask-secrets.ts';
import type { StepCommand } from './step-command.ts';
import { stepCommand } from './step-command.ts';
import type { StepPlace } from './step-place.ts';
import { ephemeralPlace, sharedPlace } from './step-place.ts';
import type { AttemptWorld } from './world.ts';
import { monotonicMs } from './monotonic.ts';

export type AttemptEffect = Extract<Effect, { kind: 'attempt' }>;

/** An attempt under way. */
export interface RunningAttempt {
  /** Settles when nothing of it is left. Rejects only for a bug. */
  readonly ended: Promise<AttemptResult>;
  /** Makes it end. May be called again. */
  stop(): void;
}

/** Starts an attempt. `onIdle` is told when it writes nothing for as long as the effect says. */
export function runAttempt(effect: AttemptEffect, world: AttemptWorld, onIdle: (idleMs: number) => void): RunningAttempt {
  const attempt = new Attempt(effect, world, onIdle);
  return { ended: attempt.carryOut(), stop: () => attempt.stop() };
}

class Attempt {
  readonly #effect: AttemptEffect;
  readonly #world: AttemptWorld;
  readonly #onIdle: (idleMs: number) => void;
  readonly #files: AttemptFiles;
  readonly #startMs = monotonicMs();
  #process: LaunchedProcess | null = null;
  #isStopping = false;
  #isFlooded = false;

  constructor(effect: AttemptEffect, world: AttemptWorld, onIdle: (idleMs: number) => void) {
    this.#effect = effect;
    this.#world = world;
    this.#onIdle = onIdle;
    this.#files = attemptFiles(world.runFolder, effect.attemptNo);
  }

  stop(): void {
    this.#isStopping = true;
    this.#process?.stop();
  }

  /** Runs without a pause up to the start of the process, unless a workspace has to be made first. */
  async carryOut(): Promise<AttemptResult> {
    let place: StepPlace | null = null;
    let result: AttemptResult;
    try {
      const { path } = this.#world.workspace;
      const wanted = resolveText(this.#effect.plan.workspace, this.#scope({ look: (query) => look(path, query) }));
      if (wanted === 'ephemeral') place = await ephemeralPlace(this.#world, this.#effect.step, this.#effect.attempt);
      else place = sharedPlace(this.#world.workspace, wanted);
      result = await this.#carryOutAt(place);
    } catch (error) {
      result = this.#failed(toFailure(error), null, error instanceof AttemptProblem ? error.exitCode : null);
    }
    if (place !== null && this.#process !== null) await this.#tellOfEnd(place);
    if (place?.leave) await this.#leave(place, place.leave, result);
    return this.#withoutSecrets(result);
  }

  #withoutSecrets(given: AttemptResult): AttemptResult {
    const { result, masked } = maskSecrets(given, this.#world.secrets);
    if (masked.length > 0) for (const path of [this.#files.outputs, this.#files.stdout]) rmSync(path, { force: true });
    for (const name of masked) {
      appendFileSync(this.#files.log, `workflow: the output ${name} held a secret, which is replaced by ${MASK}\n`);
    }
    return result;
  }

  /** Who asks for Jujutsu by name gets a change a step; elsewhere steps find what those before them did not commit. */
  async #tellOfEnd({ identity }: StepPlace): Promise<void> {
    const { runId, plan, workspaces } = this.#world;
    if (plan.workspace.provider !== 'jj') return;
    let warnings: readonly string[];
    try {
      warnings = await workspaces.snapshot(identity, { runId, step: this.#effect.step, workflow: plan.workflow.id });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      warnings = [error.message];
    }
    for (const warning of warnings) appendFileSync(this.#files.log, `workflow: ${warning}\n`, { mode: 0o600 });
  }

  /** A workspace that cannot be given back is a nuisance, but no failure of the step: it is told in its log. */
  async #leave({ cwd }: StepPlace, leave: NonNullable<StepPlace['leave']>, result: AttemptResult): Promise<void> {
    try {
      const { isKept } = await leave(result.kind === 'succeeded');
      if (isKept) appendFileSync(this.#files.log, `workflow: the workspace of this attempt stays: ${cwd}\n`, { mode: 0o600 });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      appendFileSync(this.#files.log, `workflow: ${error.message}\n`, { mode: 0o600 });
    }
  }

  async #carryOutAt(place: StepPlace): Promise<AttemptResult> {
    const { plan, step, attempt } = this.#effect;
    const base = this.#scope({ workspace: place.workspace, look: (query) => look(place.workspace.path, query) });
    const env = resolveEnv(this.#world.plan.env, base);
    const inner = withInputs(
      this.#scope({ workspace: place.workspace, look: (query) => look(place.workspace.path, query), env }),
      plan.inputs,
    );
    const identity = { WORKFLOW_RUN_ID: this.#world.runId, WORKFLOW_STEP: step, WORKFLOW_ATTEMPT: String(attempt) };
    Object.assign(env, resolveEnv(plan.env, inner), identity, {
      WORKFLOW: '1',
      WORKFLOW_OUTPUT: this.#files.outputs,
      WORKFLOW_WORKSPACE: place.workspace.path,
    });
    const command = stepCommand(plan, { ref: step, attempt }, { world: this.#world, files: this.#files, scope: inner, place });
    if (command.stdin !== null) writeFileSync(this.#files.stdin, command.stdin, { mode: 0o600 });
    if (this.#isStopping) throw new AttemptProblem({ kind: 'spawn', message: 'it was stopped before it started' });
    const isCaptured = command.signature !== null || plan.outputs.some(({ from }) => from === 'stdout');
    this.#process = this.#world.launcher.start({
      argv: command.argv,
      cwd: place.cwd,
      env,
      stdin: command.stdin === null ? null : this.#files.stdin,
      log: this.#files.log,
      identity,
      stdout: isCaptured ? this.#files.stdout : null,
      // A run within the run gives its own steps the same grace period first. Killed at the same time, it would leave them behind.
      graceFactor: command.signature?.reference === 'workflow/run' ? graceFactorMax : 1,
    });
    const unwatch = this.#watch(command);
    const end = await this.#process.ended;
    unwatch();
    return this.#read(end, command, place, env);
  }

  #watch(command: StepCommand): () => void {
    const { idleTimeoutMs } = this.#effect;
    const isAction = command.signature !== null;
    if (idleTimeoutMs === null && !isAction) return () => {};
    return watchOutput({
      paths: [this.#files.log, this.#files.stdout],
      idleMs: idleTimeoutMs,
      onIdle: this.#onIdle,
      flood: !isAction ? null : { path: this.#files.stdout, sizeBytesMax: conversationBytesMax, onFlood: () => this.#endFlood() },
    });
  }

  #endFlood(): void {
    this.#isFlooded = true;
    this.#process?.stop();
  }

  async #read(
    end: LaunchEnd,
    command: StepCommand,
    place: StepPlace,
    env: { readonly [name: string]: string },
  ): Promise<AttemptResult> {
    const { plan } = this.#effect;
    const { signature } = command;
    const told = signature === null ? {} : await this.#readAction(end, signature, place);
    const failure = failureOf(end, command.argv[0] ?? '', () => tailOf(this.#files.log));
    if (failure !== null) return this.#failed(failure, end);
    const scope = withInputs(
      this.#scope({ workspace: place.workspace, look: (query) => look(place.workspace.path, query), env }),
      plan.inputs,
    );
    const declared = [...plan.outputs, ...outputsOf(signature, plan.outputs)];
    const collected = collectOutputs({ files: this.#files, declared, told, scope });
    if (!collected.ok) return this.#failed(outputFailure(collected.problem), end);
    const durationMs = Math.round(monotonicMs() - this.#startMs);
    return { kind: 'succeeded', exitCode: exitCodeOf(end) ?? 0, durationMs, outputs: collected.outputs };
  }

  /** Returns the outputs that an action told. Throws AttemptProblem with what it said of its failure, or with how it broke the protocol. */
  async #readAction(end: LaunchEnd, signature: ActionSignature, place: StepPlace): Promise<{ readonly [name: string]: string }> {
    const said = readConversation(this.#files.stdout, signature);
    if (said.log.length > 0) appendFileSync(this.#files.log, `${said.log.join('\n')}\n`);
    // Its inputs may hold secrets.
    rmSync(this.#files.stdin, { force: true });
    // Read for good; kept only where somebody may want to see what was wrong with it.
    if (said.problem === null) rmSync(this.#files.stdout, { force: true });
    if (this.#isFlooded) throw this.#broken(end, signature, floodProblem);
    if (said.problem !== null) throw this.#broken(end, signature, said.problem);
    for (const { name, path } of said.artifacts) {
      const problem = await this.#world.keepArtifact(name, path, place.cwd);
      if (problem !== null) throw this.#broken(end, signature, problem);
    }
    if (said.result?.isSuccess === false) {
      const { message } = said.result;
      if (message !== null) appendFileSync(this.#files.log, `error: ${message}\n`);
      const code = (end.kind === 'exited' && end.code) || 1;
      throw new AttemptProblem({ kind: 'exit', code, ...(message === null ? {} : { hint: message }) }, exitCodeOf(end));
    }
    if (end.kind !== 'exited') return {};
    if (said.result === null) {
      throw this.#broken(end, signature, `it ended with status ${end.code} before it told a result`);
    }
    const missing = end.code === 0 ? missingOutput(said, signature) : null;
    if (missing !== null)
      throw this.#broken(end, signature, `it ended without the output \`${missing}\`, which it declares as required`);
    return said.outputs;
  }

  #broken(end: LaunchEnd, { reference }: ActionSignature, problem: string): AttemptProblem {
    return new AttemptProblem({ kind: 'output', message: `${reference}: ${problem}` }, exitCodeOf(end));
  }

  #scope(extras: Parameters<AttemptWorld['scopeOf']>[1]): ExpressionScope {
    return this.#world.scopeOf(this.#effect.step, { secrets: this.#world.secrets, ...extras });
  }

  #failed(
    failure: Failure,
    end: LaunchEnd | null,
    exitCode: number | null = end === null ? null : exitCodeOf(end),
  ): AttemptResult {
    return { kind: 'failed', failure, exitCode, durationMs: Math.round(monotonicMs() - this.#startMs) };
  }
}

function resolveEnv(texts: { readonly [name: string]: Text }, scope: ExpressionScope): { [name: string]: string } {
  const env: { [name: string]: string } = {};
  for (const [name, text] of Object.entries(texts)) env[name] = resolveText(text, scope);
  return env;
}

/** Outputs that an action declares and the step does not repeat. */
function outputsOf(signature: ActionSignature | null, own: readonly PlanOutput[]): readonly PlanOutput[] {
  return (signature?.outputs ?? []).filter(({ name }) => own.every((output) => output.name !== name));
}

function outputFailure(message: string): Failure {
  return { kind: 'output', message };
}

function toFailure(error: unknown): Failure {
  if (error instanceof AttemptProblem) return error.failure;
  if (error instanceof ExpressionEvaluationError) return { kind: 'expression', source: error.source, message: error.message };
  if (error instanceof UserError)
    return { kind: 'spawn', message: error.hint === null ? error.message : `${error.message} (${error.hint})` };
  // The world's refusal to take the attempt's files: no room, no permission.
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return { kind: 'spawn', message };
  throw error;
}

/** The last text of a file, to look for what a shell said. */
function tailOf(path: string): string {
  const bytesMax = 2048;
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, bytesMax));
      const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8', 0, read);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
