// Measures how things are made and removed again, each apart: all contestants take turns, round by round; the least wall time
// and the mean processor time are kept. Ratios are against the first contestant.

import { cpuTimeMs } from './cpu-time.ts';

/** One way of making and removing something. */
export interface MakerPiece {
  readonly name: string;
  readonly make: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Waits for what goes on after `remove`: counted as processor time, not as wall time. */
  readonly settle?: () => Promise<void>;
}

interface Figures {
  readonly wallMs: number[];
  cpuMs: number;
}

/** The head of the table that rows belong under. */
export const MAKER_HEAD = [
  '| files | | make: least ms | ratio | CPU ms | ratio | remove: least ms | ratio | CPU ms | ratio |',
  '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
].join('\n');

/** Runs all pieces in turns and prints a row for each. */
export async function measureMakers(label: string, rounds: number, pieces: readonly MakerPiece[]): Promise<void> {
  const results = pieces.map((piece) => ({ piece, make: emptyFigures(), remove: emptyFigures() }));
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { piece, make, remove } of results) {
      const made = await timed(piece.make);
      const removed = await timed(piece.remove, piece.settle);
      if (round === 0) continue;
      note(make, made);
      note(remove, removed);
    }
  }
  const base = results[0];
  if (base === undefined) return;
  for (const { piece, make, remove } of results) {
    const cells = [...compare(make, base.make, rounds), ...compare(remove, base.remove, rounds)];
    process.stdout.write(`| ${label} | ${piece.name} | ${cells.join(' | ')} |\n`);
  }
}

function emptyFigures(): Figures {
  return { wallMs: [], cpuMs: 0 };
}

async function timed(work: () => Promise<void>, settle?: () => Promise<void>): Promise<{ wallMs: number; cpuMs: number }> {
  const cpuBeforeMs = cpuTimeMs();
  const startedMs = performance.now();
  await work();
  const wallMs = performance.now() - startedMs;
  await settle?.();
  return { wallMs, cpuMs: cpuTimeMs() - cpuBeforeMs };
}

function note(figures: Figures, { wallMs, cpuMs }: { wallMs: number; cpuMs: number }): void {
  figures.wallMs.push(wallMs);
  figures.cpuMs += cpuMs;
}

function compare(figures: Figures, base: Figures, rounds: number): readonly string[] {
  const least = Math.min(...figures.wallMs);
  const ratio = least / Math.min(...base.wallMs);
  return [
    least.toFixed(1),
    `${ratio.toFixed(2)} x`,
    (figures.cpuMs / rounds).toFixed(0),
    `${(figures.cpuMs / base.cpuMs).toFixed(2)} x`,
  ];
}
