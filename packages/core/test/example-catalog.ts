// A catalog for tests: a few actions, a plugin, two other workflows and a template, without any of them having to exist.

import {
  type ActionInputModel,
  type ActionSignature,
  bareCatalog,
  type Catalog,
  humanActions,
  parseToml,
  readModel,
  type ReferredWorkflow,
} from '../src/index.ts';

const OTHER = `id = "other"

[parameters.depth]
type = "integer"
required = true

[parameters.token]
type = "secret"

[steps.look]
argv = ["look", "\${{ params.depth }}"]
env.TOKEN = "\${{ secrets.token }}"
`;

const RETURNING = `id = "returning"

[steps.back]
uses = "workflow:example"
`;

const BROKEN = 'Fix the open remarks of ${{ params.change }}.\n\nThe rules:\n${{ steps.unknown.outputs.text }}\n';

/** Everything that the fixtures refer to. */
export const exampleCatalog: Catalog = {
  ...bareCatalog,
  validators: [
    {
      name: 'naming',
      check: (model) => {
        if (model.steps.some(({ id }) => id === 'break-the-validator')) throw new Error('no rule for this name');
        return model.steps
          .filter(({ id }) => id.startsWith('badly'))
          .map(({ id }) => ({
            code: 'name',
            message: `\`${id}\` is no name for a step`,
            help: 'rename it',
            path: ['steps', id],
            severity: 'error',
          }));
      },
    },
  ],
  actions: [
    ...humanActions,
    signature('agent/run', {
      inputs: [input('prompt', { required: true }), input('output_schema', { type: 'json' })],
      outputs: ['text', 'json'],
      outputSchema: 'output_schema',
      stdinInput: 'prompt',
    }),
    signature('git/diff-summary', { outputs: ['changed', 'files'] }),
    signature('http/request', {
      inputs: [input('url', { required: true }), input('token', { secret: true }), input('body', { type: 'json' })],
      outputs: ['status', 'body'],
    }),
    signature('plugin:notes/write', { kind: 'plugin', version: '2.1.0', inputs: [input('text', { required: true })] }),
    signature('workflow/run', {
      inputs: [input('workflow', { required: true })],
      openInputs: true,
      outputs: ['run_id', 'status'],
    }),
  ],
  workflows: {
    './other.toml': referred('./other.toml', OTHER),
    'workflow:other': referred('workflow:other', OTHER),
    'workflow:returning': referred('workflow:returning', RETURNING),
  },
  files: {
    'prompts/broken.md': { digest: 'a'.repeat(64), text: BROKEN },
    'prompts/fix.md': { digest: 'b'.repeat(64), text: 'Fix the open remarks.\n' },
    'rules/issues.md': { digest: 'c'.repeat(64), text: 'One issue a line.\n' },
  },
};

function signature(
  reference: string,
  more: {
    kind?: ActionSignature['kind'];
    version?: string;
    inputs?: readonly ActionInputModel[];
    openInputs?: boolean;
    outputs?: readonly string[];
    outputSchema?: string;
    stdinInput?: string;
  },
): ActionSignature {
  const { kind = 'builtin', version = null, inputs = [], openInputs = false, outputs = [], ...ways } = more;
  return {
    reference,
    kind,
    description: reference,
    version,
    inputs,
    openInputs,
    outputs: outputs.map((name) => ({ name, from: 'file', pattern: null, value: null, required: true, description: null })),
    ...ways,
  };
}

function input(name: string, more: Partial<ActionInputModel> = {}): ActionInputModel {
  return { name, type: 'string', required: false, default: undefined, secret: false, description: null, values: null, ...more };
}

function referred(reference: string, text: string): ReferredWorkflow {
  const { model } = readModel(parseToml(text, reference), bareCatalog);
  if (model === null) throw new Error(`the example workflow ${reference} does not read`);
  return { reference, source: `/examples/${reference}`, fileDigest: 'd'.repeat(64), model };
}
