import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { errorResponse } from '../error-response.ts';

/** The sentence alone. A service that nobody defined is 501 here, in the connector's own words. */
export function genisysErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    const { status, sentence } =
      reported.code === 'no_such_service'
        ? { status: 501, sentence: `Undefined service: ${request.params.name}.` }
        : reported;
    return h.response(`${sentence}\n`).type('text/plain').code(status);
  };
}
