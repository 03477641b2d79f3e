// A terminal in memory that understands what the live screen writes: newlines, carriage returns, cursor up, erase, modes.
// Each row remembers whether it was wrapped, so that a resize reflows as real terminals do.

import { widthOf } from '../src/print/width.ts';

/** Shows what a person would see. Throws on a sequence it does not know, so that none is used by accident. */
export class TerminalModel {
  written = '';
  cursorVisible = true;
  wraps = true;
  private width: number;
  private readonly height: number;
  private lines: string[] = [''];
  private row = 0;
  private column = 0;

  constructor(columns: number, rows: number) {
    this.width = columns;
    this.height = rows;
  }

  columns(): number {
    return this.width;
  }

  rows(): number {
    return this.height;
  }

  /** What is on the screen, without empty lines at the end. */
  screen(): string[] {
    const lines = this.lines.map((line) => line.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** Changes the width; lines that no longer fit are wrapped. */
  resize(columns: number): void {
    this.width = columns;
    const lines: string[] = [];
    let row = 0;
    this.lines.forEach((line, index) => {
      const parts = line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''];
      if (index === this.row) row = lines.length + Math.min(parts.length - 1, Math.floor(this.column / columns));
      lines.push(...parts);
    });
    this.lines = lines;
    this.row = row;
    this.column = Math.min(this.column, columns - 1);
  }

  write(text: string): void {
    this.written += text;
    for (const [token] of text.matchAll(/\u001b\[\??[0-9;]*[A-Za-z]|[^]/gu)) this.take(token);
  }

  private take(token: string): void {
    if (token === '\n') {
      // As a terminal in its usual mode: a newline also returns to the first column.
      this.row += 1;
      this.column = 0;
      if (this.row === this.lines.length) this.lines.push('');
    } else if (token === '\r') {
      this.column = 0;
    } else if (token.startsWith('\u001b')) {
      this.control(token.slice(2));
    } else {
      this.put(token);
    }
  }

  private put(character: string): void {
    if (this.column + widthOf(character) > this.width) {
      if (!this.wraps) return;
      this.take('\n');
    }
    const line = this.lines[this.row]!.padEnd(this.column);
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + character.length);
    this.column += character.length;
  }

  private control(sequence: string): void {
    const count = Number.parseInt(sequence, 10) || 1;
    if (sequence.endsWith('m')) return;
    if (/^\d*A$/.test(sequence)) this.row = Math.max(0, this.row - count);
    else if (sequence === 'K') this.lines[this.row] = this.lines[this.row]!.slice(0, this.column);
    else if (sequence === 'J') {
      this.lines = this.lines.slice(0, this.row + 1);
      this.lines[this.row] = this.lines[this.row]!.slice(0, this.column);
    } else if (sequence === '?25l') this.cursorVisible = false;
    else if (sequence === '?25h') this.cursorVisible = true;
    else if (sequence === '?7l') this.wraps = false;
    else if (sequence === '?7h') this.wraps = true;
    else if (sequence !== '?2026h' && sequence !== '?2026l')
      throw new Error(`unknown terminal sequence ${JSON.stringify(sequence)}`);
  }
}
