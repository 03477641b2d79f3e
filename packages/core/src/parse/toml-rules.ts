// The pages of the mistakes that reading a TOML text finds.
// Not here: where each is found (toml-*.ts), the pages of other rules.

import type { RulePage } from '../diagnostic/rule-page.ts';

/** A page for each code that `parseToml` reports. */
export const tomlRules: readonly RulePage[] = [
  page(
    'toml-control-character',
    'A character that no TOML file may hold',
    `Control characters, other than tab and line end, may stand nowhere in a TOML file: not in text, not in comments. They cannot be
seen in an editor and often come from a copied terminal screen or from a file that is no text at all. A carriage return
counts as one unless a line feed follows it. Remove the character; where it is meant, write it as an escape in double quotes.`,
    'run = "echo \u0007"',
    'run = "echo \\u0007"',
  ),
  page(
    'toml-unclosed-string',
    'Text whose closing quotes are missing',
    `A string in single or double quotes ends on the line it starts on. Text of several lines stands between three quotes and goes
on until the same three come again. When those never come, reading goes on at the next table header, or at the line that
looks like the start of the next text.`,
    'run = "make',
    'run = "make"',
  ),
  page(
    'toml-bad-escape',
    'A backslash that starts no escape',
    `In double quotes a backslash starts an escape: \`\\n\`, \`\\t\`, \`\\"\`, \`\\\\\`, \`\\b\`, \`\\f\`, \`\\r\`, \`\\e\`, \`\\x41\`, \`\\u00e9\`, \`\\U0001F600\`. Regular
expressions and Windows paths are full of backslashes that mean none of these: double them, or use single quotes, in which a
backslash is just a backslash.`,
    'pattern = "^\\d+$"',
    "pattern = '^\\d+$'",
  ),
  page(
    'toml-missing-key',
    'A line without a key',
    'Every line is `key = value`, a `[table]` or a comment. Here the key is missing, or a part of it before or after a dot.',
    '= "build"',
    'id = "build"',
  ),
  page(
    'toml-bad-key',
    'A key that needs quotes',
    `Without quotes a key consists of the letters a-z and A-Z, digits, \`_\` and \`-\`; dots divide it into the names of tables. Anything else,
blanks and accented letters too, needs quotes around that part of the key. Triple quotes cannot hold a key.`,
    '[steps.build all]\nrun = "make"',
    '[steps."build all"]\nrun = "make"',
  ),
  page(
    'toml-missing-equals',
    'A key without `=`',
    'Between a key and its value stands `=`. Other formats have a colon or a blank there; TOML has not.',
    'name: "Build"',
    'name = "Build"',
  ),
  page(
    'toml-missing-value',
    'A key without a value',
    'The value stands on the same line as its key. An empty text is `""`, an empty list `[]`; a key that has no value is left out.',
    'description =',
    'description = ""',
  ),
  page(
    'toml-bad-value',
    'Something that is no value',
    'A value is text in quotes, a number, `true` or `false`, a date, a list in `[ ]` or a table in `{ }`. TOML has no null: leave the key out.',
    'required = True',
    'required = true',
  ),
  page(
    'toml-unquoted-text',
    'Text without quotes',
    'Text always stands in quotes: double ones, in which a backslash starts an escape, or single ones, in which nothing has a special meaning.',
    'run = cargo build',
    'run = "cargo build"',
  ),
  page(
    'toml-bad-number',
    'Something that begins like a number but is none',
    `Numbers are written \`42\`, \`-7\`, \`1_000\`, \`0xff\`, \`0.5\`, \`1e9\`. They have no leading zeros, no unit, and digits on both sides of the
dot; integers fit in 64 bits. Durations, sizes and versions are text and stand in quotes.`,
    'timeout = 10m',
    'timeout = "10m"',
  ),
  page(
    'toml-bad-date',
    'A date or time that does not exist',
    'What looks like a date or a time without quotes has to be one: the month has that day, the day that hour.',
    'since = 2026-02-30',
    'since = 2026-02-28',
  ),
  page(
    'toml-junk-after-value',
    'Something behind a value',
    `Behind a value only a comment may stand. Most often two lines have run together, or quotes inside a text have ended it early: inside
double quotes they are written \`\\"\`.`,
    'run = "echo "hello""',
    'run = "echo \\"hello\\""',
  ),
  page(
    'toml-missing-comma',
    'Two elements without a comma between them',
    'Commas divide the elements of `[ ]` and the keys of `{ }`, also when each stands on a line of its own.',
    'needs = ["build" "lint"]',
    'needs = ["build", "lint"]',
  ),
  page(
    'toml-extra-comma',
    'A comma without an element before it',
    'A comma follows an element. One comma may follow the last one, but two in a row, or one at the start, may not stand.',
    'needs = ["build",, "lint"]',
    'needs = ["build", "lint"]',
  ),
  page(
    'toml-unclosed-array',
    'A list whose `]` is missing',
    'A list goes on until its `]`, over several lines if need be. The next line that can only be a new key or a header shows that it is missing.',
    'needs = ["build", "lint"\nrun = "make"',
    'needs = ["build", "lint"]\nrun = "make"',
  ),
  page(
    'toml-unclosed-inline-table',
    'An inline table whose `}` is missing',
    'A table in braces goes on until its `}`, over several lines if need be, with commas between its keys.',
    'env = { RUST_LOG = "info"\nrun = "make"',
    'env = { RUST_LOG = "info" }\nrun = "make"',
  ),
  page(
    'toml-wrong-bracket',
    'A bracket closed by one of another kind',
    'What `[` opens, `]` closes; what `{` opens, `}` closes.',
    'needs = ["build"}',
    'needs = ["build"]',
  ),
  page(
    'toml-unclosed-header',
    'A table header whose `]` is missing',
    'The header of a table stands between `[` and `]`, that of an element of an array of tables between `[[` and `]]`, on a line of its own.',
    '[steps.build\nrun = "make"',
    '[steps.build]\nrun = "make"',
  ),
  page(
    'toml-duplicate-key',
    'A key defined twice',
    'A key has one value. Remove one of the two lines, or rename the key; the file does not say which of them was meant.',
    'timeout = "1m"\ntimeout = "2m"',
    'timeout = "2m"',
  ),
  page(
    'toml-duplicate-table',
    'A table defined twice',
    'The header of a table stands once. Two steps need two names; two halves of one step belong below one header.',
    '[steps.build]\nrun = "make"\n[steps.build]\nrun = "make test"',
    '[steps.build]\nrun = "make"\n[steps.test]\nrun = "make test"',
  ),
  page(
    'toml-dotted-key-conflict',
    'A dotted key that reaches into a table with a header',
    'A table is written in one way: with a header, or with dotted keys. Once it has a header, further keys stand below that header.',
    '[steps.build.env]\nA = "1"\n[steps.build]\nenv.B = "2"',
    '[steps.build.env]\nA = "1"\nB = "2"',
  ),
  page(
    'toml-inline-table-extended',
    'A key added to an inline table',
    'A table in braces is complete where its `}` stands. Write further keys between the braces, or the whole table below a header.',
    'env = { A = "1" }\nenv.B = "2"',
    'env = { A = "1", B = "2" }',
  ),
  page(
    'toml-not-a-table',
    'A key below something that is no table',
    'Only a table holds keys. Here the same name already stands for text, a number, a list or something else, or `[[ ]]` meets a single table.',
    'workspace = "copy"\n[workspace.env]\nA = "1"',
    '[workspace]\nprovider = "copy"\nenv.A = "1"',
  ),
  page(
    'toml-too-deep',
    'Nesting without end',
    'Tables, lists and dotted keys may nest 128 levels deep. No workflow needs more; a file that has more was made to break something.',
    `a = ${'['.repeat(129)}${']'.repeat(129)}`,
    'a = [[["b"]]]',
  ),
  page(
    'toml-too-many-mistakes',
    'More mistakes than are worth listing',
    'After a hundred mistakes reading stops. Fix the first ones, or look whether this is the file that was meant.',
    `needs = [${','.repeat(101)}]`,
    'id = "build"',
  ),
];

function page(code: string, title: string, explanation: string, bad: string, good: string): RulePage {
  return { code, severity: 'error', title, explanation: explanation.replaceAll('\n', ' '), bad, good };
}
