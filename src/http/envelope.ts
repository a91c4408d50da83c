import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import { SatsumaError } from '../model/errors.ts';
import { codeOfStatus, statusOfCode } from './errors.ts';

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

/** Turns whatever was thrown into an answer. What nobody foresaw is a bare 500; the log has the rest. */
export function envelopeErrors(logger: Logger): Lifecycle.Method {
  return ({ response, info }, h) => {
    if (!('isBoom' in response)) return h.continue;
    if (response instanceof SatsumaError) {
      const { status, body } = answerOf(response);
      if (status >= 500) logger.warn({ requestId: info.id, err: response }, 'request failed');
      return h.response(body).code(status);
    }
    const { statusCode } = response.output;
    if (statusCode >= 500) logger.error({ requestId: info.id, err: response }, 'request failed');
    const sentence = statusCode >= 500 ? `internal error: the log tells more of request ${info.id}` : response.message;
    const code = codeOfStatus[statusCode] ?? 'http_error';
    return h.response(failure(sentence, code, response.data?.details)).code(statusCode);
  };
}

/** What the caller is told of an error. */
export function answerOf({ code, message, details }: SatsumaError): Answer {
  return { status: statusOfCode[code], body: failure(message, code, details) };
}

/** An error that stands beside `data`. */
export function errorShape({ code, message, details }: SatsumaError): object {
  return { code, message, ...(details === undefined ? {} : { details }) };
}

function failure(sentence: string, code: string, details: unknown): Envelope & { readonly code: string } {
  return { ok: false, data: sentence, code, ...(details === undefined ? {} : { details }) };
}
