import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { errorResponse } from '../error-response.ts';
import { withReasons } from './reasons.ts';

/** The agent shows `message` to its user. */
export function messageErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    return reported
      ? h.response({ message: withReasons(reported.sentence, reported.details) }).code(reported.status)
      : h.continue;
  };
}
