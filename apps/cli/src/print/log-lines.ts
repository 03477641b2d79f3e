// Prints pieces of what a step wrote: its bytes as they are, whole lines made harmless, or JSON lines.
// Not here: reading (logs/), what makes text harmless (harmless.ts).

import { isUtf8 } from 'node:buffer';
import type { LogStream } from '@workflow-platform/events';
import type { AttemptRow } from '../attempts.ts';
import type { Screen } from '../context.ts';
import type { LogTimes, WrittenAt } from '../logs/log-times.ts';
import { LineSplitter, type LineBlock } from '../logs/split-lines.ts';
import { colorsOnly, harmless, isPlain, lastRewrite } from './harmless.ts';
import { cutMiddle, padTo } from './width.ts';

/** Prints one file of one attempt. A piece may be overwritten once `screen.drained()` has resolved. */
export interface LogPrinter {
  print(chunk: Buffer, offset: number): void;
  /** Prints a last line without a newline. */
  end(): void;
}

/** How logs are printed. */
export type LogLook =
  | { readonly kind: 'bytes' }
  | { readonly kind: 'json'; readonly runId: string }
  | {
      readonly kind: 'lines';
      readonly colors: boolean;
      /** When each line was written stands in front of it. */
      readonly times: boolean;
      /** The step stands in front of each line, padded to this width; null when nothing is printed beside it. */
      readonly labelWidth: number | null;
    };

/** Which file of which attempt, and when what is in it was written. */
export interface LogOrigin {
  readonly attempt: AttemptRow;
  readonly stream: LogStream;
  readonly times: LogTimes;
}

/** Returns a printer. */
export function createLogPrinter(screen: Screen, look: LogLook, origin: LogOrigin): LogPrinter {
  switch (look.kind) {
    case 'bytes':
      return printBytes(screen);
    case 'json':
      return printJson(screen, look.runId, origin);
    case 'lines':
      return printLines(screen, look, origin);
    default:
      return look satisfies never;
  }
}

/** Above this size a stream tells when it is done with the bytes. */
const COPIED_BYTES_MAX = 64 * 1024;

function printBytes(screen: Screen): LogPrinter {
  return {
    print: (chunk) => screen.write(chunk.length <= COPIED_BYTES_MAX ? Buffer.from(chunk) : chunk),
    end: () => {},
  };
}

function printJson(screen: Screen, runId: string, { attempt, stream, times }: LogOrigin): LogPrinter {
  const front = JSON.stringify({ run: runId, step: attempt.step, attempt: attempt.attempt, stream }).slice(0, -1);
  let last: WrittenAt | null = null;
  let lastText = '';
  const renderTimes = (written: WrittenAt): string => {
    // Most lines of a block share it.
    if (written !== last) {
      last = written;
      lastText = `"time":"${new Date(written.atMs).toISOString()}","notBefore":"${new Date(written.notBeforeMs).toISOString()}"`;
    }
    return lastText;
  };
  return printBlocks({ dropsRewritten: false }, ({ bytes, offset }) => {
    const isText = isUtf8(bytes);
    let lines = '';
    for (const [from, to] of linesOf(bytes)) {
      const at = renderTimes(times.writtenAt(stream, offset + to));
      lines += `${front},"offset":${offset + from},"bytes":${to - from},${at},${renderContent(bytes, { from, to, isText })}}\n`;
    }
    screen.write(lines);
  });
}

/** Text where it is text, so that a line can be put together again byte for byte. */
function renderContent(bytes: Buffer, { from, to, isText }: { from: number; to: number; isText: boolean }): string {
  if (isText || isUtf8(bytes.subarray(from, to))) return `"text":${JSON.stringify(bytes.toString('utf8', from, to))}`;
  return `"base64":"${bytes.toString('base64', from, to)}"`;
}

function printLines(
  screen: Screen,
  look: LogLook & { readonly kind: 'lines' },
  { attempt, stream, times }: LogOrigin,
): LogPrinter {
  const clean = look.colors ? colorsOnly : harmless;
  const label = look.labelWidth === null ? '' : renderLabel(screen, attempt, look.labelWidth);
  /** The last part of a long line has no newline yet. */
  let isWithinLine = false;
  const frontOf = (endOffset: number): string =>
    isWithinLine ? '' : (look.times ? `${renderTime(times.writtenAt(stream, endOffset))} ` : '') + label;
  const renderLine = (bytes: Buffer, endOffset: number): string => {
    const isWhole = bytes.at(-1) === 10;
    const text = frontOf(endOffset) + clean(lastRewrite(bytes.toString('utf8', 0, isWhole ? bytes.length - 1 : bytes.length)));
    // Beside other steps a part has to be a line of its own.
    isWithinLine = !isWhole && look.labelWidth === null;
    return isWithinLine ? text : `${text}\n`;
  };
  const printer = printBlocks({ dropsRewritten: true }, ({ bytes, offset, isWhole }) => {
    const quick = isWhole && !isWithinLine ? renderQuickly(bytes, { front: frontOf, offset }) : null;
    if (quick !== null) return screen.write(quick);
    let text = '';
    for (const [from, to] of linesOf(bytes)) text += renderLine(bytes.subarray(from, to), offset + to);
    screen.write(text);
  });
  return {
    print: (chunk, offset) => printer.print(chunk, offset),
    end() {
      printer.end();
      if (isWithinLine) screen.write('\n');
      isWithinLine = false;
    },
  };
}

/** Renders many lines at once where nothing in them has to be made harmless and all have the same in front; else null. */
function renderQuickly(
  bytes: Buffer,
  { front, offset }: { readonly front: (endOffset: number) => string; readonly offset: number },
): string | null {
  const text = bytes.toString();
  if (!isPlain(text)) return null;
  const first = front(offset + bytes.indexOf(10) + 1);
  if (first !== front(offset + bytes.length)) return null;
  return first === '' ? text : `${first}${text.slice(0, -1).replaceAll('\n', () => `\n${first}`)}\n`;
}

function printBlocks(options: { readonly dropsRewritten: boolean }, print: (block: LineBlock) => void): LogPrinter {
  const splitter = new LineSplitter(options);
  return {
    print(chunk, offset) {
      for (const block of splitter.push(chunk, offset)) print(block);
    },
    end() {
      for (const block of splitter.flush()) print(block);
    },
  };
}

/** Where lines begin and end, with their newlines. */
function* linesOf(bytes: Buffer): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(10, from);
    const to = newline === -1 ? bytes.length : newline + 1;
    yield [from, to];
    from = to;
  }
}

function renderLabel(screen: Screen, { step, attempt }: AttemptRow, width: number): string {
  const name = attempt > 1 ? `${step} #${attempt}` : step;
  return `${screen.style.cyan(padTo(cutMiddle(harmless(name), LABEL_COLUMNS_MAX), Math.min(width, LABEL_COLUMNS_MAX)))} ${screen.style.dim('|')} `;
}

const LABEL_COLUMNS_MAX = 24;
/** Below this it goes without saying that a time is not exact. */
const VAGUE_MS = 5000;

/** To a second, rounded up: what is known is when the line was there. */
function renderTime({ atMs, notBeforeMs }: WrittenAt): string {
  const text = new Date(Math.ceil(atMs / 1000) * 1000).toISOString().replace('.000', '');
  return atMs - notBeforeMs > VAGUE_MS ? `≤${text}` : text;
}
