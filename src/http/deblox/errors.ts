import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { errorResponse } from '../error-response.ts';

/** Whatever becomes of a message is 200. Who asks for another page, or from another web site, has sent none. */
export function errorsAsAnswers(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    return h.response({ error: reported.sentence }).code(request.route.path === '/' ? 200 : reported.status);
  };
}
