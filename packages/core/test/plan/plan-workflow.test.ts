import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ExpressionScope,
  type Json,
  type PlanAttemptStep,
  parseToml,
  type Plan,
  type PlanGroupStep,
  type PlanResult,
  planWorkflow,
  readModel,
  resolveTemplate,
  resolveText,
  withInputs,
} from '../../src/index.ts';
import { openSha256 } from '../diagnose.ts';
import { exampleCatalog } from '../example-catalog.ts';

test('a condition without a status function also asks for success', () => {
  const { steps } = planOf(`
[steps.build]
run = "make"
[steps.plain]
needs = ["build", "build"]
when = "steps.build.exit_code == 0 || steps.build.outcome == 'skipped'"
run = "make"
[steps.own]
needs = ["build"]
when = "!cancelled() && steps.build.outcome == 'failure'"
run = "make"
`);
  assert.equal(steps[1]!.when, "success() && (steps.build.exit_code == 0 || steps.build.outcome == 'skipped')");
  assert.deepEqual(steps[1]!.needs, ['build']);
  assert.equal(steps[2]!.when, "!cancelled() && steps.build.outcome == 'failure'");
  assert.equal(steps[0]!.when, null);
});

test('values of a script become variables, the same value once', () => {
  const step = attemptOf(`
[parameters.depth]
default = "quick"
[steps.a]
run = '''
echo \${{ params.depth }} "and \${{ params.depth }}" "\${{ run.id }}"
'''
env.MODE = "x-\${{ params.depth }}"
`);
  assert.deepEqual(step.action, {
    kind: 'script',
    shell: 'sh',
    script: 'echo "${WORKFLOW_VALUE_1}" "and ${WORKFLOW_VALUE_1}" "${WORKFLOW_VALUE_2}"\n',
  });
  assert.deepEqual(step.env, {
    MODE: ['x-', { expression: 'params.depth' }],
    WORKFLOW_VALUE_1: [{ expression: 'params.depth' }],
    WORKFLOW_VALUE_2: [{ expression: 'run.id' }],
  });
});

test('a step of a local action runs what the action runs, with its inputs beside it', () => {
  const step = attemptOf(`
[actions.ask]
inputs = { prompt = { required = true }, tone = { default = "warm" } }
argv = ["agent", "\${{ inputs.prompt }} (\${{ inputs.tone }})"]
env = { MODE = "action", TONE = "\${{ inputs.tone }}" }
timeout = "30m"
idle_timeout = "1m"
retry = { max = 2 }
quota = { token = "claude", on_exit = [76, 75] }
outputs.answer = { from = "stdout" }
[steps.a]
uses = "ask"
inputs.prompt = "Review \${{ run.id }}"
env.MODE = "step"
timeout = "5m"
outputs.note = {}
`);
  const { action, env, timeoutMs, idleTimeoutMs, retry, quota, outputs } = step;
  assert.ok(action.kind === 'argv');
  assert.deepEqual(quota, { token: 'claude', onExit: [75, 76], pattern: null, waitMs: 900_000, maxWaitMs: 86_400_000 });
  assert.deepEqual([timeoutMs, idleTimeoutMs, retry.max], [300_000, 60_000, 2]);
  assert.deepEqual(
    outputs.map(({ name, from }) => [name, from]),
    [
      ['answer', 'stdout'],
      ['note', 'file'],
    ],
  );
  const scope = withInputs(scopeOf({ run: { id: 'r1' } }), step.inputs);
  assert.deepEqual(
    action.argv.map((text) => resolveText(text, scope)),
    ['agent', 'Review r1 (warm)'],
  );
  assert.equal(env['MODE'], 'step');
  assert.equal(resolveText(env['TONE']!, scope), 'warm');
});

