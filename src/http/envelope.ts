import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import type { SatsumaError } from '../model/errors.ts';
import { explainNoRoute } from './no-such-route.ts';
import { type ToldError, toldError, toldOf } from './told-error.ts';

/** Every answer: `data` is what was asked for, or one sentence; what is added stands beside it. */
export interface Envelope {
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

/** Turns whatever was thrown into an answer. */
export function envelopeErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const error = toldError(request, logger);
    const told = error?.code === 'no_such_route' ? { ...error, ...explainNoRoute(request) } : error;
    return told ? h.response(failure(told)).code(told.status) : h.continue;
  };
}

/** What the caller is told of an error. */
export function answerOf(error: SatsumaError): Answer {
  const told = toldOf(error);
  return { status: told.status, body: failure(told) };
}

/** An error that stands beside `data`. */
export function errorShape({ code, message, details }: SatsumaError): object {
  return { code, message, ...(details === undefined ? {} : { details }) };
}

function failure({ sentence, code, details }: ToldError): Envelope & { readonly code: string } {
  return { ok: false, data: sentence, code, ...(details === undefined ? {} : { details }) };
}
