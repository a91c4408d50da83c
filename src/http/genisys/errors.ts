import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { toldError } from '../told-error.ts';

/** The sentence alone. A service that nobody defined is 501 here, in the connector's own words. */
export function genisysErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const told = toldError(request, logger);
    if (!told) return h.continue;
    const { status, sentence } =
      told.code === 'no_such_service' ? { status: 501, sentence: `Undefined service: ${request.params.name}.` } : told;
    return h.response(`${sentence}\n`).type('text/plain').code(status);
  };
}
