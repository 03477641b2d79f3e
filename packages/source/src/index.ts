// Finds and reads workflow files and what they refer to: paths, ids, URLs.

export { decodeText, NotText } from './decode-text.ts';
export { openSha256, sha256 } from './digest.ts';
export { fetchedFolder, fetchWorkflow } from './fetch-workflow.ts';
export type { FetchOptions } from './fetch-workflow.ts';
export { candidateFiles, findWorkflow, listWorkflows } from './find-workflow.ts';
export type { WorkflowListing, WorkflowLocation } from './find-workflow.ts';
export { readBytes, SOURCE_BYTES_MAX } from './read-bytes.ts';
export { findRepositoryRoot } from './repository-root.ts';
export { loadWorkflow } from './load-workflow.ts';
export type { LoadedWorkflow, LoadOptions } from './load-workflow.ts';
export { boundaryOf, readTextBeside, resolveInside } from './read-beside.ts';
export type { Boundary } from './read-beside.ts';
