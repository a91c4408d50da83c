import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { errorResponse } from '../error-response.ts';

/** The sentence alone, as Go's `http.Error` writes it. */
export function plainErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    return reported ? h.response(`${reported.sentence}\n`).type('text/plain').code(reported.status) : h.continue;
  };
}
