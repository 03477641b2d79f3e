// The whole format: the keys of a workflow file.
// Not here: parameters, steps and what they share (parameter-shape.ts, step-shape.ts, body-shape.ts).

import { bodyKeys, envShape } from './body-shape.ts';
import {
  boolean,
  choice,
  defaulted,
  duration,
  integer,
  json,
  list,
  map,
  optional,
  prose,
  required,
  table,
  text,
} from './define.ts';
import {
  actionName,
  actionReference,
  artifactName,
  commandRequirement,
  inputName,
  insideGlob,
  insidePath,
  semanticVersion,
  webAddress,
  workflowId,
} from './formats.ts';
import { actionInputsShape, parametersShape } from './parameter-shape.ts';
import type { Produced } from './shape.ts';
import { stepsShape } from './step-shape.ts';

const requirementsShape = table({
  name: 'requirements',
  mainKey: 'commands',
  title: 'the requirements',
  keys: {
    commands: optional(list(text({ format: commandRequirement }), { itemName: 'a requirement', distinct: true }), {
      doc: 'Programs that must be there, each by name or with the version it needs.',
      example: '["git", "jj >= 0.30"]',
    }),
    python: optional(list(text({ format: commandRequirement }), { itemName: 'a requirement', distinct: true }), {
      doc: 'Python packages that must be there, each by name or with the version it needs.',
      example: '["ruff >= 0.5"]',
    }),
    nix: optional(text(), {
      doc: 'A Nix installable whose development shell the steps run in.',
      example: '".#review"',
      notAvailable: 'start the run itself inside `nix develop`',
    }),
    container: optional(text(), {
      doc: 'A container image the steps run in.',
      example: '"registry.example/agent:1"',
      notAvailable: 'call `podman run` or `docker run` in the steps',
    }),
  },
});

const workspaceShape = table({
  name: 'workspace',
  title: 'the workspace',
  keys: {
    provider: defaulted(choice(['auto', 'jj', 'git', 'copy', 'none']), 'auto', {
      doc: 'What the workspace is made with: a Jujutsu workspace, a git worktree, a plain copy, none (the steps work in the checkout itself), or whatever fits the folder (`auto`).',
      example: '"copy"',
    }),
    base: optional(text({ content: 'template' }), {
      doc: 'The revision to start from. Without it: the head of the repository.',
      example: '"${{ params.change }}"',
    }),
    include: optional(list(text({ format: insideGlob }), { itemName: 'a glob', distinct: true }), {
      doc: 'Globs of ignored files to bring along.',
      example: '[".env", "node_modules"]',
    }),
    snapshot: optional(choice(['step', 'run']), {
      doc: 'What is kept apart of what a run changed: what each step did, as a Jujutsu change or a git commit (`step`), or the run as a whole (`run`). Without it: `step` for provider `jj`, else `run`.',
      example: '"step"',
    }),
    keep: defaulted(choice(['always', 'on-failure', 'never']), 'on-failure', {
      doc: 'When the workspace stays after the run.',
      example: '"always"',
    }),
    setup: optional(text({ content: 'template' }), {
      doc: 'A script for `sh` that prepares a new workspace before the first step; in `${{ }}` it reads `params` and `env`. Not run where the steps work in the checkout itself.',
      example: '"npm ci"',
    }),
    setup_key: optional(list(text({ format: insidePath }), { itemName: 'a path', mayBeEmpty: false, distinct: true }), {
      doc: 'Files and folders of the workspace that decide what `setup` makes: while their content is the same, a new workspace gets a copy of what an earlier one had made instead of running it again.',
      example: '["package-lock.json"]',
      beside: ['setup'],
    }),
    direnv: defaulted(choice(['auto', 'require', 'off']), 'auto', {
      doc: 'Whether steps get the environment of the `.envrc`: if you have allowed the same file in your checkout (`auto`), or else the run fails (`require`), or never (`off`).',
      example: '"require"',
    }),
  },
});

