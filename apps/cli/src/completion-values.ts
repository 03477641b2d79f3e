// The values that completion proposes: workflows of this repository, runs and steps of the history, parameters of a file.
// Each kind loads only what it needs.

import type { Proposal, ValueSource } from './complete.ts';
import { completionTable } from './completion-table.ts';

const RUNS_MAX = 30;

/** Looks into the current folder and the history. */
export function createValueSource(host: NodeJS.Process): ValueSource {
  return {
    async propose(kind, words) {
      switch (kind) {
        case 'workflow':
          return proposeWorkflows(host.cwd());
        case 'run':
          return proposeRuns(host.env);
        case 'step':
          return proposeSteps(host.env, positionalsOf(words)[0] ?? '@', { withLog: words[0] === 'logs' || words[0] === 'diff' });
        case 'plan-step':
          return words[0] === 'run'
            ? proposeStepsOfFile(host.cwd(), positionalsOf(words)[0] ?? null)
            : proposeSteps(host.env, positionalsOf(words)[0] ?? '@', { withLog: false });
        case 'attempt':
          return plain(['all', 'last']);
        case 'asking-run':
        case 'question':
        case 'field':
          return proposeOfQuestions(host.env, kind, positionalsOf(words)[0] ?? null);
        case 'artifact':
          return proposeArtifacts(host.env, positionalsOf(words)[0] ?? '@');
        case 'parameter':
          return proposeParameters(host.cwd(), positionalsOf(words)[0] ?? null);
        case 'code':
          return [...(await proposeRuns(host.env)), ...(await proposeCodes())];
        case 'shell':
          return plain(['bash', 'zsh', 'fish']);
        case 'template':
          return plain(['minimal', 'agent-review', 'ci']);
        case 'workspace':
          return proposeWorkspaces(host);
        case 'file':
        case 'folder':
        case 'free':
          return [];
        default:
          return kind satisfies never;
      }
    },
  };
}

async function proposeWorkflows(cwd: string): Promise<Proposal[]> {
  const { listWorkflows } = await import('@workflow-platform/source');
  return listWorkflows(cwd).map(({ id, name }) => ({ text: id, what: name ?? '' }));
}

async function proposeWorkspaces(host: NodeJS.Process): Promise<Proposal[]> {
  const { acquireLock, lockHolder } = await import('@workflow-platform/journal');
  const { findWorkspaceHome, listAll } = await import('@workflow-platform/workspace-manager');
  const home = findWorkspaceHome({ cwd: host.cwd(), env: host.env, acquireLock, lockHolder, nowMs: Date.now, say: () => {} });
  const rows = listAll(home).filter(({ state }) => state !== 'foreign');
  return rows.map(({ id, status, state }) => ({ text: id, what: state === 'gone' ? state : status }));
}

async function openHistoryFor(env: NodeJS.ProcessEnv) {
  const { openHistory, statePaths } = await import('@workflow-platform/journal');
  return openHistory({ folder: statePaths(env).folder, mode: 'read' });
}

async function proposeRuns(env: NodeJS.ProcessEnv): Promise<Proposal[]> {
  const history = await openHistoryFor(env);
  const runs = history.listRuns({ limit: RUNS_MAX });
  history.close();
  return [
    { text: '@', what: 'the latest run' },
    ...runs.map(({ id, workflow, status }) => ({ text: id, what: `${workflow.id} ${status}` })),
  ];
}

/** Only what was carried out has a log and changes. */
async function proposeSteps(env: NodeJS.ProcessEnv, run: string, { withLog }: { withLog: boolean }): Promise<Proposal[]> {
  const history = await openHistoryFor(env);
  const events = history.readEvents(history.resolveRun(run));
  history.close();
  if (withLog) {
    const { attemptsOf } = await import('./attempts.ts');
    return plain([...new Set(attemptsOf(events).map(({ step }) => step))]);
  }
  const { viewOfRun } = await import('@workflow-platform/events');
  return viewOfRun(events).steps.map(({ id, status }) => ({ text: id, what: status }));
}

