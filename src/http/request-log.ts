import { randomBytes } from 'node:crypto';
import type { Plugin } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';

/** One line for each request, with the id that its answer carries as `X-Request-Id`. */
export const requestLogPlugin: Plugin<{ readonly logger: Logger }> = {
  name: 'request-log',
  register: (server, { logger }) => {
    server.ext('onRequest', (request, h) => {
      // Hapi's own id tells the host's name and the process id to everybody.
      request.info.id = randomBytes(8).toString('hex');
      return h.continue;
    });
    server.ext('onPreResponse', ({ response, info }, h) => {
      if ('isBoom' in response) response.output.headers['x-request-id'] = info.id;
      else response.header('x-request-id', info.id);
      return h.continue;
    });
    server.events.on('response', ({ info, method, path, response }) => {
      const status = response && 'statusCode' in response ? response.statusCode : undefined;
      const durationMs = (info.completed || Date.now()) - info.received;
      logger.info({ requestId: info.id, method: method.toUpperCase(), path, status, durationMs }, 'request');
    });
  },
};
