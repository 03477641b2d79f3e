// Loaded into the process of each test file: ends it when it has not ended by itself long after any of them should have. A test that
// has failed may leave something behind that its file would wait for without end.

const LIMIT_MS = 12 * 60_000;

setTimeout(() => {
  process.stderr.write(`not at its end after ${LIMIT_MS / 60_000} minutes\n`);
  process.exit(1);
}, LIMIT_MS).unref();
