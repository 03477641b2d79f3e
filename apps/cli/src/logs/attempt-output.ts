// What one attempt wrote: its files, read from where it was asked for, each with its printer.
// Not here: which attempts (choose-steps.ts), how their output looks (print/log-lines.ts).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logLimitOf, logLimitsFile, stdoutLimitOf } from '@workflow-platform/events';
import type { LogStream } from '@workflow-platform/events';
import type { AttemptRow } from '../attempts.ts';
import type { Screen } from '../context.ts';
import type { LogPrinter } from '../print/log-lines.ts';
import { lastLines, lineStart } from './find-line.ts';
import { CHUNK_BYTES, LogFile } from './log-file.ts';
import { LogTimes } from './log-times.ts';

/** From where on the output of an attempt was asked for; the latest of these counts. */
export interface LogStart {
  readonly offsets: { readonly [stream in LogStream]?: number };
  readonly sinceMs: number | null;
  /** So many last lines of what is there. */
  readonly tail: number | null;
}

export interface OutputOptions {
  readonly screen: Screen;
  readonly runFolder: string;
  readonly start: LogStart;
  readonly nowMs: () => number;
  /** Captured stdout is a conversation with the engine, which writes into the log what a person should read of it. */
  readonly hasConversation: boolean;
  readonly makePrinter: (stream: LogStream, times: LogTimes) => LogPrinter;
}

const buffer = Buffer.allocUnsafe(CHUNK_BYTES);

export class AttemptOutput {
  readonly row: AttemptRow;
  readonly #options: OutputOptions;
  readonly #times: LogTimes;
  readonly #parts: { readonly file: LogFile; readonly printer: LogPrinter; readonly isShown: (isOver: boolean) => boolean }[];
  #isPlaced = false;

  constructor(row: AttemptRow, options: OutputOptions) {
    const { runFolder, nowMs, hasConversation, makePrinter } = options;
    this.row = row;
    this.#options = options;
    this.#times = new LogTimes(join(runFolder, `${row.attemptNo}.times`), { span: row, nowMs });
    const limit = logLimitOf(readText(join(runFolder, logLimitsFile)), row.attemptNo);
    const part = (stream: LogStream, bytesMax: number, isShown: (isOver: boolean) => boolean) => ({
      file: new LogFile(join(runFolder, `${row.attemptNo}.${stream}`), bytesMax),
      printer: makePrinter(stream, this.#times),
      isShown,
    });
    this.#parts = [
      part('log', limit, () => true),
      part('stdout', stdoutLimitOf(limit), (isOver) => !hasConversation || (isOver && row.isUnreadable)),
    ];
  }

  /** Whether there is anything to read from, as far as is known now. */
  get hasFiles(): boolean {
    return this.#parts.some(({ file, isShown }) => isShown(this.isOver) && file.open());
  }

  get isOver(): boolean {
    return this.row.endedAtMs !== null;
  }

  /** Bytes that are there but may be cut away, so that they are not shown. */
  get unstableBytes(): number {
    return this.isOver ? 0 : this.#parts.reduce((sum, { file, isShown }) => sum + (isShown(false) ? file.unstableBytes() : 0), 0);
  }

  /** Prints what is there, at most about so many bytes. Returns whether it stopped for that. */
  async print(bytesMax = Infinity): Promise<boolean> {
    // Asked before the files are looked at: what an attempt wrote before its end is in them by then.
    const { isOver } = this;
    const { screen } = this.#options;
    this.#times.refresh();
    if (!this.#isPlaced) this.#place(isOver);
    let left = bytesMax;
    for (const { file, printer, isShown } of this.#parts) {
      if (!isShown(isOver)) continue;
      for (;;) {
        if (left <= 0 || !screen.isOpen()) return screen.isOpen();
        const { offset } = file;
        const chunk = file.read(buffer, isOver);
        if (chunk === null) break;
        printer.print(chunk, offset);
        left -= chunk.length;
        await screen.drained();
      }
    }
    return false;
  }

  /** Prints last lines without a newline. */
  end(): void {
    this.#times.refresh();
    for (const { printer } of this.#parts) printer.end();
  }

  /** Lets go of the files; they can be read on all the same. */
  close(): void {
    for (const { file } of this.#parts) file.close();
  }

  #place(isOver: boolean): void {
    this.#isPlaced = true;
    const { offsets, sinceMs, tail } = this.#options.start;
    let linesLeft = tail ?? 0;
    // The last lines are those of captured stdout, which is printed behind the log.
    for (const [index, stream] of [[1, 'stdout'] as const, [0, 'log'] as const]) {
      const { file, isShown } = this.#parts[index]!;
      if (!isShown(isOver)) continue;
      const end = file.stableBytes(isOver);
      let from = offsets[stream] ?? 0;
      if (sinceMs !== null) {
        const offset = this.#times.offsetAt(stream, sinceMs);
        from = Math.max(from, offset >= end ? end : lineStart(file, offset));
      }
      if (tail !== null) {
        const { offset, found } = lastLines(file, end, linesLeft);
        linesLeft -= found;
        from = Math.max(from, offset);
      }
      file.seek(from);
    }
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // There is one only where a limit was set.
    return null;
  }
}
