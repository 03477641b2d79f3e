// What the cache does for one attempt: before its process it looks for a kept result and puts it into the workspace; after it,
// it keeps what the step left. What becomes of either is an event, and a line in the log where a person would wonder.
//
// An engine may be killed at any place of this. The key is in the run's folder before the process starts, so whoever adopts the
// attempt keeps its result; an attempt that was being restored is lost like one whose process never began, and is made again.
// Not here: the process (run-attempt.ts), what a key is made of (cache-key.ts), how files get into place (restore.ts).

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareCacheKeys, stepShape } from '@workflow-platform/events';
import type {
  CachedFile,
  CacheEntry,
  CacheFact,
  CacheKeyChange,
  CacheMissReason,
  CacheRefusal,
  RunEvent,
} from '@workflow-platform/events';
import type { AttemptFiles } from '../attempt/attempt-files.ts';
import { AttemptProblem } from '../attempt/attempt-problem.ts';
import { maskSecrets, secretTexts } from '../attempt/mask-secrets.ts';
import { say } from '../attempt/read-result.ts';
import type { AttemptEffect } from '../attempt/running-attempt.ts';
import type { AttemptWorld } from '../attempt/world.ts';
import type { CachedStep, IncomingWork } from '../ports.ts';
import { cacheKey } from './cache-key.ts';
import type { CacheKey, KeySource } from './cache-key.ts';
import { digestInputs } from './digest-inputs.ts';
import { findOutputs } from './find-outputs.ts';
import { KnownContents } from './known-contents.ts';
import { contentText, isUnchanged } from './look-at-place.ts';
import { noteLeftOutputs, outputsBefore } from './outputs-before.ts';
import type { OutputsPlace, StandingOutput } from './outputs-before.ts';
import { restore } from './restore.ts';

export interface CachedAttemptOptions {
  readonly effect: AttemptEffect;
  readonly world: AttemptWorld;
  readonly files: AttemptFiles;
  /** Absolute path of the root of the workspace. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** What a kept result says beside its files. Outputs that are expressions are not among them. */
export type TakenResult = Pick<CacheEntry, 'exitCode' | 'outputs'>;

/** What the step left beside its files. */
export interface ResultToKeep extends TakenResult {
  readonly durationMs: number;
  readonly hasArtifacts: boolean;
}

/** Logs beyond this are not kept with the result. */
const logBytesMax = 1024 * 1024;

/** What is known before the process starts. */
interface LookedUp extends CacheKey {
  /** What stood in the places of its outputs and is not the step's. */
  readonly before: readonly StandingOutput[];
}

export class CachedAttempt {
  readonly #options: CachedAttemptOptions;
  readonly #globs: KeySource['cache'];
  readonly #step: CachedStep;
  #looked: LookedUp | null = null;

  constructor(options: CachedAttemptOptions, globs: KeySource['cache']) {
    this.#options = options;
    this.#globs = globs;
    this.#step = { workflow: options.world.plan.workflow.id, step: stepShape(options.effect.step) };
  }