test('an action that uses an action keeps the inputs of both apart', () => {
  const step = attemptOf(`
[parameters.token]
type = "secret"
[actions.inner]
inputs = { text = { required = true }, key = { secret = true }, list = { type = "json" } }
argv = ["say", "\${{ inputs.text }}", "\${{ toJSON(inputs.list) }}"]
env.KEY = "\${{ inputs.key }}"
[actions.middle]
inputs = { text = { required = true }, key = { secret = true } }
uses = "inner"
with = { text = "<\${{ inputs.text }}>", key = "\${{ inputs.key }}", list = ["\${{ inputs.text }}", 1] }
env.MIDDLE = "middle saw \${{ inputs.text }}"
[actions.outer]
inputs = { text = { default = "\\n" }, key = { secret = true } }
uses = "middle"
with = { text = "(\${{ inputs.text }})", key = "\${{ inputs.key }}" }
env = { OUTER = "outer saw \${{ inputs.text }}", PLAIN = "\${{ run.id }}" }
[steps.a]
uses = "outer"
inputs = { text = "\${{ run.id }}", key = "\${{ secrets.token }}" }
`);
  const scope = withInputs(scopeOf({ run: { id: 'r1' }, secrets: { token: 's3cret' } }), step.inputs);
  assert.ok(step.action.kind === 'argv');
  assert.deepEqual(
    step.action.argv.map((text) => resolveText(text, scope)),
    ['say', '<(r1)>', '[\n  "(r1)",\n  1\n]'],
  );
  const env = Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, resolveText(text, scope)]));
  assert.deepEqual(env, { KEY: 's3cret', MIDDLE: 'middle saw (r1)', OUTER: 'outer saw r1', PLAIN: 'r1' });
  // Text of the step itself is resolved in the same scope and must not see inputs of the action by accident.
  assert.deepEqual(step.env['PLAIN'], [{ expression: 'run.id' }]);
});

test('another workflow is run by `workflow/run`, its parameters handed on', () => {
  const step = attemptOf('[steps.a]\nuses = "./other.toml"\ninputs = { depth = 3, token = "x" }\n');
  assert.deepEqual(step.action, {
    kind: 'builtin',
    action: 'workflow/run',
    inputs: { depth: { json: 3 }, token: { text: 'x' }, workflow: { text: './other.toml' } },
  });
});

test('a plugin action carries the version it was planned against', () => {
  const step = attemptOf('[steps.a]\nuses = "plugin:notes/write"\ninputs.text = "id: ${{ run.id }}"\n');
  assert.ok(step.action.kind === 'plugin');
  assert.deepEqual([step.action.plugin, step.action.action, step.action.version], ['notes', 'write', '2.1.0']);
  assert.equal(resolveTemplate(step.action.inputs['text']!, scopeOf({ run: { id: 'r1' } })), 'id: r1');
});

test('what is needed before the run is computed from the parameters', () => {
  const text = `
[env]
BRANCH = "br-\${{ params.change }}"
[workspace]
base = "\${{ env.BRANCH }}~1"
[parameters.change]
default = "main"
[parameters.turns]
type = "integer"
default = 3
[steps.turns]
repeat.max = "\${{ params.turns }}"
[steps.turns.steps.a]
run = "make"
`;
  const plan = planOf(text, { change: 'dev', turns: 7 });
  assert.equal(plan.workspace.base, 'br-dev~1');
  assert.equal((plan.steps[0] as PlanGroupStep).repeat?.max, 7);
  const refused = resultOf(text, { change: 'dev', turns: -1 });
  assert.ok('diagnostics' in refused);
  assert.deepEqual(
    refused.diagnostics.map(({ code, message }) => [code, message]),
    [['plan-value', '`repeat.max` is "-1", not a whole number']],
  );
});

test('the set-up of a workspace gets its values as variables, and those of the file that are known before the run', () => {
  const text = `
[env]
CI = "1"
BRANCH = "br-\${{ params.change }}"
RUN = "\${{ run.id }}"
TOKEN = "\${{ secrets.token }}"
[workspace]
setup = "npm ci --tag \${{ env.BRANCH }} \${{ params.change }}"
setup_key = ["z.lock", "a.lock"]
direnv = "require"
[parameters.change]
default = "main"
[parameters.token]
type = "secret"
[steps.a]
run = "make"
`;
  const { setup, setupKey, direnv } = planOf(text, { change: "it's; rm -rf /", token: 'hunter2' }, ['token']).workspace;
  assert.deepEqual(setup, {
    script: 'npm ci --tag "${WORKFLOW_VALUE_1}" "${WORKFLOW_VALUE_2}"',
    env: {
      CI: '1',
      BRANCH: "br-it's; rm -rf /",
      WORKFLOW_VALUE_1: "br-it's; rm -rf /",
      WORKFLOW_VALUE_2: "it's; rm -rf /",
    },
  });
  assert.deepEqual([setupKey, direnv], [['a.lock', 'z.lock'], 'require']);
  const without = planOf('[steps.a]\nrun = "make"\n').workspace;
  assert.deepEqual([without.setup, without.setupKey, without.direnv], [null, [], 'auto']);
});

