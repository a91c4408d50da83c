import type { Boom } from '@hapi/boom';
import type { Request, ResponseObject } from '@hapi/hapi';
import { codeOfStatus, statusOfCode } from '../api/error-status.ts';
import type { Logger } from '../logging/logger.ts';
import { SatsumaError } from '../model/errors.ts';
import { visibleError } from './hide-others.ts';
import { noteRefusal } from './under-policy.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** The original error, whatever status the API of the door reports for it. */
    failure?: Pick<ErrorResponse, 'status'> & Partial<Pick<ErrorResponse, 'code'>>;
  }
}

/** The content of an error answer; each door has its own format for it. */
export interface ErrorResponse {
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
  readonly details: unknown;
}

/** Undefined if nothing was thrown. An unexpected error becomes a bare 500; details are in the log. */
export function errorResponse(request: Request, logger: Logger): ErrorResponse | undefined {
  const { response, info } = request;
  if (!isError(response)) return undefined;
  noteRefusal(request, response);
  const reported =
    response instanceof SatsumaError
      ? errorResponseOf(visibleError(request)(response))
      : errorResponseOfBoom(response, info.id);
  request.app.failure = reported;
  if (reported.status >= 500) {
    const level = response instanceof SatsumaError ? 'warn' : 'error';
    logger[level]({ requestId: info.id, err: response }, 'request failed');
  }
  return reported;
}

export function errorResponseOf({ code, message, details }: SatsumaError): ErrorResponse {
  return { status: statusOfCode[code], code, sentence: message, details };
}

function errorResponseOfBoom({ output, message, data }: Boom, requestId: string): ErrorResponse {
  const { statusCode: status } = output;
  return {
    status,
    code: codeOfStatus[status] ?? 'http_error',
    sentence: status >= 500 ? `internal error: see the server's log for request ${requestId}` : message,
    details: data?.details,
  };
}

function isError(response: ResponseObject | Boom): response is Boom {
  return 'isBoom' in response;
}
