import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { type ErrorResponse, errorResponse } from '../error-response.ts';

/** Docker's form: a status, and a message alone. */
export function dockerErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const { response } = request;
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    const status = ofEngine(response) ?? statuses[reported.code] ?? reported.status;
    return h.response({ message: sentenceOf(reported) }).code(status);
  };
}

/** Where Docker's differs from ours. */
const statuses: Readonly<Record<string, number>> = {
  // More than one id begins so.
  ambiguous_container: 400,
  // Nothing is wrong with the request: there is no room for it now.
  unschedulable: 409,
  quota_exceeded: 409,
};

/** Clients look for Docker's own words in some. */
function sentenceOf({ code, sentence, details }: ErrorResponse): string {
  if (code === 'no_such_container')
    return sentence.replace(/^no container found with id or name /, 'No such container: ');
  if (code === 'no_such_route') return 'page not found';
  if (code === 'unschedulable') return [sentence, ...reasonsIn(details)].join('; ');
  return sentence;
}

/** Why no engine could take it, as an `Explanation` counts it. */
function reasonsIn(details: unknown): string[] {
  const { counts } = Object(details) as { readonly counts?: unknown };
  return (Array.isArray(counts) ? counts : []).map(({ message, engines }) => `${message} (engines: ${engines})`);
}

const deepest = 4;

/** Where an engine itself said no, it said so with a number. */
function ofEngine(error: unknown): number | undefined {
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; cause instanceof Error && depth < deepest; depth += 1) {
    const status = 'status' in cause ? cause.status : undefined;
    if (typeof status === 'number') return status >= 400 && status < 600 ? status : undefined;
    cause = cause.cause;
  }
  return undefined;
}