  /** Returns a kept result once its files are in the workspace; null when the step has to run. */
  async lookUp(source: Omit<KeySource, 'files' | 'cache' | 'plan'>): Promise<TakenResult | null> {
    this.#looked = await this.#findKey(source);
    if (this.#looked === null) return null;
    const { key } = this.#looked;
    const taken = await this.#lookInStore(key);
    await this.#note(this.#looked, { hasTaken: taken !== null });
    return taken;
  }

  async #findKey(source: Omit<KeySource, 'files' | 'cache' | 'plan'>): Promise<LookedUp | null> {
    const { effect, world } = this.#options;
    try {
      const inputs = await this.#digestInputs();
      this.#refuseNoInputs(inputs);
      const whole = { ...source, cache: this.#globs, plan: effect.plan, files: inputs.files };
      return { ...cacheKey(whole, (text) => world.stepCache.digest(text)), before: [] };
    } catch (error) {
      return this.#miss('unknown-key', systemMessage(error));
    }
  }

  /** Before a process starts: whoever adopts the attempt keeps its result by this. */
  async #note(looked: LookedUp, { hasTaken }: { hasTaken: boolean }): Promise<void> {
    const { world, files } = this.#options;
    try {
      this.#looked = hasTaken
        ? looked
        : { ...looked, before: await outputsBefore(this.#place, world.stepCache, () => this.#goOn()) };
      writeFileSync(files.cacheKey, JSON.stringify(this.#looked), { mode: 0o600 });
    } catch (error) {
      // Without it nobody can adopt or explain; the step itself needs it not.
      systemMessage(error);
    }
    world.checkpoint('cache-key-noted');
  }

  get #place(): OutputsPlace {
    const { root, world, effect } = this.#options;
    const name = process.getBuiltinModule('node:crypto').hash('sha256', effect.step, 'hex').slice(0, 16);
    return { globs: this.#globs.outputs, root, leftFile: join(world.runFolder, `cache-left-${name}`) };
  }

  async #lookInStore(key: string): Promise<TakenResult | null> {
    const { effect, world } = this.#options;
    const { stepCache } = world;
    if (!world.readsCache(effect.step)) return this.#miss('not-asked', null);
    try {
      const entry = stepCache.find(key);
      return entry === 'none'
        ? this.#miss('no-entry', null)
        : entry === 'damaged'
          ? this.#miss('damaged', null)
          : await this.#take(entry);
    } catch (error) {
      return this.#miss('not-restored', systemMessage(error));
    }
  }

  /** Takes up what an earlier engine had looked up. */
  recall(): void {
    try {
      this.#looked = JSON.parse(readFileSync(this.#options.files.cacheKey, 'utf8')) as LookedUp;
    } catch {
      // It could not be computed, or the power went: then nothing is kept.
      this.#looked = null;
    }
  }

  /** Keeps what a successful attempt left. Never fails: a result that is not kept costs another run some day. */
  async keep(result: ResultToKeep): Promise<void> {
    if (this.#looked === null) return;
    const { parts } = this.#looked;
    try {
      if (result.hasArtifacts) return this.#refuse('artifacts', null);
      if (!this.#options.world.areSecretsTheSame) return this.#refuse('secret', 'the run was resumed with other secrets');
      if (this.#hasSecret(result.outputs)) return this.#refuse('secret', 'one of its outputs');
      const now = { values: parts.values, files: sortedByName((await this.#digestInputs()).files) };
      const changes = compareCacheKeys(parts, now);
      if (changes.length > 0) return this.#refuse('inputs-changed', changesText(changes));
      const found = await findOutputs(this.#globs.outputs, this.#options.root);
      if (found.kind === 'refused') return this.#refuse(found.reason, found.detail);
      const foreign = this.#untouched(this.#looked.before);
      if (foreign !== null) return this.#refuse('output-foreign', `${foreign} was there before, and the step did not touch it`);
      const work = this.#options.world.stepCache.open();
      try {
        await this.#store(this.#looked, found.outputs, result, work);
      } finally {
        work.close();
      }
    } catch (error) {
      // The step has succeeded, whoever wants it to stop now.
      this.#refuse('store-failed', error instanceof AttemptProblem ? 'the attempt was stopped' : systemMessage(error));
    }
  }

  /** Returns something among the outputs that the step has not made, now or earlier; null when there is nothing. */
  #untouched(before: LookedUp['before']): string | null {
    const { root, world } = this.#options;
    const known = new KnownContents(world.stepCache, this.#step);
    const foreign = before.find(([path, text, stamp]) => {
      return isUnchanged(root, path, { kind: 'content', text, mode: 0, stamp }) && !known.has(path, text);
    });
    return foreign?.[0] ?? null;
  }

  /** Notes what a failed attempt leaves: the next one of the step may go on with it. */
  async noteFailure(): Promise<void> {
    if (this.#looked === null || this.#globs.outputs.length === 0) return;
    try {
      await noteLeftOutputs(this.#place, this.#looked.before);
    } catch (error) {
      // Then the next attempt cannot tell it from what others left, and its result is not kept.
      systemMessage(error);
    }
  }

  async #take(entry: CacheEntry): Promise<TakenResult | null> {
    const { world, files, root } = this.#options;
    const { stepCache } = world;
    const common = { entry, globs: this.#globs.outputs, root, step: this.#step, store: stepCache, nowMs: world.nowMs() };
    const restored = await restore({ ...common, goOn: () => this.#goOn() });
    switch (restored.kind) {
      case 'damaged':
        return this.#miss('damaged', null);
      case 'foreign-change':
        return this.#miss('foreign-change', restored.detail);
      case 'done':
        break;
    }
    world.checkpoint('cache-restored');
    const { key, made, exitCode, outputs } = entry;
    this.#tell({ type: 'step.cache-hit', ...this.#attempt, key, made, ...totals(entry.files) });
    const whose = `key ${key.slice(0, 12)}, made by step ${made.step} of run ${made.runId} at ${new Date(made.atMs).toISOString()}`;
    const wrote = entry.log === null ? null : stepCache.textOf(entry.log);
    say(files.log, `workflow: taken from the cache: ${whose}${wrote ? '; it wrote:\n' : '\n'}${wrote ?? ''}`);
    return { exitCode, outputs };
  }

  async #store(
    { key, parts: keyParts, before }: LookedUp,
    found: readonly { readonly path: string; readonly target: string | null }[],
    result: ResultToKeep,
    work: IncomingWork,
  ): Promise<void> {
    const { world, root } = this.#options;
    const { stepCache } = world;
    const secrets = this.#secretTexts();
    const files: CachedFile[] = [];
    for (const { path, target } of found) {
      this.#goOn();
      if (target !== null) {
        files.push({ kind: 'link', path, target });
        continue;
      }
      const { digest, sizeBytes, mode, isFound } = await stepCache.keep(join(root, path), work, secrets);
      if (isFound) return this.#refuse('secret', path);
      files.push({ kind: 'file', path, digest, sizeBytes, mode });
    }
    const log = await this.#keepLog(secrets, work);
    const parts = stepCache.keepText(JSON.stringify(keyParts), work);
    const after = new Map(files.map((file) => [file.path, contentText(file)]));
    const replaced = before.flatMap(([path, text]): CacheFact[] => (after.get(path) === text ? [] : [[path, text]]));
    const made = { ...this.#step, runId: world.runId, atMs: world.nowMs() };
    const outputs = this.#ownOutputs(result.outputs);
    const { exitCode, durationMs } = result;
    world.checkpoint('cache-contents-kept');
    stepCache.save({ key, made, exitCode, durationMs, outputs, files, replaced, log, parts }, work);
    world.checkpoint('cache-stored');
    this.#tell({ type: 'step.cache-stored', ...this.#attempt, key, ...totals(files) });
  }

  async #keepLog(secrets: readonly Buffer[], work: IncomingWork): Promise<CacheEntry['log']> {
    const { log } = this.#options.files;
    const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0 || size > logBytesMax) return null;
    const { digest, sizeBytes, isFound } = await this.#options.world.stepCache.keep(log, work, secrets);
    return isFound ? null : { digest, sizeBytes };
  }

  /** Those of expressions are computed anew for whoever takes the result. */
  #ownOutputs(outputs: TakenResult['outputs']): TakenResult['outputs'] {
    const computed = new Set(this.#options.effect.plan.outputs.filter(({ from }) => from === 'value').map(({ name }) => name));
    return Object.fromEntries(Object.entries(outputs).filter(([name]) => !computed.has(name)));
  }

  async #digestInputs() {
    const { world, root } = this.#options;
    return digestInputs({ cache: this.#globs, root, store: world.stepCache, goOn: () => this.#goOn() });
  }

  /** Without inputs every run would get the result of the first: a slip of the author. */
  #refuseNoInputs({ files, unmatched }: Awaited<ReturnType<typeof digestInputs>>): void {
    const names = unmatched.map((glob) => `\`${glob}\``).join(', ');
    if (files.length === 0) {
      const message = `no file that is not an output matches \`cache.inputs\` (${this.#globs.inputs.join(', ')}), so nothing would ever be done again; globs begin at the root of the workspace`;
      throw new AttemptProblem({ kind: 'spawn', message });
    }
    if (unmatched.length > 0) say(this.#options.files.log, `workflow: \`cache.inputs\`: nothing matches ${names}\n`);
  }

  #goOn(): void {
    if (this.#options.signal.aborted) throw new AttemptProblem({ kind: 'spawn', message: 'it was stopped before it started' });
  }

  #hasSecret(outputs: TakenResult['outputs']): boolean {
    const result = { kind: 'succeeded', exitCode: 0, durationMs: 0, outputs } as const;
    return maskSecrets(result, this.#options.world.secrets).masked.length > 0;
  }

  #secretTexts(): readonly Buffer[] {
    return secretTexts(this.#options.world.secrets).map((text) => Buffer.from(text));
  }

  get #attempt(): { readonly step: string; readonly attempt: number } {
    const { step, attempt } = this.#options.effect;
    return { step, attempt };
  }

  #miss(reason: CacheMissReason, detail: string | null): null {
    this.#tell({ type: 'step.cache-missed', ...this.#attempt, key: this.#looked?.key ?? null, reason, detail });
    return null;
  }

  #refuse(reason: CacheRefusal, detail: string | null): void {
    this.#tell({ type: 'step.cache-not-stored', ...this.#attempt, key: this.#looked?.key ?? null, reason, detail });
  }

  #tell(event: RunEvent): void {
    this.#options.world.record([event]);
  }
}

function totals(files: readonly CachedFile[]): { readonly files: number; readonly sizeBytes: number } {
  return { files: files.length, sizeBytes: files.reduce((sum, file) => sum + (file.kind === 'file' ? file.sizeBytes : 0), 0) };
}

function sortedByName(facts: CacheKey['parts']['files']): CacheKey['parts']['files'] {
  return facts.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function changesText(changes: readonly CacheKeyChange[]): string {
  const [first] = changes;
  const others = changes.length > 1 ? `, and ${changes.length - 1} more` : '';
  return `${first?.name} was ${first?.how}${others}`;
}

/** What the disk says. Anything else is thrown on: the stop of the attempt, a slip of the author, a bug of ours. */
function systemMessage(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof AttemptProblem || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'no room left on the disk' : message;
}
