// Prints what steps wrote and what they go on to write, until what was asked for is over.
//
//   look at the events → print what is there → everything over? → wait for a change → look at the events …
//
// Invariants: nothing of an attempt is read after its end was seen without being read to its end; of what is read, nothing can be cut
// away (log-file.ts). So whoever follows prints each byte of the file once and in order, through any number of engines.
// Not here: which attempts (choose-steps.ts), reading and printing one (attempt-output.ts).

import { join } from 'node:path';
import type { EventEnvelope } from '@workflow-platform/events';
import { lockHolder, type History } from '@workflow-platform/journal';
import { Attempts, type AttemptRow } from '../attempts.ts';
import type { CliContext } from '../context.ts';
import type { AttemptOutput } from './attempt-output.ts';
import { chooseAttempts, type AttemptChoice, type StepMatch } from './choose-steps.ts';
import { FolderWatch } from './folder-watch.ts';
import type { StepsOver } from './steps-over.ts';

/** What one step may print before the next one's turn comes. */
const SLICE_BYTES = 1024 * 1024;
/** How often it is looked whether an engine still drives the run. */
const OWNER_CHECK_MS = 1000;

export interface Following {
  readonly history: History;
  readonly runId: string;
  readonly runFolder: string;
  readonly events: readonly EventEnvelope[];
  readonly isMeant: StepMatch;
  readonly choice: AttemptChoice;
  /** The name of the only step asked for. */
  readonly onlyStep: string | null;
  readonly over: StepsOver;
  /** `isNew`: it began after the following did. */
  readonly open: (row: AttemptRow, isNew: boolean) => AttemptOutput;
  /** Tells of what is not shown of an output, as it could be cut away. */
  readonly tellOfUnstable: (output: AttemptOutput) => void;
}

/** Follows until the run or the steps are over, nobody is at work in it any more, or the reader has gone away. */
export async function followLogs(context: CliContext, following: Following): Promise<void> {
  const follower = new Follower(context, following);
  try {
    await follower.follow();
  } finally {
    follower.close();
  }
}

class Follower {
  readonly #context: CliContext;
  readonly #following: Following;
  readonly #attempts = new Attempts();
  readonly #watch: FolderWatch;
  #outputs: AttemptOutput[] = [];
  /** Printed to their ends; the engine may still add a remark while the run goes on. */
  readonly #settled: AttemptOutput[] = [];
  #rowsSeen = 0;
  #seq = 0;
  #version: number;
  #isFinished = false;
  #ownerCheckAtMs = 0;
  #isAloneTold = false;
  #isAbandoned = false;

  constructor(context: CliContext, following: Following) {
    this.#context = context;
    this.#following = following;
    this.#watch = new FolderWatch(following.runFolder);
    // Before the events are read again: what comes in between changes it.
    this.#version = following.history.dataVersion();
    this.#apply(following.events);
    for (const row of chooseAttempts(this.#attempts.rows, following.isMeant, following.choice)) {
      this.#outputs.push(following.open(row, false));
    }
    this.#rowsSeen = this.#attempts.rows.length;
    this.#apply(following.history.readEvents(following.runId, this.#seq));
    this.#openNew();
  }

  async follow(): Promise<void> {
    for (;;) {
      const isBusy = await this.#print();
      if (!this.#context.out.isOpen()) return;
      if (!isBusy) {
        if (this.#isFinished) return this.#printRemarks();
        if (this.#isAbandoned) return this.#leave();
        if (this.#isOver) return;
        await this.#watch.wait();
      }
      await this.#takeNews();
    }
  }

  close(): void {
    this.#watch.close();
    for (const output of [...this.#outputs, ...this.#settled]) output.close();
  }

  /** Prints a slice of each. Returns whether there is more. */
  async #print(): Promise<boolean> {
    let isBusy = false;
    const open: AttemptOutput[] = [];
    for (const output of this.#outputs) {
      const { isOver } = output;
      const hasMore = await output.print(SLICE_BYTES);
      isBusy ||= hasMore;
      if (isOver && !hasMore) this.#settle(output);
      else open.push(output);
    }
    this.#outputs = open;
    return isBusy;
  }

  #settle(output: AttemptOutput): void {
    output.end();
    output.close();
    this.#settled.push(output);
  }

  get #isOver(): boolean {
    if (this.#outputs.length > 0) return false;
    const { over, choice, onlyStep } = this.#following;
    if (over.isOver) return true;
    // Another attempt than that was not asked for.
    return typeof choice === 'number' && this.#settled.some(({ row }) => row.step === onlyStep);
  }

  async #takeNews(): Promise<void> {
    if (this.#readNews() || this.#isFinished || performance.now() < this.#ownerCheckAtMs) return;
    this.#ownerCheckAtMs = performance.now() + OWNER_CHECK_MS;
    if (this.#isDriven) {
      this.#isAloneTold = false;
      return;
    }
    const { hasAttemptsAtWork } = await import('@workflow-platform/executor');
    const goesOn = hasAttemptsAtWork(this.#following.runFolder);
    // An engine could have come meanwhile, and be between two steps: it says so in the history before it does anything.
    if (this.#isDriven || this.#readNews()) return;
    if (!goesOn) this.#isAbandoned = true;
    else if (!this.#isAloneTold) {
      this.#isAloneTold = true;
      const { runId } = this.#following;
      this.#context.err.write(`nobody drives this run any more, but its steps go on; take it up: workflow resume ${runId}\n`);
    }
  }

  get #isDriven(): boolean {
    return lockHolder(join(this.#following.runFolder, 'owner.lock')) !== null;
  }

  /** Returns whether somebody wrote to the history. */
  #readNews(): boolean {
    const { history, runId } = this.#following;
    const version = history.dataVersion();
    if (version === this.#version) return false;
    this.#version = version;
    this.#apply(history.readEvents(runId, this.#seq));
    this.#openNew();
    return true;
  }

  #apply(events: readonly EventEnvelope[]): void {
    for (const envelope of events) {
      this.#seq = envelope.seq;
      this.#attempts.apply(envelope);
      this.#following.over.apply(envelope);
      if (envelope.event.type === 'run.finished') this.#isFinished = true;
      if (envelope.event.type === 'run.resumed') this.#isFinished = false;
    }
  }

  #openNew(): void {
    const { choice, isMeant, open } = this.#following;
    for (const row of this.#attempts.rows.slice(this.#rowsSeen)) {
      if (isMeant(row.step) && (typeof choice !== 'number' || row.attempt === choice)) this.#outputs.push(open(row, true));
    }
    this.#rowsSeen = this.#attempts.rows.length;
  }

  async #printRemarks(): Promise<void> {
    for (const output of this.#settled) {
      await output.print();
      output.end();
      output.close();
    }
  }

  #leave(): void {
    for (const output of this.#outputs) {
      output.end();
      this.#following.tellOfUnstable(output);
    }
    this.#context.err.write(`nobody drives this run any more; go on with it: workflow resume ${this.#following.runId}\n`);
  }
}
