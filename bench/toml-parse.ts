// How long a workflow file takes to parse, against smol-toml, which keeps no places and stops at the first mistake.
// Prints medians, their ratio and the memory that a parsed document holds. `node --expose-gc bench/toml-parse.ts` for the memory.
// Not here: validating and planning.

import { parseToml } from '@workflow-platform/core';
import { parse as parseSmol } from 'smol-toml';

const sizeBytes = 1_000_000;
const rounds = 15;

const text = workflowText(sizeBytes);
const steps = text.split('[steps.').length - 1;
const document = parseToml(text, 'workflow.toml');
if (document.diagnostics.length > 0)
  throw new Error(`the generated file has mistakes: ${JSON.stringify(document.diagnostics[0])}`);

const ours = median(() => parseToml(text, 'workflow.toml'));
const theirs = median(() => parseSmol(text));
const places = median(() => {
  const fresh = parseToml(text, 'workflow.toml');
  for (const step of Object.keys(fresh.root['steps'] ?? {})) fresh.spanOf(['steps', step, 'needs', 0], 'value');
});
console.log(`file              ${(text.length / 1e6).toFixed(2)} MB, ${steps} steps`);
console.log(`parseToml         ${ours.toFixed(1)} ms`);
console.log(`smol-toml         ${theirs.toFixed(1)} ms`);
console.log(`ratio             ${(ours / theirs).toFixed(2)}`);
console.log(`with ${steps} look-ups of a place  ${places.toFixed(1)} ms`);
const gc: unknown = Reflect.get(globalThis, 'gc');
if (typeof gc === 'function') {
  const held = (parse: () => unknown): number => {
    gc();
    const before = process.memoryUsage();
    const kept = parse();
    gc();
    const after = process.memoryUsage();
    if (kept === undefined) throw new Error('nothing was parsed');
    return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6;
  };
  const oursMb = held(() => parseToml(text, 'workflow.toml'));
  const theirsMb = held(() => parseSmol(text));
  console.log(`memory held       ${oursMb.toFixed(1)} MB with all places; smol-toml ${theirsMb.toFixed(1)} MB without`);
}

function workflowText(atLeast: number): string {
  const parts = [
    'id = "big"\nname = "A big workflow"\nmax_parallel = 4\n\n[parameters.depth]\ntype = "enum"\nvalues = ["quick", "deep"]\n',
  ];
  let length = 0;
  for (let i = 0; length < atLeast; i++) {
    const part = `
# Step number ${i}
[steps.step-${i}]
${i === 0 ? '' : `needs = ["step-${i - 1}"${i > 9 ? `, "step-${i - 9}"` : ''}]\n`}run = """
cargo build --features \${{ params.depth }}
echo "done \\u2713"
"""
env = { RUST_LOG = "info", NUMBER = "${i}" }
timeout = "10m"
retry = { max = 3, backoff = "exponential", jitter = true, on_exit = [75] }
`;
    parts.push(part);
    length += part.length;
  }
  return parts.join('');
}

function median(work: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[rounds >> 1] ?? 0;
}
