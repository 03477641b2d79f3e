// Every mistake of form: its code, its exact place, and what is said about it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareCatalog, parseToml, readModel } from '../../src/index.ts';
import { mark, unmark } from '../parse/marked.ts';

interface Case {
  readonly title: string;
  /** Keys at the top of the file, with the place of the mistake between « and »; related places between ‹ and ›. */
  readonly top?: string;
  /** Tables after them. */
  readonly tables?: string;
  readonly code: string;
  readonly message: string;
  readonly help: string | null;
}

const LEAVE_OUT = 'give it a value, or leave the key out';

const cases: readonly Case[] = [
  // ── unknown keys ─────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a misspelt key',
    top: '«nmae» = "x"',
    code: 'unknown-key',
    message: 'there is no key `nmae` at the top of the file',
    help: 'did you mean `name`?',
  },
  {
    title: 'a misspelt key in a step',
    tables: '[steps.test]\nrun = "x"\n«timout» = "10m"',
    code: 'unknown-key',
    message: 'there is no key `timout` in `steps.test`',
    help: 'did you mean `timeout`?',
  },
  {
    title: 'a key in another style of writing',
    top: '«maxParallel» = 4',
    code: 'unknown-key',
    message: 'there is no key `maxParallel` at the top of the file',
    help: 'write `max_parallel`: keys are in small letters, with `_` between words',
  },
  {
    title: 'a key of another table',
    top: '«keep» = "always"',
    code: 'unknown-key',
    message: 'there is no key `keep` at the top of the file',
    help: '`keep` belongs in `[workspace]`',
  },
  {
    title: 'a key of the top in a step',
    tables: '[steps.test]\nrun = "x"\n«homepage» = "https://example.org"',
    code: 'unknown-key',
    message: 'there is no key `homepage` in `steps.test`',
    help: '`homepage` belongs at the top of the file',
  },
  {
    title: 'a key like nothing known in a small table',
    tables: '[artifacts.a]\npath = "x"\n«zzz» = 1',
    code: 'unknown-key',
    message: 'there is no key `zzz` in `artifacts.a`',
    help: 'an artifact has the keys `path`, `retention`, `required`',
  },
  {
    title: 'a key like nothing known in a step',
    tables: '[steps.test]\nrun = "x"\n«zzz» = 1',
    code: 'unknown-key',
    message: 'there is no key `zzz` in `steps.test`',
    help: '`workflow explain steps` lists the keys of a step',
  },
  {
    title: 'an unknown table',
    tables: '[«nonsense».x]\na = 1',
    code: 'unknown-key',
    message: 'there is no table `nonsense` at the top of the file',
    help:
      'the workflow has the keys `id`, `version`, `name`, `description`, `tags`, `license`, `homepage`, `max_parallel`, `env`, ' +
      '`parameters`, `requirements`, `workspace`, `actions`, `steps`, `artifacts`, `sandbox`',
  },
  {
    title: 'an unknown key in quotes',
    tables: '[steps.test]\nrun = "x"\n«"a b"» = 1',
    code: 'unknown-key',
    message: 'there is no key `"a b"` in `steps.test`',
    help: '`workflow explain steps` lists the keys of a step',
  },
  ...(
    [
      ['steps.test', 'depends_on = ["build"]', 'here it is called `needs`'],
      ['steps.test', 'depends-on = ["build"]', 'here it is called `needs`'],
      ['steps.test', 'dependsOn = ["build"]', 'here it is called `needs`'],
      ['steps.test', 'if = "always()"', 'here it is called `when`'],
      ['steps.test', 'with = { a = 1 }', 'here it is called `inputs`'],
      ['steps.test', 'continue_on_error = true', 'write `on_failure = "continue"`'],
      ['steps.test', 'continue-on-error = true', 'write `on_failure = "continue"`'],
      ['steps.test', 'timeout-minutes = 5', 'write `timeout = "10m"`'],
      ['steps.test', 'retries = 3', 'write `retry = { max = 3 }`'],
      ['steps.test', 'matrix = { a = [1] }', 'write `foreach.matrix = { os = ["linux", "macos"] }`'],
      ['steps.test', 'working-directory = "x"', 'write `workspace = "FOLDER"` for a folder inside the workspace of the run'],
      ['steps.test', 'args = ["x"]', 'write the program and its arguments as `argv = ["PROGRAM", "ARGUMENT"]`'],
      ['steps.test.foreach', 'items = "x"', 'here it is called `in`'],
      ['steps.test.retry', 'attempts = 3', 'here it is called `max`'],
      ['parameters.p', 'choices = ["a"]', 'here it is called `values`'],
      ['parameters.p', 'regex = "a"', 'here it is called `pattern`'],
      ['artifacts.a', 'files = "x"', 'here it is called `path`'],
      ['workspace', 'branch = "x"', 'here it is called `base`'],
    ] as const
  ).map(([table, line, help]) => {
    const key = line.split(' ')[0]!;
    const marked = `«${key}»${line.slice(key.length)}`;
    const own = table.startsWith('steps.test') ? '[steps.test]\nrun = "x"\n' : '';
    const header = table === 'steps.test' ? '' : `[${table}]\n`;
    return {
      title: `\`${key}\`, which other tools have`,
      tables: `${own}${header}${marked}`,
      code: 'unknown-key',
      message: `there is no ${line.includes('{') ? 'table' : 'key'} \`${key}\` in \`${table}\``,
      help,
    };
  }),
  {
    title: 'a step whose script stands at the key of another tool, which is one mistake and not two',
    tables: '[steps.test]\n«cmd» = "make test"',
    code: 'unknown-key',
    message: 'there is no key `cmd` in `steps.test`',
    help: 'here it is called `run`',
  },
  {
    title: 'parallel at the top, which other tools have',
    top: '«parallel» = 4',
    code: 'unknown-key',
    message: 'there is no key `parallel` at the top of the file',
    help: 'here it is called `max_parallel`',
  },
  // ── missing keys ─────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'an artifact without a path',
    tables: '[artifacts.«report»]\nretention = "1d"',
    code: 'missing-key',
    message: '`artifacts.report` has no `path`',
    help: 'add `path = "reports/**/*.md"`',
  },
  {
    title: 'an enum without values',
    tables: '[parameters.«depth»]\ntype = "enum"',
    code: 'missing-key',
    message: '`parameters.depth` has no `values`, which a parameter with `type = "enum"` needs',
    help: 'add `values = ["quick", "deep"]`',
  },
  {
    title: 'a retry without its number',
    tables: '[steps.test]\nrun = "x"\n«retry» = {}',
    code: 'missing-key',
    message: '`steps.test.retry` has no `max`',
    help: 'add `max = 3`',
  },
  // ── wrong types ──────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a number for text',
    top: 'name = «5»',
    code: 'wrong-type',
    message: '`name` must be text, not a number',
    help: 'write `name = "5"`',
  },
  {
    title: 'a bare date for text',
    top: 'name = «2024-05-06»',
    code: 'wrong-type',
    message: '`name` must be text, not a date or time',
    help: 'write `name = "2024-05-06"`',
  },
  {
    title: 'text for a list',
    tables: '[steps.test]\nrun = "x"\nneeds = «"build"»',
    code: 'wrong-type',
    message: '`steps.test.needs` must be a list, not text',
    help: 'write `needs = ["build"]`',
  },
  {
    title: 'a number in a list of texts',
    tables: '[steps.test]\nargv = ["sleep", «5»]',
    code: 'wrong-type',
    message: '`steps.test.argv[1]` must be text, not a number',
    help: 'write `"5"`',
  },
  {
    title: 'text for a number',
    top: 'max_parallel = «"4"»',
    code: 'wrong-type',
    message: '`max_parallel` must be a whole number, not text',
    help: 'write `max_parallel = 4`',
  },
  {
    title: 'a fraction for a whole number',
    top: 'max_parallel = «1.5»',
    code: 'wrong-type',
    message: '`max_parallel` must be a whole number, not 1.5',
    help: 'write 2',
  },
  {
    title: 'infinity for a number',
    tables: '[parameters.p]\ntype = "number"\nmin = «-inf»',
    code: 'wrong-type',
    message: '`parameters.p.min` must be a number, not infinity',
    help: 'for example `min = 1`',
  },
  {
    title: 'text for true or false',
    tables: '[parameters.p]\nrequired = «"yes"»',
    code: 'wrong-type',
    message: '`parameters.p.required` must be true or false, not text',
    help: 'write `required = true`',
  },
  {
    title: 'a boolean for an expression',
    tables: '[steps.test]\nrun = "x"\nwhen = «true»',
    code: 'wrong-type',
    message: '`steps.test.when` must be an expression in quotes, not true',
    help: 'write `when = "true"`',
  },
  {
    title: 'text for a step',
    tables: '[steps]\ntest = «"make test"»',
    code: 'wrong-type',
    message: '`steps.test` must be a table, not text',
    help: 'write `test = { run = "make test" }`',
  },
  {
    title: 'a number for a retry policy',
    tables: '[steps.test]\nrun = "x"\nretry = «3»',
    code: 'wrong-type',
    message: '`steps.test.retry` must be a table, not a number',
    help: 'write `retry = { max = 3 }`',
  },
  {
    title: 'a list for the commands that are required',
    top: 'requirements = «["git"]»',
    code: 'wrong-type',
    message: '`requirements` must be a table, not a list',
    help: 'write `requirements = { commands = ["git"] }`',
  },
  {
    title: 'an array of tables for tables with names',
    tables: '«[[artifacts]]»\npath = "x"',
    code: 'wrong-type',
    message: '`artifacts` must be a table, not a list of tables',
    help: 'write a table with a name for each, `[artifacts.NAME]`, instead of `[[artifacts]]`',
  },
  {
    title: 'an array of tables for the steps of a group',
    tables: '«[[steps.test.steps]]»\nid = "unit"\nrun = "x"',
    code: 'wrong-type',
    message: '`steps.test.steps` must be a table, not a list of tables',
    help: 'write a table with a name for each, `[steps.test.steps.unit]`, instead of `[[steps.test.steps]]`',
  },
  {
    title: 'an array of tables for one step',
    tables: '«[[steps.test]]»\nrun = "x"',
    code: 'wrong-type',
    message: '`steps.test` must be a table, not a list of tables',
    help: 'write `[steps.test]` instead of `[[steps.test]]`',
  },
  {
    title: 'a number in the environment',
    top: 'env = { PORT = «8080» }',
    code: 'wrong-type',
    message: '`env.PORT` must be text, not a number',
    help: 'write `PORT = "8080"`',
  },
  {
    title: 'a boolean where text or a table may stand',
    tables: '[steps.test]\nrun = "x"\nstdin = «true»',
    code: 'wrong-type',
    message: '`steps.test.stdin` must be text or a table, not true',
    help: 'write `stdin = "true"`',
  },
  {
    title: 'a date in an input',
    tables: '[steps.test]\nuses = "x"\ninputs.since = «2024-05-06»',
    code: 'wrong-type',
    message: '`steps.test.inputs.since` is a date or time, which workflow files have no use for',
    help: 'write it as text: "2024-05-06"',
  },
  {
    title: 'nan in an input',
    tables: '[steps.test]\nuses = "x"\ninputs.a = [1, «nan»]',
    code: 'wrong-type',
    message: '`steps.test.inputs.a[1]` must be a finite number, not nan',
    help: 'write it as text: "NaN"',
  },
  // ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a misspelt word',
    tables: '[steps.test]\nrun = "x"\non_failure = «"contine"»',
    code: 'bad-value',
    message: '`steps.test.on_failure` can\'t be "contine"',
    help: 'did you mean "continue"? It must be "fail-fast" or "continue"',
  },
  {
    title: 'a word that is not among those allowed',
    tables: '[workspace]\nkeep = «"sometimes"»',
    code: 'bad-value',
    message: '`workspace.keep` can\'t be "sometimes"',
    help: 'it must be "always", "on-failure" or "never"',
  },
  {
    title: 'a misspelt type',
    tables: '[parameters.p]\ntype = «"int"»',
    code: 'bad-value',
    message: '`parameters.p.type` can\'t be "int"',
    help: 'it must be "string", "integer", "number", "boolean", "enum", "list", "path", "duration", "json" or "secret"',
  },
  {
    title: 'an address without its scheme',
    top: 'homepage = «"example.org"»',
    code: 'bad-value',
    message: '`homepage`: "example.org" is not a web address',
    help: 'did you mean "https://example.org"? It must be an address that begins with https:// or http://',
  },
  {
    title: 'a requirement without a version',
    tables: '[requirements]\ncommands = ["git", «"jj >="»]',
    code: 'bad-value',
    message: '`requirements.commands[1]`: "jj >=" is not a requirement',
    help: 'it must be a name, or a name with the version it needs: "git", "jj >= 0.30"',
  },
  {
    title: 'text without an expression for a number of turns',
    tables: '[steps.test]\nrepeat = { max = «"ten"» }\nsteps.a.run = "x"',
    code: 'bad-value',
    message: '`steps.test.repeat.max`: "ten" is not a number',
    help: 'it must be a number without quotes, or text with `${{ }}` that gives one',
  },
  {
    title: 'a number out of range',
    top: 'max_parallel = «0»',
    code: 'out-of-range',
    message: '`max_parallel` is 0, which is out of range',
    help: 'it must be from 1 to 10000',
  },
  {
    title: 'a number beyond exact counting',
    tables: '[steps.test]\nuses = "x"\ninputs.n = «9007199254740993»',
    code: 'out-of-range',
    message: '`steps.test.inputs.n` is a number of more digits than can be kept exactly',
    help: 'write it as text: "9007199254740993"',
  },
  {
    title: 'a duration of nothing',
    tables: '[steps.test]\nrun = "x"\ntimeout = «"0s"»',
    code: 'out-of-range',
    message: '`steps.test.timeout` is "0s", which is out of range',
    help: 'it must be at least "1ms"',
  },
  {
    title: 'a duration of centuries',
    tables: '[artifacts.a]\npath = "x"\nretention = «"99999999d"»',
    code: 'out-of-range',
    message: '`artifacts.a.retention` is "99999999d", which is out of range',
    help: 'it must be at most "36500d"',
  },
  {
    title: 'an empty text',
    tables: '[steps.test]\nrun = «""»',
    code: 'empty',
    message: '`steps.test.run` is empty',
    help: LEAVE_OUT,
  },
  { title: 'a blank text', top: 'name = «" \\t "»', code: 'empty', message: '`name` is empty', help: LEAVE_OUT },
  {
    title: 'an empty list',
    tables: '[steps.test]\nargv = «[]»',
    code: 'empty',
    message: '`steps.test.argv` is empty',
    help: 'it needs an argument, or leave the key out',
  },
  {
    title: 'a group without steps',
    tables: '[steps.test]\n«steps» = {}',
    code: 'empty',
    message: '`steps.test.steps` is empty',
    help: 'write a table for each, `[steps.test.steps.NAME]`',
  },
  {
    title: 'a repeated tag',
    top: 'tags = [‹"a"›, "b", «"a"»]',
    code: 'repeated-item',
    message: '`tags` has "a" twice',
    help: 'leave one of them out',
  },
  // ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a step id with a space',
    tables: '[steps.«"my step"»]\nrun = "x"',
    code: 'bad-id',
    message: '"my step" is not a step id',
    help: 'did you mean "my-step"? It must be letters, digits, `_` and `-`, beginning with a letter or `_`',
  },
  {
    title: 'a step id that begins with a digit',
    tables: '[steps.«1st»]\nrun = "x"',
    code: 'bad-id',
    message: '"1st" is not a step id',
    help: 'it must be letters, digits, `_` and `-`, beginning with a letter or `_`',
  },
  {
    title: 'a step id of endless length',
    tables: `[steps.«${'a'.repeat(101)}»]\nrun = "x"`,
    code: 'bad-id',
    message: 'a step id of 101 characters is too long',
    help: 'it may have 100 characters',
  },
  {
    title: 'an environment variable with a dash',
    tables: '[env]\n«MY-VAR» = "x"',
    code: 'bad-id',
    message: '"MY-VAR" is not the name of an environment variable',
    help: 'it must be letters, digits and `_`, beginning with a letter or `_`',
  },
  {
    title: 'a version with two numbers',
    top: 'version = «"1.2"»',
    code: 'bad-version',
    message: '`version`: "1.2" is not a version',
    help: 'did you mean "1.2.0"? It must be a semantic version: three numbers such as "1.2.0", optionally with a pre-release such as "1.2.0-beta.1"',
  },
  // ── durations and sizes ──────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a duration without a unit',
    tables: '[steps.test]\nrun = "x"\ntimeout = «10»',
    code: 'bad-duration',
    message: '`steps.test.timeout` is a bare number, a duration needs a unit',
    help: 'write the unit in the text: "10s" for seconds, "10m" for minutes',
  },
  {
    title: 'a duration without a unit, in quotes',
    tables: '[steps.test]\nrun = "x"\ntimeout = «"10"»',
    code: 'bad-duration',
    message: '`steps.test.timeout` is no duration: "10"',
    help: 'add the unit: "10s" for seconds, "10m" for minutes',
  },
  {
    title: 'a duration in other words',
    tables: '[steps.test]\nrun = "x"\ntimeout = «"1.5 hours"»',
    code: 'bad-duration',
    message: '`steps.test.timeout` is no duration: "1.5 hours"',
    help: 'did you mean "1h30m"?',
  },
  {
    title: 'a duration with its units in the wrong order',
    tables: '[steps.test]\nrun = "x"\ntimeout = «"30m1h"»',
    code: 'bad-duration',
    message: '`steps.test.timeout` is no duration: "30m1h"',
    help: 'it must be a number with a unit (ms, s, m, h or d), as in "10m", "1h30m" or "250ms", the largest unit first',
  },
  {
    title: 'a duration made of an expression',
    tables: '[steps.test]\nrun = "x"\ntimeout = «"${{ params.t }}"»',
    code: 'bad-duration',
    message: '`steps.test.timeout` is no duration: "${{ params.t }}"',
    help: "durations are fixed before a run starts and can't hold `${{ }}`",
  },
  // ── patterns, globs and paths ────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a pattern with an open group',
    tables: "[parameters.p]\npattern = «'a(b'»",
    code: 'bad-pattern',
    message: '`parameters.p.pattern`: missing closing )',
    help: null,
  },
  {
    title: 'a pattern with look-ahead, at its place',
    tables: '[parameters.p]\npattern = "^\\u0061«(?=»b).*"',
    code: 'bad-pattern',
    message: '`parameters.p.pattern`: invalid or unsupported Perl syntax',
    help: 'RE2 has no look-ahead and look-behind: they can make matching take exponential time; match all of the text instead',
  },
  {
    title: 'a pattern with a back-reference, at its place',
    tables: '[steps.test]\nrun = "x"\noutputs.a = { from = "stdout", pattern = \'(a)«\\1»\' }',
    code: 'bad-pattern',
    message: '`steps.test.outputs.a.pattern`: invalid escape sequence',
    help: 'RE2 has no back-references: they can make matching take exponential time',
  },
  {
    title: 'a pattern with a range the wrong way round',
    tables: "[parameters.p]\npattern = 'x[«z-a»]'",
    code: 'bad-pattern',
    message: '`parameters.p.pattern`: invalid character class range',
    help: null,
  },
  {
    title: 'an absolute glob',
    tables: '[artifacts.a]\npath = «"/tmp/*.md"»',
    code: 'bad-glob',
    message: '`artifacts.a.path`: the glob is absolute',
    help: 'write it relative to its folder: `tmp/*.md`',
  },
  {
    title: 'a glob that leaves the workspace',
    tables: '[workspace]\ninclude = [".env", «"a/../../b"»]',
    code: 'bad-glob',
    message: '`workspace.include[1]`: the glob leaves its folder by `..`',
    help: 'name something inside the folder',
  },
  {
    title: 'a glob with an open brace',
    tables: '[artifacts.a]\npath = «"x.{md,txt"»',
    code: 'bad-glob',
    message: '`artifacts.a.path`: `{` is never closed',
    help: 'write `[{]` for the character itself',
  },
  {
    title: 'a template outside the folder of the file',
    tables: '[steps.test]\nrun = "x"\nstdin = { template = «"../x.md"» }',
    code: 'bad-path',
    message: '`steps.test.stdin.template`: the path leaves its folder by `..`',
    help: 'name something inside the folder',
  },
  {
    title: 'a folder of a step outside the workspace, expression or not',
    tables: '[steps.test]\nrun = "x"\nworkspace = «"${{ params.a }}/../.."»',
    code: 'bad-path',
    message: '`steps.test.workspace`: the path leaves its folder by `..`',
    help: 'name something inside the folder',
  },
  {
    title: 'a folder in the home folder',
    tables: '[steps.test]\nrun = "x"\nworkspace = «"~/x"»',
    code: 'bad-path',
    message: '`steps.test.workspace`: `~` is not expanded, the path is relative to its folder',
    help: 'write `./~/x` for a name that begins with `~`',
  },
  // ── keys together ────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'two bodies',
    tables: '[steps.test]\n‹run› = "x"\n«argv» = ["y"]',
    code: 'two-bodies',
    message: '`steps.test` has both `run` and `argv`',
    help: 'a step has exactly one of `run`, `argv`, `uses` or `steps`',
  },
  {
    title: 'two bodies of an action',
    tables: '[actions.test]\n‹uses› = "x"\n«run» = "y"',
    code: 'two-bodies',
    message: '`actions.test` has both `uses` and `run`',
    help: 'an action has exactly one of `run`, `argv` or `uses`',
  },
  {
    title: 'no body',
    tables: '[steps.«test»]\ntimeout = "1m"',
    code: 'no-body',
    message: '`steps.test` has nothing to do',
    help: 'give it one of `run`, `argv`, `uses` or `steps`',
  },
  {
    title: 'a shell without a script',
    tables: '[steps.test]\nargv = ["x"]\n«shell» = "bash"',
    code: 'misplaced-key',
    message: '`shell` means nothing beside `argv`',
    help: 'it goes with `run`',
  },
  {
    title: 'a timeout of a group',
    tables: '[steps.test]\n«timeout» = "1m"\nsteps.a.run = "x"',
    code: 'misplaced-key',
    message: '`timeout` means nothing beside `steps`',
    help: 'it goes with `run`, `argv` or `uses`',
  },
  {
    title: 'values of a parameter that is no enum',
    tables: '[parameters.p]\n«values» = ["a"]',
    code: 'misplaced-key',
    message: '`values` means nothing with `type = "string"`',
    help: 'it goes with `type = "enum"`',
  },
  {
    title: 'a pattern for a number',
    tables: '[parameters.p]\ntype = "integer"\n«pattern» = "[0-9]+"',
    code: 'misplaced-key',
    message: '`pattern` means nothing with `type = "integer"`',
    help: 'leave it out, or change `type`',
  },
  {
    title: 'a pattern for an output from a file',
    tables: '[steps.test]\nrun = "x"\noutputs.a = { from = "file", «pattern» = "x" }',
    code: 'misplaced-key',
    message: '`pattern` means nothing with `from = "file"`',
    help: 'it goes with `from = "stdout"`',
  },
  {
    title: 'an expression in the name of a step, at its place',
    tables: '[steps.test]\nrun = "x"\nname = "Build «${{ params.a }}» now"',
    code: 'expression-not-allowed',
    message: "`steps.test.name` can't hold `${{ }}`",
    help: 'it is fixed before a run starts; write the text itself',
  },
  // ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────────
  {
    title: 'a default of the wrong type',
    tables: '[parameters.p]\ntype = "integer"\ndefault = «"5"»',
    code: 'bad-default',
    message: 'the default of `p` is text, which does not fit the type `integer`',
    help: 'the type `integer`: A whole number.',
  },
  {
    title: 'a default that is not among the values',
    tables: '[parameters.p]\ntype = "enum"\nvalues = ["quick", "deep"]\ndefault = «"quik"»',
    code: 'bad-default',
    message: 'the default of `p` must be "quick" or "deep", not "quik"',
    help: 'did you mean "quick"?',
  },
  {
    title: 'a default that the pattern does not match',
    tables: '[parameters.p]\npattern = \'[a-z]+\'\ndefault = «"a1"»',
    code: 'bad-default',
    message: 'the default of `p` must match `[a-z]+`',
    help: 'the pattern has to match the whole value',
  },
  {
    title: 'a wrong item in the default of a list',
    tables: '[parameters.p]\ntype = "list"\nitems = "integer"\ndefault = «[1, "x"]»',
    code: 'bad-default',
    message: 'the default of `p` has a wrong item 2, which must be a whole number, not "x"',
    help: null,
  },
  {
    title: 'an expression in a default',
    tables: '[parameters.p]\ndefault = «"${{ params.q }}"»',
    code: 'expression-not-allowed',
    message: "the default of `p` can't hold `${{ }}`",
    help: 'a default is fixed before a run starts; write the value itself',
  },
  {
    title: 'a range without room',
    tables: '[parameters.p]\ntype = "integer"\n‹min = 5›\nmax = «3»',
    code: 'empty-range',
    message: 'no value fits the parameter `p`: `max` is less than `min`',
    help: 'exchange them, or leave one out',
  },
  {
    title: 'a default of an input of the wrong type',
    tables: '[actions.a]\nrun = "x"\ninputs.i = { type = "boolean", default = «1» }',
    code: 'bad-default',
    message: 'the default of `i` is 1, which does not fit the type `boolean`',
    help: 'the type `boolean`: True or false.',
  },
  {
    title: 'a key of the set-up without a set-up',
    tables: '[workspace]\n«setup_key» = ["package-lock.json"]',
    code: 'misplaced-key',
    message: '`setup_key` means nothing by itself',
    help: 'it goes with `setup`',
  },
  {
    title: 'a key of the set-up that is outside of the repository',
    tables: '[workspace]\nsetup = "make"\nsetup_key = [«"../x"»]',
    code: 'bad-path',
    message: '`workspace.setup_key[0]`: the path leaves its folder by `..`',
    help: 'name something inside the folder',
  },
  {
    title: 'a cache without its inputs',
    tables: '[steps.test]\nrun = "x"\n«cache» = { outputs = ["dist/**"] }',
    code: 'missing-key',
    message: '`steps.test.cache` has no `inputs`',
    help: 'add `inputs = ["src/**", "package.json"]`',
  },
  {
    title: 'a cache of a group',
    tables: '[steps.test]\n«cache» = { inputs = ["a"] }\n[steps.test.steps.a]\nrun = "x"',
    code: 'misplaced-key',
    message: '`cache` means nothing beside `steps`',
    help: 'it goes with `run`, `argv` or `uses`',
  },
  // ── not in this release ──────────────────────────────────────────────────────────────────────────────────────────
  ...(
    [
      [
        'resources = { cpu = 1, memory = "2GiB", tokens = { claude = 1 } }',
        'limit the number of steps at once with `max_parallel`',
      ],
      ['sandbox = { network = false }', 'call a sandbox of your own in the command, such as `bwrap` or `podman run`'],
    ] as const
  ).map(([line, help]) => {
    const key = line.split(' ')[0]!;
    return {
      title: `\`${key}\` of a step`,
      tables: `[steps.test]\nrun = "x"\n«${key}»${line.slice(key.length)}`,
      code: 'not-available',
      message: `\`${key}\` is not available in this release`,
      help,
    };
  }),
  ...(
    [
      ['requirements', 'nix = ".#x"', 'start the run itself inside `nix develop`'],
      ['requirements', 'container = "x"', 'call `podman run` or `docker run` in the steps'],
    ] as const
  ).map(([table, line, help]) => {
    const key = line.split(' ')[0]!;
    return {
      title: `\`${table}.${key}\``,
      tables: `[${table}]\n«${key}»${line.slice(key.length)}`,
      code: 'not-available',
      message: `\`${key}\` is not available in this release`,
      help,
    };
  }),
  {
    title: 'a sandbox of the workflow',
    tables: '[«sandbox»]\nnetwork = false',
    code: 'not-available',
    message: '`sandbox` is not available in this release',
    help: 'call a sandbox of your own in the commands, such as `bwrap` or `podman run`',
  },
];

