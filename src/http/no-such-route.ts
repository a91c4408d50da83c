import type { ErrorResponse } from './error-response.ts';

/** What the part of a path before a name is about. */
const nouns: Readonly<Record<string, string>> = {
  container: 'a container',
  engine: 'an engine',
  image: 'an image config',
  job: 'a job',
  service: 'a service',
};

/** Why nothing answers at a path: a name is missing in it, as where a script's variable is not set, or there is no such path. */
export function explainNoRoute({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): Partial<ErrorResponse> {
  const parts = path.split('/');
  const noun = parts.flatMap((part, index) => (part === '' ? (nouns[parts[index - 1] ?? ''] ?? []) : []))[0];
  if (noun !== undefined) return { status: 400, code: 'invalid', sentence: `the name of ${noun} is empty` };
  return { sentence: `there is no ${method.toUpperCase()} at this path: GET /apiv1/ lists what there is` };
}
