// Writes workflows of thousands of steps, in two shapes, for the benchmarks.
// Not here: what is measured with them (plan.ts).

/** Layers of a hundred steps, with all that a file can have; each step needs ten of the layer before and reads some of them, and one far behind it. */
export function denseWorkflow(steps: number): string {
  const lines = [
    'id = "generated"',
    'max_parallel = 8',
    '[parameters.depth]',
    'type = "enum"',
    'values = ["quick", "deep"]',
    'default = "quick"',
  ];
  for (let index = 0; index < steps; index++) {
    const layer = Math.floor(index / 100);
    const needs = layer === 0 ? [] : Array.from({ length: 10 }, (_, at) => (layer - 1) * 100 + ((index * 7 + at * 13) % 100));
    lines.push('', `[steps.s${index}]`, `name = "Step ${index}"`);
    if (needs.length > 0) lines.push(`needs = [${needs.map((need) => `"s${need}"`).join(', ')}]`);
    if (needs.length > 0 && index % 2 === 0) {
      lines.push(`when = "params.depth == 'deep' || steps.s${needs[0]}.outputs.changed != ''"`);
    }
    if (index % 3 === 0) {
      const read =
        needs.length === 0
          ? '${{ params.depth }}'
          : `\${{ steps.s${needs[1]}.outputs.path }} \${{ steps.s${needs[2]}.outputs.path }}`;
      lines.push(
        'run = """',
        `  build --layer ${layer} ${read}`,
        '  test -n "$MODE" && echo done',
        '"""',
        `env = { MODE = "\${{ params.depth }}-${index}" }`,
      );
    } else if (index % 3 === 1) {
      lines.push(`argv = ["build", "--step", "${index}", "\${{ params.depth }}"]`, 'timeout = "10m"');
      // Far behind: needed only through all the layers in between.
      if (layer > 5) lines.push(`stdin = "\${{ steps.s${index % 100}.outputs.path }}"`);
    } else {
      lines.push('run = "make"', 'retry = { max = 2, initial = "1s" }', 'outputs = { changed = {}, path = {} }');
    }
    if (index % 3 !== 2) lines.push('outputs = { changed = {}, path = {} }');
  }
  return lines.join('\n');
}

/** Steps with a name, one or two needs a layer behind, and a script; about 1 MB for 10,000. */
export function leanWorkflow(steps: number): string {
  const lines = ['id = "generated"'];
  for (let index = 0; index < steps; index++) {
    const needs = index < 100 ? [] : index % 2 === 0 ? [index - 100] : [index - 100, index - 99];
    lines.push('', `[steps.s${index}]`, `name = "Step ${index}"`);
    if (needs.length > 0) lines.push(`needs = [${needs.map((need) => `"s${need}"`).join(', ')}]`);
    lines.push(`run = "make target-${index} && ./check.sh ${index}"`);
  }
  return lines.join('\n');
}