for (const { title, top = '', tables = '', code, message, help } of cases) {
  test(`${code}: ${title}`, () => {
    const { text, spans, related } = unmark(`id = "example"\n${top}\n${tables}\n[steps.build]\nrun = "make"\n`);
    const document = parseToml(text, 'workflow.toml');
    assert.deepEqual(document.diagnostics, []);
    const { diagnostics } = readModel(document, bareCatalog);
    const said = diagnostics.map((each) => ({ code: each.code, message: each.message, help: each.help }));
    assert.deepEqual(said, [{ code, message, help }]);
    const places = diagnostics.map((each) => each.span);
    assert.equal(mark(text, places), mark(text, spans));
    const relatedPlaces = diagnostics.flatMap((each) => each.related.map((place) => place.span));
    assert.equal(mark(text, relatedPlaces), mark(text, related));
  });
}

test('all mistakes of a file are reported at once, and what is right is in the model', () => {
  const text =
    'id = "Bad Id"\nmax_parallel = 0\nstepz = 1\n[steps.a]\nrun = 5\nneeds = ["b"]\n[steps.b]\nrun = "x"\ntimeout = 3\n';
  const { model, diagnostics } = readModel(parseToml(text, 'workflow.toml'), bareCatalog);
  assert.deepEqual(diagnostics.map((each) => each.code).sort(), [
    'bad-duration',
    'bad-id',
    'out-of-range',
    'unknown-key',
    'wrong-type',
  ]);
  assert.deepEqual(
    model?.steps.map(({ id, run, needs, timeoutMs }) => ({ id, run, needs, timeoutMs })),
    [
      { id: 'a', run: null, needs: ['b'], timeoutMs: null },
      { id: 'b', run: 'x', needs: [], timeoutMs: null },
    ],
  );
  assert.equal(model.maxParallel, 1);
});

