import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { toldError } from '../told-error.ts';

/** The sentence alone, as Go's `http.Error` writes it. */
export function plainErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const told = toldError(request, logger);
    return told ? h.response(`${told.sentence}\n`).type('text/plain').code(told.status) : h.continue;
  };
}