for (const [setup, code] of [
  ["echo 'hi ${{ params.change }}'", 'interpolation-single-quotes'],
  ['eval ${{ params.change }}', 'interpolation-eval'],
  ['echo ${{ run.id }}', 'context-unavailable'],
  ['echo ${{ workspace.path }}', 'context-unavailable'],
  ["echo ${{ exists('x') }}", 'function-unavailable'],
  ['echo ${{ secrets.token }}', 'secret-exposed'],
  ['echo ${{ params.chance }}', 'name-unknown'],
  ['echo ${{ params.change', 'interpolation-unclosed'],
] as const) {
  test(`the set-up \`${setup}\` is refused: ${code}`, () => {
    const tables = '[parameters.change]\ndefault = ""\n[parameters.token]\ntype = "secret"\n[steps.a]\nrun = "make"\n';
    const refused = resultOf(`[workspace]\nsetup = ${JSON.stringify(setup)}\n${tables}`, { change: '', token: 'x' });
    assert.ok('diagnostics' in refused);
    assert.ok(
      refused.diagnostics.some((diagnostic) => diagnostic.code === code),
      JSON.stringify(refused.diagnostics),
    );
  });
}

test('secrets leave only their names in the plan', () => {
  const text = '[parameters.token]\ntype = "secret"\n[steps.a]\nenv.T = "${{ secrets.token }}"\nrun = "make"\n';
  const plan = planOf(text, { token: 'hunter2' }, ['token']);
  assert.deepEqual([plan.parameters, plan.secrets], [{ token: null }, ['token']]);
  assert.ok(!JSON.stringify(plan).includes('hunter2'));
  assert.equal(plan.digest, planOf(text, { token: 'other' }, ['token']).digest);
});

test('templates and files that expressions read travel with the plan', () => {
  const plan = planOf(`
[steps.a]
argv = ["agent", "\${{ file('rules/issues.md') }}", "\${{ file('made-in-the-run.md') }}"]
stdin = { template = "prompts/fix.md" }
`);
  assert.deepEqual(plan.files, { 'rules/issues.md': exampleCatalog.files['rules/issues.md'] });
  assert.equal((plan.steps[0] as PlanAttemptStep).stdin, 'Fix the open remarks.\n');
});

test('paths that `changed()` asks about are watched from before the step', () => {
  const { steps } = planOf(`
[steps.turns]
repeat = { until = "!changed('b.md') && !changed('a.md')", max = 3 }
outputs.moved = { value = "\${{ changed('c') }}" }
[steps.turns.steps.fix]
run = "make"
break_when = "changed('stop')"
`);
  assert.deepEqual(steps[0]!.watch, ['a.md', 'b.md', 'c']);
  assert.deepEqual((steps[0] as PlanGroupStep).steps[0]!.watch, ['stop']);
});

test('requirements are read into name, operator and version', () => {
  const { requirements } = planOf('[requirements]\ncommands = ["git", "jj >= 0.30", "node==26"]\n[steps.a]\nrun = "make"\n');
  assert.deepEqual(requirements.commands, [
    { name: 'git', operator: null, version: null },
    { name: 'jj', operator: '>=', version: '0.30' },
    { name: 'node', operator: '=', version: '26' },
  ]);
});

test('a file with mistakes gives diagnostics and no plan', () => {
  const result = resultOf('[steps.a]\nneeds = ["b"]\nrun = "make"\n');
  assert.ok('diagnostics' in result);
  assert.deepEqual(
    result.diagnostics.map(({ code }) => code),
    ['needs-unknown'],
  );
});

test('another value of a parameter gives another digest, another folder does not', () => {
  const text = '[parameters.depth]\ndefault = "quick"\n[steps.a]\nargv = ["a", "${{ params.depth }}"]\n';
  assert.notEqual(planOf(text, { depth: 'quick' }).digest, planOf(text, { depth: 'deep' }).digest);
  assert.equal(planOf(text, { depth: 'quick' }, [], 'a.toml').digest, planOf(text, { depth: 'quick' }, [], '/b/c.toml').digest);
});

function resultOf(
  text: string,
  values: { [name: string]: Json } = {},
  secrets: string[] = [],
  name = 'workflow.toml',
): PlanResult {
  const document = parseToml(`id = "example"\n${text}`, name);
  const { model, diagnostics } = readModel(document, exampleCatalog);
  assert.deepEqual([...document.diagnostics, ...diagnostics], []);
  assert.ok(model !== null);
  return planWorkflow({ document, model, catalog: exampleCatalog, parameters: { values, secrets }, openHash: openSha256 });
}

function planOf(...args: Parameters<typeof resultOf>): Plan {
  const result = resultOf(...args);
  assert.ok('plan' in result, JSON.stringify(result));
  return result.plan;
}

function attemptOf(text: string): PlanAttemptStep {
  const step = planOf(text).steps.find(({ id }) => id === 'a');
  assert.ok(step?.kind === 'attempt');
  return step;
}

function scopeOf(contexts: { [name: string]: Json }): ExpressionScope {
  return { context: (name) => contexts[name], call: (name) => assert.fail(name) };
}
