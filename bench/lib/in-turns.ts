// Measures pieces of code in one process: all take turns, round by round, and the least and the median of each are kept.
// Ratios are what counts; the first is the base.
// Not here: whole commands (measure.ts).

export interface Piece {
  readonly name: string;
  /** Does the work once. What it returns is waited for. */
  readonly work: () => unknown;
  /** Puts things back to how they were, outside of the measured time. */
  readonly reset?: () => unknown;
}

/** Runs all pieces in turns and prints a table of microseconds. */
export async function measureInTurns(title: string, rounds: number, pieces: readonly Piece[]): Promise<void> {
  const samples = pieces.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { work, reset }] of pieces.entries()) {
      const startedMs = performance.now();
      const result = work();
      if (result instanceof Promise) await result;
      // The first round warms up.
      if (round > 0) samples[i]?.push(performance.now() - startedMs);
      await reset?.();
    }
  }
  const figures = samples.map((times) => {
    const sorted = times.sort((a, b) => a - b);
    return { least: (sorted[0] ?? NaN) * 1000, median: (sorted[sorted.length >> 1] ?? NaN) * 1000 };
  });
  const base = figures[0] ?? { least: NaN, median: NaN };
  process.stdout.write(
    `\n### ${title}\n\n| | least µs | median µs | ratio (least) | ratio (median) |\n| --- | --- | --- | --- | --- |\n`,
  );
  for (const [i, { least, median }] of figures.entries()) {
    const ratios = `${(least / base.least).toFixed(2)} x | ${(median / base.median).toFixed(2)} x`;
    process.stdout.write(`| ${pieces[i]?.name} | ${least.toFixed(0)} | ${median.toFixed(0)} | ${ratios} |\n`);
  }
}
