// The pages of what can be wrong with expressions and with `${{ }}` in scripts.
// Not here: what finds them (compile.ts, parse-text.ts, plan/rewrite-script.ts), rules about what names mean (validate/).

import type { RulePage } from '../diagnostic/rule-page.ts';

const steps = (text: string): string => `id = "example"\n\n${text}`;

/** The pages of the codes that expressions and scripts give. */
export const expressionRules: readonly RulePage[] = [
  {
    code: 'expression-syntax',
    severity: 'error',
    title: 'an expression can not be read',
    explanation:
      "Expressions are written as in GitHub's workflows: texts in single quotes (`''` for a quote inside), `==` and `!=` to compare, `&&`, `||` and `!` to combine, `a.b`, `a['b']` and `a.*` to reach into values. There is no arithmetic; compute numbers in a step.",
    bad: steps('[steps.build]\nwhen = "params.mode = \'full\'"\nrun = "make"\n'),
    good: steps('[steps.build]\nwhen = "params.mode == \'full\'"\nrun = "make"\n'),
  },
  {
    code: 'expression-unknown-function',
    severity: 'error',
    title: 'an expression calls a function that does not exist',
    explanation:
      'There are case, contains, startsWith, endsWith, format, join, toJSON, fromJSON and semver for values; success, failure, always and cancelled for how the run went; exists, changed and file for the workspace. Case does not matter. `hashFiles` is not offered: `changed(path)` says whether a step changed a file.',
    bad: steps('[steps.build]\nwhen = "hashFiles(\'a\') != \'\'"\nrun = "make"\n'),
    good: steps('[steps.build]\nwhen = "exists(\'a\')"\nrun = "make"\n'),
  },
  {
    code: 'expression-argument-count',
    severity: 'error',
    title: 'a function is called with too few or too many arguments',
    explanation:
      'Each function takes a fixed number of arguments; `case` takes pairs of a condition and a value, then the value otherwise.',
    bad: steps('[steps.build]\nwhen = "contains(params.mode)"\nrun = "make"\n'),
    good: steps('[steps.build]\nwhen = "contains(params.mode, \'full\')"\nrun = "make"\n'),
  },
  {
    code: 'expression-invalid-argument',
    severity: 'error',
    title: 'a function is called with an argument that it can never take',
    explanation:
      'A format string with a brace that stands alone or a number without a value, an operator that `semver` does not have, a text that is no version: these are found before the run, as the argument is written in the file.',
    bad: steps('[steps.build]\nwhen = "semver(params.version, \'=>\', \'1.2.0\')"\nrun = "make"\n'),
    good: steps('[steps.build]\nwhen = "semver(params.version, \'>=\', \'1.2.0\')"\nrun = "make"\n'),
  },
  {
    code: 'expression-too-deep',
    severity: 'error',
    title: 'an expression nests too deep',
    explanation:
      'Brackets, calls, `!` and chains of comparisons may nest 50 levels deep. Compute a part of the expression in a step.',
    bad: steps(`[steps.build]\nwhen = "${'!'.repeat(51)}params.quick"\nrun = "make"\n`),
    good: steps('[steps.build]\nwhen = "!params.quick"\nrun = "make"\n'),
  },
  {
    code: 'expression-too-long',
    severity: 'error',
    title: 'an expression is too long',
    explanation: 'An expression may have 21,000 characters. Put long texts into files or parameters.',
    bad: steps(`[steps.build]\nwhen = "params.mode == '${'x'.repeat(21_000)}'"\nrun = "make"\n`),
    good: steps('[steps.build]\nwhen = "params.mode == \'x\'"\nrun = "make"\n'),
  },
  {
    code: 'interpolation-unclosed',
    severity: 'error',
    title: 'a `${{` is never closed',
    explanation: 'Close it with `}}`. For the three characters themselves write `$${{`.',
    bad: steps('[steps.build]\nrun = "echo ${{ params.mode"\n'),
    good: steps('[steps.build]\nrun = "echo ${{ params.mode }}"\n'),
  },
  {
    code: 'interpolation-single-quotes',
    severity: 'error',
    title: 'a value stands in single quotes of a script',
    explanation:
      'In a script each `${{ }}` becomes an environment variable, so that no value is ever read as shell text. In single quotes the shell reads no variable. Use double quotes, or end the quotes before the value and begin them again behind it.',
    bad: steps('[steps.build]\nrun = "echo \'mode: ${{ params.mode }}\'"\n'),
    good: steps("[steps.build]\nrun = '''echo \"mode: ${{ params.mode }}\"'''\n"),
  },
  {
    code: 'interpolation-heredoc-quoted',
    severity: 'error',
    title: 'a value stands in a here-document whose delimiter is quoted',
    explanation:
      "After `<<'EOF'` the shell reads no variables up to `EOF`. Take the quotes away (and write a backslash before every `$` and backtick that is meant as it is), or give the value by `env` to the program that reads the text.",
    bad: steps("[steps.build]\nrun = '''\ncat <<\"EOF\"\n${{ params.mode }}\nEOF\n'''\n"),
    good: steps("[steps.build]\nrun = '''\ncat <<EOF\n${{ params.mode }}\nEOF\n'''\n"),
  },
  {
    code: 'interpolation-backticks',
    severity: 'error',
    title: 'a value stands in backticks of a script',
    explanation:
      'The shell reads what is in backticks twice, with rules of its own for backslashes. `$(…)` does the same and nests.',
    bad: steps('[steps.build]\nrun = "x=`basename ${{ params.mode }}`"\n'),
    good: steps('[steps.build]\nrun = "x=$(basename ${{ params.mode }})"\n'),
  },
  {
    code: 'interpolation-arithmetic',
    severity: 'error',
    title: 'the shell would compute with a value',
    explanation:
      'In `$((…))`, `((…))`, `[[ … -eq … ]]`, subscripts, `let`, `declare -i` and where a builtin takes the name of a variable, shells evaluate text as arithmetic, and arithmetic runs the commands in `a[$(…)]`. Check that the value is a number, in a variable of your own, and compute with that.',
    bad: steps('[steps.build]\nrun = "echo $(( ${{ params.count }} + 1 ))"\n'),
    good: steps(
      "[steps.build]\nrun = '''\nn=${{ params.count }}\ncase $n in \"\" | *[!0-9]*) exit 2 ;; esac\necho $(( n + 1 ))\n'''\n",
    ),
  },
  {
    code: 'interpolation-expansion',
    severity: 'error',
    title: 'a value stands inside `${…}` of a script',
    explanation: 'Shells disagree on how text inside `${name:-…}` is quoted. Assign the value to a variable first.',
    bad: steps('[steps.build]\nrun = "echo ${MODE:-${{ params.mode }}}"\n'),
    good: steps("[steps.build]\nrun = '''\nmode=${{ params.mode }}\necho \"${MODE:-$mode}\"\n'''\n"),
  },
  {
    code: 'interpolation-eval',
    severity: 'error',
    title: 'a value would become code',
    explanation:
      'What `eval`, `sh -c`, `ssh`, `awk`, `sed`, `python -c` and their like are given is read as a program, by an argument or through a pipe or here-document; a value in it could be one. Give the value as an argument of that program (`sh -c \'… "$1"\' sh VALUE`), or by `env`.',
    bad: steps("[steps.build]\nrun = '''\nsh -c \"echo ${{ params.mode }}\"\n'''\n"),
    good: steps("[steps.build]\nrun = '''\nsh -c 'echo \"$1\"' sh ${{ params.mode }}\n'''\n"),
  },
  {
    code: 'interpolation-command',
    severity: 'error',
    title: 'a value would choose the program that runs',
    explanation:
      'At the place of a command a value would name the program. Choose between programs with `case`, or use `argv`, where a program named by a value is plain to see. An argument of a command that is itself named by a variable is refused too, as that may be a shell.',
    bad: steps('[steps.build]\nrun = "${{ params.tool }} --version"\n'),
    good: steps('[steps.build]\nargv = ["${{ params.tool }}", "--version"]\n'),
  },
  {
    code: 'interpolation-unclear',
    severity: 'error',
    title: 'it is not certain how the shell reads a value',
    explanation:
      'The script could not be followed up to here, or different shells would read it differently: `((` in `sh`, `\\` before a value, quotes that do not end. Write the statement in a plainer way, set `shell = "bash"` if it is meant for bash, or give the value by `env`.',
    bad: steps('[steps.build]\nrun = "echo \\\\${{ params.mode }}"\n'),
    good: steps('[steps.build]\nrun = "echo ${{ params.mode }}"\n'),
  },
  {
    code: 'interpolation-other-language',
    severity: 'error',
    title: 'a value stands in a script of another language than shell',
    explanation:
      'Every language quotes in its own way, so a value could end its quotes and run as code. Give it by `env` and read the variable.',
    bad: steps('[steps.build]\nshell = "python3"\nrun = "print(\'${{ params.mode }}\')"\n'),
    good: steps(
      '[steps.build]\nshell = "python3"\nenv = { MODE = "${{ params.mode }}" }\nrun = "import os; print(os.environ[\'MODE\'])"\n',
    ),
  },
];
