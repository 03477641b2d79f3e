// One run whose engines die, from the first event to the last, and a look at what it left.
// Not here: what the run does (random-workflow.ts), how an engine dies (crash-engine.ts).

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { openHistory } from '@workflow-platform/journal';
import { foldRun, runStatus } from '@workflow-platform/scheduler';
import { Random } from '@workflow-platform/testkit';
import { checkpoints } from '../../src/index.ts';
import type { CrashEngineOptions } from './crash-engine.ts';
import { randomWorkflow, shortWorkflow } from './random-workflow.ts';
import type { RandomWorkflow } from './random-workflow.ts';

/** How engines die. */
export type CrashMode =
  /** At any moment, from outside. */
  | 'kill'
  /** At a named place, or before a call to the system. */
  | 'between-calls'
  /** As `kill`, and what of the history was not forced onto the disk is gone. */
  | 'disk'
  /** As `disk`, and all processes are gone, and the machine is another one as far as process ids go. */
  | 'power-cut';

export interface CrashReport {
  readonly deaths: number;
  /** Calls to the system of the last engine. */
  readonly calls: number;
  readonly attempts: number;
  /** What is wrong; empty when all is well. */
  readonly problems: readonly string[];
}

const program = join(import.meta.dirname, 'crash-engine.ts');
const DEATHS_MAX = 8;
/** No run of these takes so long: what waits for ever is a mistake. */
const ENGINE_MS_MAX = 60_000;
const SHELL_MS_MAX = 10_000;

/** Where an engine is to die. */
export type Death =
  | Required<Pick<CrashEngineOptions, 'dieAt'>>
  | Required<Pick<CrashEngineOptions, 'dieBeforeCall'>>
  /** From outside, so long after it is up. */
  | { readonly afterMs: number };

/** Carries out the run of a seed. What it leaves when something is wrong is copied to `keepIn`. */
export function crashRun(seed: number, mode: CrashMode, keepIn: string | null = null): Promise<CrashReport> {
  const random = new Random(seed);
  const deaths = random.integer(1, DEATHS_MAX);
  let engines = 0;
  return carryOut({
    name: String(seed),
    mode,
    keepIn,
    workflowIn: (trace) => randomWorkflow(random, trace),
    nextDeath: () => (engines++ < deaths ? randomDeath(random, mode) : null),
  });
}

/** Carries out a short run whose first engine dies there. */
export function dieOnce(death: Death): Promise<CrashReport> {
  const deaths = [death];
  return carryOut({
    name: 'once',
    mode: 'between-calls',
    keepIn: null,
    workflowIn: shortWorkflow,
    nextDeath: () => deaths.pop() ?? null,
  });
}

function randomDeath(random: Random, mode: CrashMode): Death {
  if (mode !== 'between-calls') return { afterMs: random.integer(0, 400) };
  if (random.isLikely(0.5)) return { dieBeforeCall: random.integer(1, 120) };
  return { dieAt: { checkpoint: random.pick(checkpoints), time: random.integer(1, 6) } };
}

interface CrashPlan {
  readonly name: string;
  readonly mode: CrashMode;
  readonly keepIn: string | null;
  workflowIn(trace: string): RandomWorkflow;
  /** Null to let the next engine live. */
  nextDeath(): Death | null;
}

async function carryOut(plan: CrashPlan): Promise<CrashReport> {
  const run = new CrashRun(plan);
  try {
    return await run.carryOut();
  } finally {
    run.remove();
  }
}

