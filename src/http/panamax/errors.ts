import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { toldError } from '../told-error.ts';
import { withReasons } from './reasons.ts';

/** The agent shows `message` to its user. */
export function messageErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const told = toldError(request, logger);
    return told ? h.response({ message: withReasons(told.sentence, told.details) }).code(told.status) : h.continue;
  };
}
