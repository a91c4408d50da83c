import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { toldError } from '../told-error.ts';

/** Whatever becomes of a message is 200. Who asks for another page, or from another web site, has sent none. */
export function errorsAsAnswers(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const told = toldError(request, logger);
    if (!told) return h.continue;
    return h.response({ error: told.sentence }).code(request.route.path === '/' ? 200 : told.status);
  };
}