/** Runs that ask something; the steps of a run that do; the fields that these ask for. */
async function proposeOfQuestions(
  env: NodeJS.ProcessEnv,
  kind: 'asking-run' | 'question' | 'field',
  run: string | null,
): Promise<Proposal[]> {
  const { fieldsOf, questionText } = await import('./print/question.ts');
  const history = await openHistoryFor(env);
  const all = history.openQuestions(RUNS_MAX);
  const id = run === null ? null : history.resolveRun(run);
  history.close();
  if (kind === 'asking-run') return all.map(({ runId, workflow, step }) => ({ text: runId, what: `${workflow.id} ${step}` }));
  const asked = all.filter(({ runId }) => runId === id);
  if (kind === 'question') return asked.map(({ step, inputs }) => ({ text: step, what: questionText(inputs) }));
  return plain(asked.flatMap(({ inputs }) => fieldsOf(inputs).map(([name]) => `${name}=`)));
}

async function proposeArtifacts(env: NodeJS.ProcessEnv, run: string): Promise<Proposal[]> {
  const history = await openHistoryFor(env);
  const names = new Set(history.artifactsOf(history.resolveRun(run)).map((artifact) => artifact.name));
  history.close();
  return plain([...names]);
}

/** The steps that stand in the file, those in groups by their path. */
async function proposeStepsOfFile(cwd: string, reference: string | null): Promise<Proposal[]> {
  const document = await readWorkflowFile(cwd, reference);
  return document === null ? [] : proposeStepsIn(document.valueAt(['steps']), '');
}

function proposeStepsIn(steps: unknown, prefix: string): Proposal[] {
  if (typeof steps !== 'object' || steps === null) return [];
  return Object.entries(steps).flatMap(([id, step]) => {
    const { name = '', steps: inner = null } =
      typeof step === 'object' && step !== null ? (step as { name?: unknown; steps?: unknown }) : {};
    return [{ text: `${prefix}${id}`, what: typeof name === 'string' ? name : '' }, ...proposeStepsIn(inner, `${prefix}${id}.`)];
  });
}

async function proposeParameters(cwd: string, reference: string | null): Promise<Proposal[]> {
  const document = await readWorkflowFile(cwd, reference);
  if (document === null) return [];
  const parameters = document.valueAt(['parameters']);
  if (typeof parameters !== 'object' || parameters === null) return [];
  return Object.keys(parameters).flatMap((name) => {
    const description = document.valueAt(['parameters', name, 'description']);
    const what = typeof description === 'string' ? description : '';
    const values = valuesOf(document.valueAt(['parameters', name, 'type']), document.valueAt(['parameters', name, 'values']));
    return values === null ? [{ text: `${name}=`, what }] : values.map((value) => ({ text: `${name}=${value}`, what }));
  });
}

/** Nothing is fetched from the network for a completion. */
async function readWorkflowFile(cwd: string, reference: string | null) {
  const { decodeText, findWorkflow, readBytes } = await import('@workflow-platform/source');
  const { parseToml } = await import('@workflow-platform/core');
  const location = findWorkflow(reference, { cwd });
  if (location.kind === 'url') return null;
  return parseToml(decodeText(readBytes(location.path, { what: 'workflow file' }), location.path), location.path);
}

/** The values of a parameter that has only a few. */
function valuesOf(type: unknown, values: unknown): readonly string[] | null {
  if (type === 'boolean') return ['true', 'false'];
  if (!Array.isArray(values) || values.length === 0) return null;
  return values.filter((value) => typeof value === 'string');
}

async function proposeCodes(): Promise<Proposal[]> {
  const { rules } = await import('@workflow-platform/core');
  return rules.map(({ code, title }) => ({ text: code, what: title }));
}

/** The words that are no flags and no values of flags, without the subcommand. */
function positionalsOf(words: readonly string[]): string[] {
  const flags = completionTable[words[0]!]?.flags ?? {};
  return words.slice(1).filter((word, index, all) => {
    const previous = all[index - 1] ?? '';
    const isValue = previous.startsWith('--') && !previous.includes('=') && (flags[previous.slice(2)] ?? null) !== null;
    return !word.startsWith('-') && !isValue;
  });
}

function plain(texts: readonly string[]): Proposal[] {
  return texts.map((text) => ({ text, what: '' }));
}
