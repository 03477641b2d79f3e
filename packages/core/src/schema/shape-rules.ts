// The pages of the codes that reading a file can give: what is wrong with the form of a single key or value.
// Not here: rules across keys (validate/), syntax of TOML (parse/) and of expressions (expression/).

import type { RulePage } from '../diagnostic/rule-page.ts';

/** A page of this file: all are errors. */
function page(code: string, title: string, explanation: string, bad: string, good: string): RulePage {
  return { code, severity: 'error', title, explanation, bad: `id = "example"\n${bad}`, good: `id = "example"\n${good}` };
}

const BUILD = `
[steps.build]
run = "make"
`;

/** All codes that readModel gives. */
export const shapeRules: readonly RulePage[] = [
  page(
    'unknown-key',
    'a key that the format does not have',
    'Unknown keys are mistakes, never ignored: a misspelt `timeout` would otherwise be no timeout at all. The help names the key that was probably meant, also when it is what another tool calls it. `workflow explain steps` and `workflow schema` list all keys.',
    `
[steps.build]
command = "make"
`,
    BUILD,
  ),
  page(
    'missing-key',
    'a key that has to be there is missing',
    'Some keys have no sensible default, such as the `id` of a workflow or the `values` of an enum.',
    `
[parameters.depth]
type = "enum"
${BUILD}`,
    `
[parameters.depth]
type = "enum"
values = ["quick", "deep"]
${BUILD}`,
  ),
  page(
    'wrong-type',
    'a value of the wrong kind',
    'The key takes another kind of TOML value: text, a number, a list, a table. Text stands in quotes, numbers, true and false do not. Dates, nan and infinity have no use in a workflow file.',
    `
[steps.test]
needs = "build"
run = "make test"
${BUILD}`,
    `
[steps.test]
needs = ["build"]
run = "make test"
${BUILD}`,
  ),
  page(
    'bad-value',
    'a text that the key does not take',
    'The key takes one of a few words, or a text of a certain form. The help lists the words or shows the form.',
    `
[steps.build]
run = "make"
on_failure = "ignore"
`,
    `
[steps.build]
run = "make"
on_failure = "continue"
`,
  ),
  page(
    'out-of-range',
    'a number or duration out of range',
    'The value is too small or too large to make sense for this key, or has more digits than can be kept exactly.',
    `max_parallel = 0
${BUILD}`,
    `max_parallel = 4
${BUILD}`,
  ),
  page(
    'empty',
    'a value with nothing in it',
    'An empty text, list or table where something has to stand. Leave the key out when there is nothing to say.',
    `
[steps.build]
run = ""
`,
    BUILD,
  ),
  page(
    'repeated-item',
    'an item that stands in a list twice',
    'The second one changes nothing, so one of the two is probably a slip.',
    `tags = ["ci", "ci"]
${BUILD}`,
    `tags = ["ci", "build"]
${BUILD}`,
  ),
  page(
    'bad-id',
    'a name of the wrong form',
    'Names of steps, parameters, actions, inputs and outputs are letters, digits, `_` and `-` and begin with a letter or `_`, so that expressions can hold them: `steps.my-step.outputs.result`. Workflow ids are in small letters, optionally with an owner and a version: `acme/review@1.2.0`.',
    `
[steps."my step"]
run = "make"
`,
    `
[steps.my-step]
run = "make"
`,
  ),
  page(
    'bad-version',
    'a version that is not semantic',
    'Versions have three numbers, and optionally a pre-release and build part: `1.2.0`, `2.0.0-beta.1`. When the `id` ends in a version too, both must be the same.',
    `version = "1.2"
${BUILD}`,
    `version = "1.2.0"
${BUILD}`,
  ),
  page(
    'bad-duration',
    "a length of time that can't be read",
    'A duration is text: a number with a unit, `ms`, `s`, `m`, `h` or `d`, or several of them, the largest first: "10m", "1h30m", "250ms". A bare number has no unit, and nobody can tell seconds from minutes.',
    `
[steps.build]
run = "make"
timeout = 10
`,
    `
[steps.build]
run = "make"
timeout = "10m"
`,
  ),
  page(
    'bad-size',
    "an amount of memory that can't be read",
    'A size is text: a whole number with a unit. `kB`, `MB`, `GB` and `TB` count by 1000, `KiB`, `MiB`, `GiB` and `TiB` by 1024.',
    `
[steps.build]
run = "make"
resources = { memory = "2G" }
`,
    BUILD,
  ),
  page(
    'bad-pattern',
    'a regular expression that does not compile',
    "Patterns are in RE2 syntax: Perl's without look-around and back-references. That is what makes matching take linear time, so that no pattern and no value can hang a run.",
    `
[parameters.change]
pattern = "(?=[a-z])[a-z0-9]+"
${BUILD}`,
    `
[parameters.change]
pattern = "[a-z][a-z0-9]*"
${BUILD}`,
  ),
  page(
    'bad-glob',
    'a glob that is broken or leaves the workspace',
    'Globs are relative to the workspace and stay inside it: no leading `/`, no `..`. `*` stands for any characters of a name, `**` for any folders, `[…]` and `{…,…}` have to be closed.',
    `${BUILD}
[artifacts.report]
path = "/tmp/report.md"
`,
    `${BUILD}
[artifacts.report]
path = "reports/*.md"
`,
  ),
  page(
    'bad-path',
    'a path that leaves its folder',
    'Paths in a workflow file are relative, with `/` between their parts, and stay inside the folder they belong to: a template beside the workflow file, a folder in the workspace. So a workflow works wherever it is put, and never touches what is not its own.',
    `
[steps.fix]
argv = ["agent"]
stdin = { template = "../prompts/fix.md" }
`,
    `
[steps.fix]
argv = ["agent"]
stdin = { template = "prompts/fix.md" }
`,
  ),
  page(
    'two-bodies',
    'a step with two things to do',
    'A step runs a script (`run`), a program (`argv`), an action (`uses`) or steps of its own (`steps`): exactly one of them. Make two steps, the second with `needs` of the first.',
    `
[steps.build]
run = "make"
argv = ["make", "install"]
`,
    `
[steps.build]
run = "make"

[steps.install]
needs = ["build"]
argv = ["make", "install"]
`,
  ),
  page(
    'no-body',
    'a step with nothing to do',
    'A step needs one of `run` (a script), `argv` (a program), `uses` (an action) or `steps` (steps of its own); an action one of the first three.',
    `
[steps.build]
timeout = "10m"
`,
    `
[steps.build]
run = "make"
timeout = "10m"
`,
  ),
  page(
    'misplaced-key',
    'a key that means nothing where it stands',
    'The key exists, but not beside what the rest of the table says: `shell` belongs to a script, `values` to an enum. Nothing is ignored in silence, so it has to go, or the rest has to change.',
    `
[steps.build]
argv = ["make"]
shell = "bash"
`,
    `
[steps.build]
run = "make"
shell = "bash"
`,
  ),
  page(
    'expression-not-allowed',
    'an expression in a text that is fixed before the run',
    "Names, ids, patterns and other texts that describe the workflow are known before any run, so they can't hold `${{ }}`.",
    `
[steps.build]
name = "Build \${{ run.id }}"
run = "make"
`,
    `
[steps.build]
name = "Build"
run = "make"
`,
  ),
  page(
    'bad-default',
    'a default that its own parameter refuses',
    'The default of a parameter or input has to be of its type and to comply with its `values`, `pattern`, `min` and `max`, as every value given for it.',
    `
[parameters.count]
type = "integer"
default = "3"
${BUILD}`,
    `
[parameters.count]
type = "integer"
default = 3
${BUILD}`,
  ),
  page(
    'empty-range',
    'a range that nothing fits',
    'With `max` less than `min` every value would be refused.',
    `
[parameters.count]
type = "integer"
min = 10
max = 1
${BUILD}`,
    `
[parameters.count]
type = "integer"
min = 1
max = 10
${BUILD}`,
  ),
  page(
    'not-available',
    'a part of the format that this release does not carry out',
    "The format knows it, but this release can't do it. It is refused rather than ignored: a run without the sandbox or cache that the file asks for would not be what its author meant. The help says what to do until then.",
    `
[steps.agent]
run = "agent"
sandbox = { network = false }
`,
    `
[steps.agent]
run = "bwrap --unshare-net --dev-bind / / agent"
`,
  ),
  page(
    'too-deep',
    'values nested too deep',
    'Tables and lists may be nested a hundred levels deep, far beyond what anybody writes by hand. Put large data into a file and read it in the step.',
    `
[steps.ask]
uses = "http/request"
inputs.url = "https://example.org"
inputs.body = ${'['.repeat(100)}${']'.repeat(100)}
`,
    `
[steps.ask]
uses = "http/request"
inputs.url = "https://example.org"
inputs.body = ["question"]
`,
  ),
];

