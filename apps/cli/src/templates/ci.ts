// The template `ci`: lint, build and tests in parallel, with the commands of the project it is written into.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Commands {
  readonly tool: string;
  /** First step, where there is something to fetch that the workspace does not hold. */
  readonly prepare: string | null;
  /** Script that fills a new workspace, and the files that decide what it makes. */
  readonly setup: { readonly script: string; readonly key: readonly string[] } | null;
  readonly lint: string;
  readonly build: string;
  readonly test: string;
  /** Folders of ignored files worth bringing along. */
  readonly include: readonly string[];
}

/** Returns the text of the file for the project in a folder. */
export function ciTemplate(folder: string): string {
  const commands = detectCommands(folder);
  const needsPrepare = commands.prepare === null ? '' : 'needs = ["prepare"]\n';
  return `# Lint, build and tests of a change, at once where possible, in a workspace of their own. Try:
#   workflow plan ci     what runs when
#   workflow run ci
id = "ci"
name = "Checks of a change"
max_parallel = 3

[requirements]
commands = [${JSON.stringify(commands.tool)}]
${workspaceTable(commands)}${prepareStep(commands)}
[steps.lint]
${needsPrepare}run = ${toToml(commands.lint)}
on_failure = "continue"   # a finding of the linter does not stop the tests
timeout = "10m"

[steps.build]
${needsPrepare}run = ${toToml(commands.build)}
timeout = "20m"

[steps.test]
needs = ["build"]
run = ${toToml(commands.test)}
timeout = "30m"

[steps.report]
needs = ["lint", "test"]
when = "!cancelled()"
run = """
{
  echo "# Checks"
  echo "lint: \${{ steps.lint.outcome }}"
  echo "build: \${{ steps.build.outcome }}"
  echo "tests: \${{ steps.test.outcome }}"
} > checks.md
cat checks.md
"""

[artifacts.checks]
path = "checks.md"
retention = "30d"
`;
}

function workspaceTable({ include, setup }: Commands): string {
  if (setup !== null) {
    const key = `setup_key = [${setup.key.map((path) => JSON.stringify(path)).join(', ')}]`;
    return `\n[workspace]\n# Runs in a new workspace; the next one gets a copy while the key is the same.\nsetup = ${toToml(setup.script)}\n${key}\n`;
  }
  if (include.length === 0) return '';
  return `\n[workspace]\n# Ignored files that the checks need are brought along.\ninclude = ${JSON.stringify(include)}\n`;
}

function prepareStep({ prepare }: Commands): string {
  return prepare === null ? '' : `\n[steps.prepare]\nrun = ${toToml(prepare)}\ntimeout = "15m"\n`;
}

function detectCommands(folder: string): Commands {
  const has = (name: string) => existsSync(join(folder, name));
  if (has('package.json')) return nodeCommands(folder);
  if (has('Cargo.toml')) {
    const cargo = {
      tool: 'cargo',
      prepare: 'cargo fetch',
      setup: null,
      lint: 'cargo clippy --all-targets',
      build: 'cargo build',
      test: 'cargo test',
    };
    return { ...cargo, include: ['target'] };
  }
  if (has('go.mod')) {
    return {
      tool: 'go',
      prepare: 'go mod download',
      setup: null,
      lint: 'go vet ./...',
      build: 'go build ./...',
      test: 'go test ./...',
      include: [],
    };
  }
  if (has('pyproject.toml') || has('setup.py')) {
    const python = {
      tool: 'python3',
      prepare: 'python3 --version',
      setup: null,
      lint: 'python3 -m compileall -q .',
      build: 'python3 -m compileall -q .',
    };
    return { ...python, test: 'python3 -m pytest', include: ['.venv'] };
  }
  if (has('Makefile')) {
    const make = { tool: 'make', prepare: 'make --version', setup: null };
    return { ...make, lint: 'make lint', build: 'make', test: 'make test', include: [] };
  }
  const todo = (what: string) => `echo "put the command that ${what} here"`;
  return {
    tool: 'sh',
    prepare: todo('fetches what is needed'),
    setup: null,
    lint: todo('lints'),
    build: todo('builds'),
    test: todo('tests'),
    include: [],
  };
}

function nodeCommands(folder: string): Commands {
  const lock = existsSync(join(folder, 'package-lock.json'));
  return {
    tool: 'npm',
    prepare: null,
    setup: {
      script: `test -d node_modules || npm ${lock ? 'ci' : 'install'}`,
      key: lock ? ['package-lock.json', 'package.json'] : ['package.json'],
    },
    lint: 'npm run lint --if-present',
    build: 'npm run build --if-present',
    test: hasScript(folder, 'test') ? 'npm test' : 'npm test --if-present',
    include: [],
  };
}

function hasScript(folder: string, name: string): boolean {
  try {
    const parsed = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts?: Record<string, unknown> };
    return typeof parsed.scripts?.[name] === 'string';
  } catch {
    return false;
  }
}

function toToml(command: string): string {
  return command.includes("'") ? JSON.stringify(command) : `'${command}'`;
}
