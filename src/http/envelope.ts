import type { Lifecycle } from '@hapi/hapi';
import type { ErrorBody } from '../api/error.ts';
import type { Logger } from '../logging/logger.ts';
import type { SatsumaError } from '../model/errors.ts';
import { type ErrorResponse, errorResponse, errorResponseOf } from './error-response.ts';

/** Every answer: `data` is the result or an error message; additional fields are beside it. */
interface Envelope {
  readonly ok: boolean;
  readonly data: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: Envelope;
}

export function success(data: unknown, beside: Readonly<Record<string, unknown>> = {}): Envelope {
  return { ok: true, data, ...beside };
}

/** Converts any thrown error into an answer. */
export function envelopeErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const error = errorResponse(request, logger);
    const reported = error?.code === 'no_such_route' ? { ...error, ...explainNoRoute(request) } : error;
    return reported ? h.response(failure(reported)).code(reported.status) : h.continue;
  };
}

/** The answer to an error. */
export function answerOf(error: SatsumaError): Answer {
  const reported = errorResponseOf(error);
  return { status: reported.status, body: failure(reported) };
}

/** An error beside `data`. */
export function serializeError({ code, message, details }: SatsumaError): ErrorBody {
  return { code, message, ...(details === undefined ? {} : { details }) };
}

function failure({ sentence, code, details }: ErrorResponse): Envelope & { readonly code: string } {
  return { ok: false, data: sentence, code, ...(details === undefined ? {} : { details }) };
}

/** The resource that a path segment before a name refers to. */
const nouns: Readonly<Record<string, string>> = {
  container: 'a container',
  engine: 'an engine',
  image: 'an image config',
  job: 'a job',
  registry: 'a registry',
  service: 'a service',
  webhook: 'a webhook',
};

/**
 * Why no route matches: a name in the path is empty, for example because a script's variable is not set, or the path
 * does not exist.
 */
function explainNoRoute({ method, path }: { readonly method: string; readonly path: string }): Partial<ErrorResponse> {
  const parts = path.split('/');
  const noun = parts.flatMap((part, index) => (part === '' ? (nouns[parts[index - 1] ?? ''] ?? []) : []))[0];
  if (noun !== undefined) return { status: 400, code: 'invalid', sentence: `the name of ${noun} is empty` };
  return { sentence: `there is no ${method.toUpperCase()} at this path: GET /apiv1/ lists all routes` };
}