test('a step, parameter or action that can not be read keeps its name, so that nothing that refers to it is reported too', () => {
  const text = 'id = "x"\nsteps.a = 1\nparameters.b = 2\nactions.c = 3\nenv.D = 4\n';
  const { model } = readModel(parseToml(text, 'workflow.toml'), bareCatalog);
  assert.deepEqual(
    [model?.steps[0]?.id, model?.parameters[0]?.name, model?.actions[0]?.name, Object.keys(model?.env ?? {})],
    ['a', 'b', 'c', ['D']],
  );
});

test('an empty file lacks its two required keys, and there is no model of it', () => {
  const { model, diagnostics } = readModel(parseToml('', 'workflow.toml'), bareCatalog);
  assert.equal(model, null);
  assert.deepEqual(
    diagnostics.map((each) => [each.message, each.help]),
    [
      ['the workflow has no `id`', 'add `id = "review-change"`'],
      ['the workflow has no `steps`', 'add a table `[steps.NAME]`'],
    ],
  );
});

test('the version may stand in the id, in its own key, or the same in both', () => {
  const versionOf = (top: string): [string | undefined, string | null | undefined, string[]] => {
    const { model, diagnostics } = readModel(parseToml(`${top}\n[steps.a]\nrun = "x"\n`, 'workflow.toml'), bareCatalog);
    return [model?.id, model?.version, diagnostics.map((each) => each.message)];
  };
  assert.deepEqual(versionOf('id = "acme/a@1.2.0"'), ['acme/a', '1.2.0', []]);
  assert.deepEqual(versionOf('id = "a"\nversion = "1.2.0-rc.1"'), ['a', '1.2.0-rc.1', []]);
  assert.deepEqual(versionOf('id = "a@1.2.0"\nversion = "1.2.0"'), ['a', '1.2.0', []]);
  assert.deepEqual(versionOf('id = "a@1.2.0"\nversion = "1.3.0"'), [
    'a',
    '1.3.0',
    ['`version` is 1.3.0, but `id` ends in @1.2.0'],
  ]);
});

test('inputs mean the same as dotted keys, as an inline table and as a table of their own', () => {
  const inputsOf = (text: string): unknown =>
    readModel(parseToml(`id = "x"\n[steps.a]\nuses = "ask"\n${text}\n`, 'workflow.toml'), bareCatalog).model?.steps[0]?.inputs;
  const expected = { prompt: 'x', more: { n: [1, 2.5, true] } };
  assert.deepEqual(inputsOf('inputs.prompt = "x"\ninputs.more.n = [1, 2.5, true]'), expected);
  assert.deepEqual(inputsOf('inputs = { prompt = "x", more = { n = [1, 2.5, true] } }'), expected);
  assert.deepEqual(inputsOf('[steps.a.inputs]\nprompt = "x"\nmore = { n = [1, 2.5, true] }'), expected);
});

test('what a syntax error took away is not reported as missing', () => {
  const document = parseToml('id = \n[steps.a]\nrun = "unclosed\n', 'workflow.toml');
  assert.ok(document.diagnostics.length > 0);
  assert.deepEqual(readModel(document, bareCatalog).diagnostics, []);
});
