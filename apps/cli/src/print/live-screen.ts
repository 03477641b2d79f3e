// A few lines at the bottom of a terminal that are redrawn in place: only what changed, and never more than fits.
// Not here: what stands in the lines (run-frame.ts), how often they are drawn (live-progress.ts).

import { widthOf } from './width.ts';

/** Where the lines are drawn. */
export interface Terminal {
  columns(): number;
  rows(): number;
  write(text: string): void;
}

/** The redrawn lines. After close(), what was drawn last stays as ordinary text. */
export interface LiveScreen {
  /** Shows these lines instead of the last ones. Each must be at most as wide as the terminal; styles count nothing. */
  draw(lines: readonly string[]): void;
  /** Writes text above the lines, for good. */
  printAbove(text: string): void;
  /** Takes the lines away. */
  clear(): void;
  close(): void;
}

const ESC = '\u001b[';
const HIDE_CURSOR = `${ESC}?25l`;
/** Restores what a live screen changes of a terminal; safe to write at any time. */
export const RESTORE_TERMINAL = `${ESC}?7h${ESC}?25h`;
// Terminals that know synchronized output show each frame at once; the others ignore it.
const BEGIN_FRAME = `${ESC}?2026h${ESC}?7l`;
const END_FRAME = `${ESC}?7h${ESC}?2026l`;
const ERASE_LINE = `${ESC}K`;
const ERASE_BELOW = `${ESC}J`;
const stylePattern = /\u001b\[[0-9;]*m/g;

/** Starts an empty live screen. */
export function createLiveScreen(terminal: Terminal): LiveScreen {
  let shown: readonly string[] = [];
  let shownColumns = terminal.columns();
  let open = true;
  let hidden = false;

  /** Moves to the first drawn line. After the terminal got narrower, each line may take several rows. */
  const toTop = () => {
    const rows = shown.slice(0, -1).reduce((sum, line) => sum + rowsOf(line, terminal.columns()), 0);
    return '\r' + (rows > 0 ? `${ESC}${rows}A` : '');
  };

  return {
    draw(lines) {
      if (!open) return;
      const columns = terminal.columns();
      const next = lines.slice(0, Math.max(1, terminal.rows() - 1));
      let text = '';
      if (columns !== shownColumns || next.length !== shown.length) {
        text = toTop() + ERASE_BELOW + next.join('\n');
      } else {
        const changed = next.some((line, index) => line !== shown[index]);
        if (!changed) return;
        text = toTop() + next.map((line, index) => (line === shown[index] ? '' : `\r${line}${ERASE_LINE}`)).join('\n');
      }
      // The cursor waits at the start of the last line: what the terminal echoes there (`^C`) wraps into no other line.
      terminal.write((hidden ? '' : HIDE_CURSOR) + BEGIN_FRAME + text + '\r' + END_FRAME);
      hidden = true;
      shown = next;
      shownColumns = columns;
    },
    printAbove(text) {
      const lines = shown;
      this.clear();
      terminal.write(text.endsWith('\n') ? text : `${text}\n`);
      if (lines.length > 0) this.draw(lines);
    },
    clear() {
      if (shown.length === 0) return;
      terminal.write(toTop() + ERASE_BELOW);
      shown = [];
    },
    close() {
      if (!open) return;
      open = false;
      terminal.write((shown.length > 0 ? '\n' : '') + (hidden ? RESTORE_TERMINAL : ''));
      shown = [];
    },
  };
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(widthOf(line.replace(stylePattern, '')) / Math.max(1, columns)));
}
