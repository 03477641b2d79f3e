// How a run is shown while it goes on: live lines on a terminal, a line an event elsewhere, envelopes with --json.
// Not here: what the lines say (run-frame.ts, event-line.ts), the summary at the end (summary.ts).

import { writeSync } from 'node:fs';
import type { EventEnvelope, RunView } from '@workflow-platform/events';
import type { CliContext, Screen } from '../context.ts';
import { EventLines } from './event-line.ts';
import { chooseGlyphs } from './glyphs.ts';
import { harmless } from './harmless.ts';
import { createLiveScreen, RESTORE_TERMINAL } from './live-screen.ts';
import { makingText, SeldomMakings, type Making } from './making-text.ts';
import { renderFrame } from './run-frame.ts';

/** Shows a run. The view is kept up to date by the caller, before onEvents. */
export interface Progress {
  onEvents(envelopes: readonly EventEnvelope[]): void;
  /** Shows how far the making of a workspace has got. */
  onWorkspaceProgress(making: Making): void;
  /** Shows advice until the end. */
  note(text: string): void;
  /** Says what the user should know, for good. */
  warn(text: string): void;
  /** Leaves the terminal to somebody else, with a word above what they show; what there is to say is said afterwards. */
  stepAside(text: string): void;
  /** Shows the run again. */
  comeBack(): void;
  close(): void;
  /** It redraws lines on a terminal. */
  readonly isLive: boolean;
  /** Something stays on the screen above the summary. */
  readonly wroteLines: boolean;
}

export interface ProgressOptions {
  readonly view: RunView;
  readonly runFolder: string;
  readonly json: boolean;
}

const FRAME_MS = 100;
// No event tells that a step's own workspace is ready: without further news it is.
const MAKING_MS = 2500;

/** Chooses by the flags and the terminal. */
export function createProgress(context: CliContext, options: ProgressOptions): Progress {
  if (options.json) return jsonProgress(context);
  const ci = context.env['CI'] ?? '';
  const live = context.err.isTerminal && context.env['TERM'] !== 'dumb' && (ci === '' || ci === 'false');
  return live ? liveProgress(context, options) : lineProgress(context.err, options.view);
}

const notLive = { isLive: false, stepAside() {}, comeBack() {} } as const;

function jsonProgress({ out, err }: CliContext): Progress {
  return {
    wroteLines: false,
    ...notLive,
    onEvents(envelopes) {
      out.write(envelopes.map((envelope) => `${JSON.stringify(envelope)}\n`).join(''));
    },
    // Data only: that a workspace is there is told when it is.
    onWorkspaceProgress() {},
    note() {},
    warn(text) {
      err.write(warningLine(text, err));
    },
    close() {},
  };
}

function lineProgress(screen: Screen, view: RunView): Progress {
  const lines = new EventLines(screen.style);
  const makings = new SeldomMakings();
  return {
    wroteLines: true,
    ...notLive,
    onWorkspaceProgress(making) {
      if (!makings.isDue(making)) return;
      const nowMs = Date.now();
      screen.write(`${lines.line(makingText(making), nowMs - (view.run.createdAtMs ?? nowMs))}\n`);
    },
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
  let screen = createLiveScreen(context.err);
  const glyphs = chooseGlyphs(context.env);
  const { style } = context.err;
  let frame = 0;
  let note: string | null = null;
  let making: { readonly text: string; readonly untilMs: number } | null = null;
  let wroteLines = false;
  /** What was to be said while somebody else has the terminal; null while nobody has. */
  let held: string[] | null = null;
  const draw = () => {
    if (held !== null) return;
    frame += 1;
    const nowMs = Date.now();
    const look = {
      style,
      glyphs,
      nowMs,
      columns: context.err.columns(),
      rows: context.err.rows(),
      frame,
      runFolder,
      making: making !== null && nowMs < making.untilMs ? making.text : null,
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
    onEvents(envelopes) {
      // The next frame shows them.
      if (envelopes.some(({ event }) => event.type.startsWith('workspace.'))) making = null;
    },
    onWorkspaceProgress(told) {
      making = { text: makingText(told), untilMs: told.step === null ? Infinity : Date.now() + MAKING_MS };
    },
    note(text) {
      note = text;
      if (held !== null) return;
      // Ctrl-C was typed: the terminal has written `^C` into the lines.
      screen.clear();
      draw();
    },
    warn(text) {
      wroteLines = true;
      if (held === null) screen.printAbove(warningLine(text, context.err));
      else held.push(text);
    },
    isLive: true,
    stepAside(text) {
      wroteLines = true;
      screen.clear();
      screen.close();
      context.err.write(`${style.dim(harmless(text))}\n`);
      held = [];
    },
    comeBack() {
      if (held === null) return;
      for (const text of held) context.err.write(warningLine(text, context.err));
      held = null;
      screen = createLiveScreen(context.err);
      draw();
    },
    close() {
      clearInterval(timer);
      process.off('exit', restore);
      screen.clear();
      screen.close();
    },
  };
}
