// A clock that never jumps, for measuring how long things take.

/** Milliseconds since some moment. The global `performance` would say the same, at the price of loading its module (2 ms). */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
