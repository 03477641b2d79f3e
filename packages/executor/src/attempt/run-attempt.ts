// Carries out one attempt of a step: prepares its files, environment and command, starts it and follows it to its end; or takes
// up one that an earlier engine had started.
// Not here: when an attempt starts or stops (run-host.ts), what it left (read-result.ts), what its result leads to (scheduler).

import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { resolveText, withInputs } from '@workflow-platform/core';
import type { ExpressionScope, PlanCache } from '@workflow-platform/core';
import { stdoutLimitOf, UserError } from '@workflow-platform/events';
import type { AttemptResult } from '@workflow-platform/scheduler';
import { CachedAttempt } from '../cache/cached-attempt.ts';
import type { TakenResult } from '../cache/cached-attempt.ts';
import { FileLooks } from '../effects/file-looks.ts';
import { look } from '../effects/observe.ts';
import { conversationBytesMax } from '../plugin/read-conversation.ts';
import { ToldReader } from '../plugin/read-told.ts';
import type { AttemptFiles } from './attempt-files.ts';
import { attemptFiles } from './attempt-files.ts';
import type { AttemptListeners } from './attempt-listeners.ts';
import { AttemptProblem } from './attempt-problem.ts';
import type { LaunchEnd } from './launch-request.ts';
import type { LaunchedProcess } from './launcher.ts';
import { holdsSecret, MASK, maskSecrets } from './mask-secrets.ts';
import { monotonicMs } from './monotonic.ts';
import { OutputLimit } from './output-limit.ts';
import { OutputTimes } from './output-times.ts';
import { watchOutput } from './output-watch.ts';
import { readResult, say, toFailure } from './read-result.ts';
import { resolveEnv } from './resolve-env.ts';
import type { AttemptEffect, EndedAttempt, RunningAttempt } from './running-attempt.ts';
import { withholdTexts } from './secrets-given.ts';
import { onTerminal } from '../terminal/terminal-files.ts';
import { watchInput } from '../terminal/watch-input.ts';
import type { AttemptLeft } from './slots-left.ts';
import { isProtocolAction, programOf, signatureOf, stepCommand } from './step-command.ts';
import type { StepCommand } from './step-command.ts';
import type { PlaceRequest, StepPlace } from './step-place.ts';
import { ephemeralPlace, sharedPlace } from './step-place.ts';
import { stopManners } from './stop-manners.ts';
import type { AttemptWorld } from './world.ts';

/** Starts an attempt. */
export function runAttempt(effect: AttemptEffect, world: AttemptWorld, listeners: AttemptListeners): RunningAttempt {
  const attempt = new Attempt(effect, world, { listeners, isAdopted: false });
  return attempt.asRunning(attempt.carryOut());
}

/** Takes up an attempt that an earlier engine had begun. */
export function adoptAttempt(
  effect: AttemptEffect,
  world: AttemptWorld,
  listeners: AttemptListeners,
  left: AttemptLeft,
): RunningAttempt {
  const attempt = new Attempt(effect, world, { listeners, isAdopted: true });
  return attempt.asRunning(attempt.adopt(left));
}

interface AttemptManner {
  readonly listeners: AttemptListeners;
  /** An earlier engine began it. */
  readonly isAdopted: boolean;
}

/** Where it works, and the values that its texts see there. */
interface Surroundings {
  readonly place: StepPlace;
  /** The step's own variables among them. */
  readonly scope: ExpressionScope;
  readonly env: { readonly [name: string]: string };
  /** Of `env`, what the workflow declares. */
  readonly declaredEnv: { readonly [name: string]: string };
}

class Attempt {
  readonly #effect: AttemptEffect;
  readonly #world: AttemptWorld;
  readonly #listeners: AttemptListeners;
  readonly #files: AttemptFiles;
  readonly #isAdopted: boolean;
  readonly #times: OutputTimes;
  readonly #limits: { readonly log: OutputLimit; readonly stdout: OutputLimit };
  /** It speaks the protocol of actions. */
  readonly #isAction: boolean;
  readonly #told: ToldReader;
  readonly #startMs = monotonicMs();
  #endedAtMs: () => number = () => this.#world.nowMs();
  #durationMs: () => number = () => Math.round(monotonicMs() - this.#startMs);
  #process: LaunchedProcess | null = null;
  #unwatch: () => void = () => {};
  readonly #stopping = new AbortController();
  /** Looks that its texts ask for, until the process is there. */
  readonly #looks: FileLooks;
  #isFlooded = false;
  /** Of a cached step. */
  #cached: CachedAttempt | null = null;
  /** A kept result was taken instead of a process. */
  #hasTaken = false;
  /** It had ended before anybody told it to. */
  #hasEndedItself = false;