const actionShape = table({
  name: 'action',
  mainKey: 'run',
  title: 'an action',
  body: ['run', 'argv', 'uses'],
  keys: {
    description: optional(prose(), {
      doc: 'What the action does.',
      example: '"Asks the agent"',
    }),
    inputs: optional(actionInputsShape, {
      doc: 'The inputs of the action, read as `inputs.NAME`. A step that uses it gives their values.',
      example: '{ prompt = { type = "string", required = true } }',
    }),
    ...bodyKeys,
    uses: optional(text({ format: actionReference }), {
      doc: 'Another action that this one is made of.',
      example: '"http/request"',
    }),
    with: optional(map({ placeholder: '<name>', nameFormat: inputName, values: () => json() }), {
      doc: 'Values for the inputs of what `uses` names; in an action, `inputs` declares its own.',
      example: '{ url = "https://example.org/${{ inputs.page }}" }',
      beside: ['uses'],
    }),
  },
});

const artifactShape = table({
  name: 'artifact',
  mainKey: 'path',
  title: 'an artifact',
  keys: {
    path: required(text({ format: insideGlob }), {
      doc: 'A glob of files in the workspace to keep after the run.',
      example: '"reports/**/*.md"',
    }),
    retention: optional(duration(), {
      doc: 'How long they are kept. Without it: until somebody deletes them.',
      example: '"30d"',
    }),
    required: defaulted(boolean(), false, {
      doc: 'Whether the run fails when there is no such file.',
      example: 'true',
    }),
  },
});

/** A workflow file. */
export const workflowShape = table({
  name: 'workflow',
  title: 'the workflow',
  keys: {
    id: required(text({ format: workflowId }), {
      doc: 'What the workflow is called by commands and other workflows; optionally with its owner, `owner/name`, and version, `name@1.2.0`.',
      example: '"review-change"',
    }),
    version: optional(text({ format: semanticVersion }), {
      doc: 'The version of the workflow, a semantic version.',
      example: '"1.2.0"',
    }),
    name: optional(text(), {
      doc: 'What the workflow is called on screens.',
      example: '"Review a change"',
    }),
    description: optional(prose(), {
      doc: 'What the workflow is for.',
      example: '"Builds a change and lets an agent review it."',
    }),
    tags: optional(list(text(), { itemName: 'a tag', distinct: true }), {
      doc: 'Words to find the workflow by.',
      example: '["review", "ai"]',
    }),
    license: optional(text(), {
      doc: 'The licence, as an SPDX expression.',
      example: '"MIT"',
    }),
    homepage: optional(text({ format: webAddress }), {
      doc: 'Where to read more.',
      example: '"https://example.org"',
    }),
    max_parallel: defaulted(integer(1, 10_000), 1, {
      doc: 'How many steps of one run may run at once. 1: one after the other.',
      example: '4',
    }),
    env: optional(envShape, {
      doc: 'Environment variables of every step.',
      example: '{ CI = "1" }',
    }),
    parameters: optional(parametersShape, {
      doc: 'Values that whoever starts a run may or must give, read as `params.NAME`.',
      example: '{ depth = { type = "enum", values = ["quick", "deep"] } }',
    }),
    requirements: optional(requirementsShape, {
      doc: 'What the machine must have; checked before the run starts.',
      example: '{ commands = ["git"] }',
    }),
    workspace: optional(workspaceShape, {
      doc: 'The folder of its own that each run works in.',
      example: '{ base = "${{ params.change }}", keep = "on-failure" }',
    }),
    actions: optional(map({ placeholder: '<name>', nameFormat: actionName, values: () => actionShape }), {
      doc: 'Reusable templates for steps.',
      example: '{ greet = { argv = ["echo", "hello"] } }',
    }),
    steps: required(stepsShape, {
      doc: 'What is carried out. Steps start in the order of the file as soon as all they need is done.',
      example: '{ build = { run = "make" } }',
    }),
    artifacts: optional(map({ placeholder: '<name>', nameFormat: artifactName, values: () => artifactShape }), {
      doc: 'Files of the workspace to keep after the run.',
      example: '{ report = { path = "reports/**/*.md" } }',
    }),
    sandbox: optional(json(), {
      doc: 'What the steps may read, write and reach.',
      example: '{ network = false }',
      notAvailable: 'call a sandbox of your own in the commands, such as `bwrap` or `podman run`',
    }),
  },
});

/** A workflow file as read. */
export type ReadWorkflow = Produced<typeof workflowShape>;
