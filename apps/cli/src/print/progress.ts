// How a run is shown while it goes on: live lines on a terminal, a line an event elsewhere, envelopes with --json.
// Not here: what the lines say (run-frame.ts, event-line.ts), the summary at the end (summary.ts).

import { writeSync } from 'node:fs';
import type { EventEnvelope, RunView } from '@workflow-platform/events';
import type { CliContext, Screen } from '../context.ts';
import { EventLines } from './event-line.ts';
import { chooseGlyphs } from './glyphs.ts';
import { harmless } from './harmless.ts';
import { createLiveScreen, RESTORE_TERMINAL } from './live-screen.ts';
import { renderFrame } from './run-frame.ts';

/** Shows a run. The view is kept up to date by the caller, before onEvents. */
export interface Progress {
  onEvents(envelopes: readonly EventEnvelope[]): void;
  /** Shows advice until the end. */
  note(text: string): void;
  /** Says what the user should know, for good. */
  warn(text: string): void;
  close(): void;
  /** Something stays on the screen above the summary. */
  readonly wroteLines: boolean;
}

export interface ProgressOptions {
  readonly view: RunView;
  readonly runFolder: string;
  readonly json: boolean;
}

const FRAME_MS = 100;

/** Chooses by the flags and the terminal. */
export function createProgress(context: CliContext, options: ProgressOptions): Progress {
  if (options.json) return jsonProgress(context);
  const ci = context.env['CI'] ?? '';
  const live = context.err.isTerminal && context.env['TERM'] !== 'dumb' && (ci === '' || ci === 'false');
  return live ? liveProgress(context, options) : lineProgress(context.err, options.view);
}

function jsonProgress({ out, err }: CliContext): Progress {
  return {
    wroteLines: false,
    onEvents(envelopes) {
      out.write(envelopes.map((envelope) => `${JSON.stringify(envelope)}\n`).join(''));
    },
    note() {},
    warn(text) {
      err.write(warningLine(text, err));
    },
    close() {},
  };
}

function lineProgress(screen: Screen, view: RunView): Progress {
  const lines = new EventLines(screen.style);
  return {
    wroteLines: true,
    onEvents(envelopes) {
      for (const envelope of envelopes) {
        if (envelope.event.type === 'run.created') screen.write(`run ${envelope.runId} of ${envelope.event.workflow.id}\n`);
        const line = lines.render(envelope, view.run.createdAtMs ?? envelope.atMs);
        if (line !== null) screen.write(`${line}\n`);
      }
    },
    note(text) {
      // On a terminal, `^C` stands at the start of the line.
      screen.write(`${screen.isTerminal ? '\n' : ''}${text}\n`);
    },
    warn(text) {
      screen.write(warningLine(text, screen));
    },
    close() {},
  };
}

function warningLine(text: string, { style }: Screen): string {
  return `${style.yellow('warning')}: ${harmless(text)}\n`;
}

/** Redraws ten times a second at most; between events only spinner, times and last log lines change. */
function liveProgress(context: CliContext, { view, runFolder }: ProgressOptions): Progress {
  const screen = createLiveScreen(context.err);
  const glyphs = chooseGlyphs(context.env);
  const { style } = context.err;
  let frame = 0;
  let note: string | null = null;
  let wroteLines = false;
  const draw = () => {
    frame += 1;
    const look = {
      style,
      glyphs,
      nowMs: Date.now(),
      columns: context.err.columns(),
      rows: context.err.rows(),
      frame,
      runFolder,
      note,
    };
    screen.draw(renderFrame(view, look));
  };
  const timer = setInterval(draw, FRAME_MS);
  // Whatever ends the program, the terminal gets its cursor back.
  const restore = () => {
    try {
      writeSync(2, RESTORE_TERMINAL);
    } catch {
      // The terminal is gone.
    }
  };
  process.once('exit', restore);
  return {
    get wroteLines() {
      return wroteLines;
    },
    onEvents() {
      // The next frame shows it.
    },
    note(text) {
      note = text;
      // Ctrl-C was typed: the terminal has written `^C` into the lines.
      screen.clear();
      draw();
    },
    warn(text) {
      wroteLines = true;
      screen.printAbove(warningLine(text, context.err));
    },
    close() {
      clearInterval(timer);
      process.off('exit', restore);
      screen.clear();
      screen.close();
    },
  };
}