  constructor(effect: AttemptEffect, world: AttemptWorld, { listeners, isAdopted }: AttemptManner) {
    this.#isAdopted = isAdopted;
    this.#effect = effect;
    this.#world = world;
    this.#listeners = listeners;
    this.#files = attemptFiles(world.runFolder, effect.attemptNo);
    this.#times = new OutputTimes({ path: this.#files.times, nowMs: () => world.nowMs(), isAdopted });
    const logBytesMax = world.logBytesMax(effect.attemptNo);
    this.#isAction = isProtocolAction(effect.plan.action);
    this.#told = new ToldReader(this.#files.stdout);
    this.#looks = new FileLooks((text) => isAdopted || say(this.#files.log, text));
    this.#limits = {
      log: new OutputLimit(this.#files.log, logBytesMax, this.#times.leftOut),
      stdout: new OutputLimit(this.#files.stdout, stdoutLimitOf(logBytesMax)),
    };
  }

  asRunning(ended: Promise<EndedAttempt>): RunningAttempt {
    const { attemptNo } = this.#effect;
    return { ended, attemptNo, stop: () => this.#stop(), letGo: () => this.#letGo() };
  }

  #stop(): void {
    this.#stopping.abort();
    this.#process?.stop();
  }

  #letGo(): void {
    this.#unwatch();
    // What has not begun yet is not to begin any more.
    if (this.#process === null) this.#stopping.abort();
  }

  /** Runs without a pause up to the start of the process, unless a workspace has to be made first or the step is cached. */
  async carryOut(): Promise<EndedAttempt> {
    const { plan } = this.#effect;
    let place: StepPlace | null = null;
    let result: AttemptResult;
    try {
      place = await this.#findPlace({ use: 'run', signal: this.#stopping.signal });
      const around = this.#surroundings(place);
      const command = this.#command(around);
      const taken = plan.cache === undefined ? null : await this.#takeCached(command, around, plan.cache);
      if (taken === null) {
        this.#process = this.#launch(command, around);
        result = await this.#read(await this.#follow(this.#process), around);
      } else {
        this.#hasTaken = true;
        result = { kind: 'succeeded', durationMs: this.#durationMs(), ...taken, isCached: true };
      }
    } catch (error) {
      result = this.#failed(error);
    }
    return this.#end(place, result);
  }

  /** Waits for its end wherever it stands, and only then asks what its plan needs: that could be there no more. */
  async adopt(left: AttemptLeft): Promise<EndedAttempt> {
    const { attemptNo, startedAtMs } = this.#effect;
    const { launcher } = this.#world;
    if (left.kind === 'ended') this.#endedAtMs = () => left.endedAtMs;
    this.#durationMs = () => Math.max(0, Math.round(this.#endedAtMs() - startedAtMs));
    this.#process = launcher.adopt(left, { attemptNo, log: this.#files.log, ...stopManners(this.#effect.plan.action) });
    let place: StepPlace | null = null;
    let result: AttemptResult;
    try {
      const end = await this.#follow(this.#process);
      if (end.kind === 'unwatched') {
        place = await this.#findLostPlace();
        throw new AttemptProblem({ kind: 'lost', message: end.message });
      }
      place = await this.#findPlace({ use: 'look', signal: null });
      if (this.#effect.plan.cache !== undefined) {
        this.#cached = this.#cachedAttempt(place, this.#effect.plan.cache);
        this.#cached.recall();
      }
      result = await this.#read(end, this.#surroundings(place));
    } catch (error) {
      result = this.#failed(error);
    }
    return this.#end(place, result);
  }

  async #findPlace(request: PlaceRequest): Promise<StepPlace> {
    const { path } = this.#world.workspace;
    const wanted = resolveText(this.#effect.plan.workspace, this.#scope({ look: (query) => look(path, query) }));
    return wanted === 'ephemeral' ? ephemeralPlace(this.#world, this.#effect, request) : sharedPlace(this.#world, wanted);
  }

  /** A workspace of its own is found to be given back; one that is not there, or only half, is not made for that. */
  async #findLostPlace(): Promise<StepPlace | null> {
    try {
      return await this.#findPlace({ use: 'look', signal: AbortSignal.abort() });
    } catch (error) {
      // It is lost, whatever else could be said of it. Bugs are thrown on.
      toFailure(error);
      return null;
    }
  }

  #surroundings(place: StepPlace): Surroundings {
    const { plan, step, attempt } = this.#effect;
    const seen = { workspace: place.workspace, look: (query: string) => this.#looks.look(place.workspace.path, query) };
    const envOfRun = resolveEnv(this.#world.plan.env, this.#scope(seen));
    const scope = this.#scope({ ...seen, env: envOfRun });
    const declaredEnv = { ...envOfRun, ...resolveEnv(plan.env, withInputs(scope, plan.inputs)) };
    const env = {
      ...declaredEnv,
      WORKFLOW_RUN_ID: this.#world.runId,
      WORKFLOW_STEP: step,
      WORKFLOW_ATTEMPT: String(attempt),
      WORKFLOW: '1',
      WORKFLOW_OUTPUT: this.#files.outputs,
      WORKFLOW_WORKSPACE: place.workspace.path,
    };
    return { place, scope, env, declaredEnv };
  }

  #command({ place, scope }: Surroundings): StepCommand {
    const { plan, step: ref, attempt, session } = this.#effect;
    const { world, files } = { world: this.#world, files: this.#files };
    return stepCommand(plan, { ref, attempt, session }, { world, files, scope: withInputs(scope, plan.inputs), place });
  }

  /** Returns a result that was kept earlier, once it is in place; null when the step has to run. */
  async #takeCached(
    { does, stdin, signature }: StepCommand,
    { place, scope, declaredEnv }: Surroundings,
    cache: PlanCache,
  ): Promise<TakenResult | null> {
    const { plan } = this.#effect;
    this.#cached = this.#cachedAttempt(place, cache);
    const folder = relative(realpathSync(place.workspace.path), realpathSync(place.cwd));
    // What an action reads from stdin tells the attempt, too; its inputs are in what it does.
    const source = { does, env: declaredEnv, stdin: signature === null ? stdin : null, folder };
    const taken = await this.#cached.lookUp(source);
    if (taken === null) return null;
    const inner = withInputs(scope, plan.inputs);
    const computed = plan.outputs.filter(({ from }) => from === 'value');
    const values = computed.map(({ name, value }) => [name, resolveText(value ?? '', inner)] as const);
    return { ...taken, outputs: { ...taken.outputs, ...Object.fromEntries(values) } };
  }

  #cachedAttempt({ workspace }: StepPlace, cache: PlanCache): CachedAttempt {
    const options = { effect: this.#effect, world: this.#world, files: this.#files, root: workspace.path };
    return new CachedAttempt({ ...options, signal: this.#stopping.signal }, cache);
  }

  #launch(command: StepCommand, { place, env }: Surroundings): LaunchedProcess {
    const { plan, attemptNo } = this.#effect;
    const { world, files } = { world: this.#world, files: this.#files };
    if (command.stdin !== null) writeFileSync(files.stdin, command.stdin, { mode: 0o600 });
    if (this.#stopping.signal.aborted) throw new AttemptProblem({ kind: 'spawn', message: 'it was stopped before it started' });
    const isCaptured = command.signature !== null || plan.outputs.some(({ from }) => from === 'stdout');
    const invocation = { argv: command.argv, env: { ...place.env, ...env } };
    const { engineCommand, env: engineEnv } = world;
    world.checkpoint('attempt-prepared');
    const launched = world.launcher.start({
      attemptNo,
      cwd: place.cwd,
      ...(plan.interactive === true ? onTerminal(invocation, { base: files.base, engineCommand, engineEnv }) : invocation),
      stdin: command.stdin === null ? null : files.stdin,
      log: files.log,
      stdout: isCaptured ? files.stdout : null,
      ...stopManners(this.#effect.plan.action),
    });
    world.checkpoint('attempt-requested');
    return launched;
  }

  async #follow(launched: LaunchedProcess): Promise<LaunchEnd> {
    const { idleTimeoutMs } = this.#effect;
    const { log, stdout } = this.#limits;
    const onFlood = (): void => {
      this.#isFlooded = true;
      launched.stop();
    };
    const unwatchOutput = watchOutput({
      files: { log, stdout },
      times: this.#times,
      isAdopted: this.#isAdopted,
      idleMs: idleTimeoutMs,
      onIdle: (idleMs) => this.#listeners.onIdle(idleMs),
      ...(this.#isAction ? { onChange: () => this.#tellSession() } : {}),
      flood: this.#isAction ? { file: stdout, sizeBytesMax: conversationBytesMax, onFlood } : null,
    });
    const unwatchInput = watchInput(this.#effect, this.#files.input, this.#world);
    this.#unwatch = () => {
      unwatchOutput();
      unwatchInput();
    };
    const end = await launched.ended;
    this.#unwatch();
    this.#hasEndedItself = !this.#stopping.signal.aborted && this.#effect.stopping === null;
    log.finish();
    this.#world.checkpoint('attempt-ended');
    return end;
  }

  /** Told while it runs, so that whoever looks can take part; what counts is what stands in the file in the end. */
  #tellSession(): void {
    if (!this.#world.areSecretsTheSame) return;
    const { session } = this.#told.read();
    if (session !== null && !holdsSecret(session, this.#world.secrets)) this.#listeners.onSession(session);
  }

  async #read(end: LaunchEnd, { place, scope }: Surroundings): Promise<AttemptResult> {
    const { plan } = this.#effect;
    let hasArtifacts = false;
    const read = await readResult(end, {
      plan,
      files: this.#files,
      signature: end.kind === 'unwatched' ? null : signatureOf(plan.action, this.#world),
      program: programOf(plan.action, withInputs(scope, plan.inputs)),
      scope,
      isFlooded: this.#isFlooded,
      endedAtMs: this.#endedAtMs(),
      secrets: this.#world.secrets,
      keepArtifact: (name, path) => {
        hasArtifacts = true;
        return this.#world.keepArtifact(name, path, place.cwd);
      },
    });
    const durationMs = this.#durationMs();
    // Before anything that needs the step can start and change what it left.
    await this.#cached?.keep({ ...read, durationMs, hasArtifacts });
    return { kind: 'succeeded', durationMs, ...read };
  }

  async #end(place: StepPlace | null, given: AttemptResult): Promise<EndedAttempt> {
    if (place !== null && (this.#process !== null || this.#hasTaken)) await this.#tellOfEnd(place);
    const whole = this.#isAction ? { ...given, told: this.#told.read() } : given;
    const fit = this.#isAdopted && !this.#world.areSecretsTheSame ? withholdTexts(whole) : whole;
    const { result, masked } = maskSecrets(fit, this.#world.secrets);
    for (const name of masked) say(this.#files.log, `workflow: the output ${name} held a secret, which is replaced by ${MASK}\n`);
    if (result.kind === 'failed') await this.#cached?.noteFailure();
    this.#world.checkpoint('attempt-read');
    return { result, leave: () => this.#leave(place, result, masked.length > 0) };
  }

  /** What the step changed is kept apart where the workflow asks for it. */
  async #tellOfEnd({ identity }: StepPlace): Promise<void> {
    const { runId, plan, workspaces } = this.#world;
    if (plan.workspace.snapshot !== 'step') return;
    let warnings: readonly string[];
    try {
      warnings = await workspaces.snapshot(identity, { runId, step: this.#effect.step, workflow: plan.workflow.id });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      warnings = [error.message];
    }
    for (const warning of warnings) say(this.#files.log, `workflow: ${warning}\n`);
  }

  async #leave(place: StepPlace | null, result: AttemptResult, hasMasked: boolean): Promise<void> {
    const { outputs, stdin, stdout, socket, input } = this.#files;
    if (this.#effect.plan.interactive === true) for (const path of [socket, input]) rmSync(path, { force: true });
    if (this.#isAction) {
      // Its inputs may hold secrets. What it said is read for good, and kept only where somebody may want to see what was wrong.
      rmSync(stdin, { force: true });
      if (result.kind === 'succeeded' || result.failure.kind !== 'output') rmSync(stdout, { force: true });
    }
    if (hasMasked) for (const path of [outputs, stdout]) rmSync(path, { force: true });
    if (place?.leave) await this.#leavePlace(place, place.leave, result);
  }

  /** A workspace that cannot be given back is a nuisance, but no failure of the step: it is told in its log. */
  async #leavePlace({ cwd }: StepPlace, leave: NonNullable<StepPlace['leave']>, result: AttemptResult): Promise<void> {
    try {
      const { isKept } = await leave(result.kind === 'succeeded');
      if (isKept) say(this.#files.log, `workflow: the workspace of this attempt stays: ${cwd}\n`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say(this.#files.log, `workflow: ${error.message}\n`);
    }
  }

  #scope(extras: Parameters<AttemptWorld['scopeOf']>[1]): ExpressionScope {
    return this.#world.scopeOf(this.#effect.step, { secrets: this.#world.secrets, ...extras });
  }

  #failed(error: unknown): AttemptResult {
    const failure = toFailure(error);
    const exitCode = error instanceof AttemptProblem ? error.exitCode : null;
    const onItsOwn = this.#hasEndedItself ? { onItsOwn: true } : {};
    return { kind: 'failed', failure, exitCode, durationMs: this.#durationMs(), ...onItsOwn };
  }
}