class CrashRun {
  readonly #plan: CrashPlan;
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), 'crash-')));
  readonly #trace = join(this.#base, 'ws');
  readonly #runId: string;
  readonly #workflow: RandomWorkflow;
  readonly #problems: string[] = [];
  /** Attempts that were lost with the machine, by which a step may have begun more often. */
  #hasLost = false;
  /** The last engine had been killed between the end of the run and its own; it leaves the files of its shells. */
  #wasOver = false;
  #deaths = 0;
  #calls = 0;
  /** How often steps had begun that were recorded as done before a power cut, by the name of their files. */
  readonly #recordedBegun = new Map<string, number>();

  constructor(plan: CrashPlan) {
    this.#plan = plan;
    this.#runId = `crash-${process.pid}-${plan.name}`;
    this.#workflow = plan.workflowIn(this.#trace);
  }

  async carryOut(): Promise<CrashReport> {
    let status: string | null = null;
    while (status === null) {
      status = await this.#engine(this.#plan.nextDeath());
      if (status === null) this.#afterDeath();
    }
    if (status !== this.#workflow.status) this.#problems.push(`the run ${status} instead of ${this.#workflow.status}`);
    const attempts = this.#checkJournal();
    this.#checkTraces();
    await this.#checkLeftovers();
    const { keepIn } = this.#plan;
    if (this.#problems.length > 0 && keepIn !== null) cpSync(this.#base, keepIn, { recursive: true });
    return { deaths: this.#deaths, calls: this.#calls, attempts, problems: this.#problems };
  }

  remove(): void {
    for (const pid of this.#processes()) tryToKill(pid);
    rmSync(this.#base, { recursive: true, force: true });
  }

  /** Runs an engine; returns the status when it lived to tell it. */
  async #engine(death: Death | null): Promise<string | null> {
    const { mode } = this.#plan;
    const options: CrashEngineOptions = {
      plan: this.#workflow.plan,
      base: this.#base,
      keepsSynced: mode === 'disk' || mode === 'power-cut',
      ...(death === null || 'afterMs' in death ? {} : death),
    };
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        NODE_COMPILE_CACHE: join(import.meta.dirname, '../../../../.cache/node-compile-cache'),
        ...process.env,
        TEST_RUN_ID: this.#runId,
      },
    });
    let told = '';
    const closed = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.on('exit', (code, signal) => resolve(code ?? signal)),
    );
    const ended = new Promise((resolve) => child.stdout.on('close', resolve));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (death !== null && 'afterMs' in death && told === 'up\n') killLater(child, death.afterMs);
    });
    const watchdog = setTimeout(() => {
      this.#problems.push('an engine did not come to an end');
      child.kill('SIGKILL');
    }, ENGINE_MS_MAX);
    const how = await closed;
    await ended;
    clearTimeout(watchdog);
    const end = /^(succeeded|failed|cancelled) (\d+)$/m.exec(told);
    const status = end?.[1] ?? null;
    this.#wasOver = told.includes('\nover\n');
    this.#calls = Number(end?.[2] ?? 0);
    if (status === null) {
      if (how !== 'SIGKILL') throw new Error(`${this.#plan.name}: an engine ended with ${how}`);
      if (this.#problems.length > 0) return 'never finished';
      this.#deaths++;
    }
    return status;
  }

  #afterDeath(): void {
    if (this.#plan.mode === 'power-cut') {
      // Again and again: one may start another while it is being killed.
      for (let pids = this.#processes(); pids.length > 0; pids = this.#processes()) for (const pid of pids) tryToKill(pid);
      const folder = join(this.#base, 'run');
      for (const name of slotFiles(folder)) {
        const text = readFileSync(join(folder, name), 'utf8');
        writeFileSync(join(folder, name), text.replace(/^(workflow-slot .*) \S+$/m, '$1 another-start/1'));
      }
      // What was at work is gone with the machine, and says so no more.
      for (const name of readNames(this.#trace)) if (name.endsWith('.now')) rmSync(join(this.#trace, name), { recursive: true });
      this.#hasLost = true;
    }
    if (this.#plan.mode === 'power-cut' || this.#plan.mode === 'disk') {
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(this.#base, `history.db${suffix}`), { force: true });
      const copies = readNames(this.#base).filter((name) => /^synced\.[0-9.]+$/.test(name));
      const synced = copies.sort().at(-1);
      if (synced !== undefined) cpSync(join(this.#base, synced), this.#base, { recursive: true });
      this.#noteRecorded();
    }
  }

  #noteRecorded(): void {
    if (!existsSync(join(this.#base, 'history.db'))) return;
    const history = openHistory({ folder: this.#base, mode: 'read' });
    for (const { event } of history.readEvents(this.#runId)) {
      if (event.type !== 'step.succeeded' || event.attempt === 0) continue;
      const name = event.step.replace(/\[(.*)\](\.in)?$/, '-$1');
      this.#recordedBegun.set(name, this.#lines(`${name}.begun`));
    }
    history.close();
  }

  #checkJournal(): number {
    const database = new DatabaseSync(join(this.#base, 'history.db'));
    const [check] = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    database.close();
    if (check?.integrity_check !== 'ok') this.#problems.push(`the history is damaged: ${check?.integrity_check}`);
    const history = openHistory({ folder: this.#base, mode: 'read' });
    const envelopes = history.readEvents(this.#runId);
    const row = history.readRun(this.#runId);
    history.close();
    const status = runStatus(foldRun(this.#workflow.plan, envelopes));
    if (status !== this.#workflow.status || row?.status !== status)
      this.#problems.push(`the history says ${status} and ${row?.status} instead of ${this.#workflow.status}`);
    return envelopes.filter(({ event }) => event.type === 'step.attempt-started').length;
  }

  #checkTraces(): void {
    for (const [name, { begun, done }] of this.#workflow.expected) {
      const got = { begun: this.#lines(`${name}.begun`), done: this.#lines(`${name}.done`) };
      const isRight = this.#hasLost ? got.begun >= begun && got.done >= done : got.begun === begun && got.done === done;
      if (!isRight)
        this.#problems.push(`${name} began ${got.begun} times and was done ${got.done} times, not ${begun} and ${done}`);
    }
    for (const [name, begun] of this.#recordedBegun) {
      if (this.#lines(`${name}.begun`) !== begun) this.#problems.push(`${name} began again after its success was recorded`);
    }
    const overlaps = this.#lines('overlaps');
    if (overlaps > 0) this.#problems.push(`${overlaps} attempts began beside another one of their step`);
  }

  async #checkLeftovers(): Promise<void> {
    // Shells of an engine that was killed see that it is gone, and end.
    const untilMs = Date.now() + SHELL_MS_MAX;
    while (this.#wasOver && this.#processes().length > 0 && Date.now() < untilMs) await setImmediate();
    const left = this.#processes();
    if (left.length > 0) this.#problems.push(`${left.length} processes are left: ${left.join(', ')}`);
    const slots = slotFiles(join(this.#base, 'run'));
    if (slots.length > 0 && !this.#wasOver) this.#problems.push(`files of shells are left: ${slots.join(', ')}`);
  }

  /** Whatever carries the run's id, or has a log of the run open. */
  #processes(): readonly number[] {
    const mark = `\0WORKFLOW_RUN_ID=${this.#runId}\0`;
    const logs = join(this.#base, 'run/');
    return readNames('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => readText(`/proc/${pid}/environ`).includes(mark) || openFiles(pid).some((path) => path.startsWith(logs)))
      .map(Number);
  }

  #lines(name: string): number {
    return readText(join(this.#trace, name)).split('\n').length - 1;
  }
}

function slotFiles(folder: string): readonly string[] {
  return readNames(folder).filter((name) => name.endsWith('.slot'));
}

function killLater(child: ChildProcess, afterMs: number): void {
  setTimeout(() => child.kill('SIGKILL'), afterMs);
}

function tryToKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

function openFiles(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function readNames(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