/** The pages of the codes that values of parameters can give. Their files are right; it is the values given for a run that are not. */
export const parameterRules: readonly RulePage[] = [
  page(
    'param-required',
    'a parameter that has to be given was not',
    'A parameter with `required = true` and no default needs a value for each run: `--param NAME=VALUE`, a `--params-file`, or the environment variable that the parameter names with `env`.',
    `
[parameters.depth]
required = true
${BUILD}`,
    `
[parameters.depth]
default = "quick"
${BUILD}`,
  ),
  page(
    'param-unknown',
    'a value for a parameter that the workflow does not have',
    'A misspelt parameter would silently have no effect, so it is refused. `workflow plan` shows the parameters of a workflow.',
    BUILD,
    `
[parameters.depth]
default = "quick"
${BUILD}`,
  ),
  page(
    'param-type',
    'a value that is not of the type of its parameter',
    'Values from the command line are text and are read by the type of the parameter: `5` for an integer, `a,b` or `["a", "b"]` for a list, `true` for a boolean, `10m` for a duration.',
    `
[parameters.count]
type = "integer"
${BUILD}`,
    `
[parameters.count]
type = "string"
${BUILD}`,
  ),
  page(
    'param-enum',
    'a value that is not among those allowed',
    'The parameter lists the values it takes in `values`.',
    `
[parameters.depth]
type = "enum"
values = ["quick"]
${BUILD}`,
    `
[parameters.depth]
type = "enum"
values = ["quick", "deep"]
${BUILD}`,
  ),
  page(
    'param-pattern',
    "a value that its parameter's pattern does not match",
    'The pattern has to match the whole value, from its first character to its last. Matching takes linear time, whatever the pattern.',
    `
[parameters.change]
pattern = "[a-z]+"
${BUILD}`,
    `
[parameters.change]
pattern = "[a-z@]+"
${BUILD}`,
  ),
  page(
    'param-range',
    'a value out of the range of its parameter',
    '`min` and `max` bound a number, the length of a text in characters, or the number of items of a list.',
    `
[parameters.count]
type = "integer"
max = 3
${BUILD}`,
    `
[parameters.count]
type = "integer"
max = 10
${BUILD}`,
  ),
];
