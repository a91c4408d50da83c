import type { Boom } from '@hapi/boom';
import type { Request, ResponseObject } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import { SatsumaError } from '../model/errors.ts';
import { codeOfStatus, statusOfCode } from './errors.ts';

/** What a caller is told of whatever was thrown; each door has its own shape for it. */
export interface ToldError {
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
  readonly details: unknown;
}

/** Undefined where nothing was thrown. What nobody foresaw is a bare 500; the log has the rest. */
export function toldError({ response, info }: Request, logger: Logger): ToldError | undefined {
  if (!isError(response)) return undefined;
  const told = response instanceof SatsumaError ? toldOf(response) : toldOfBoom(response, info.id);
  if (told.status >= 500) {
    const level = response instanceof SatsumaError ? 'warn' : 'error';
    logger[level]({ requestId: info.id, err: response }, 'request failed');
  }
  return told;
}

export function toldOf({ code, message, details }: SatsumaError): ToldError {
  return { status: statusOfCode[code], code, sentence: message, details };
}

function toldOfBoom({ output, message, data }: Boom, requestId: string): ToldError {
  const { statusCode: status } = output;
  return {
    status,
    code: codeOfStatus[status] ?? 'http_error',
    sentence: status >= 500 ? `internal error: the log tells more of request ${requestId}` : message,
    details: data?.details,
  };
}

function isError(response: ResponseObject | Boom): response is Boom {
  return 'isBoom' in response;
}
