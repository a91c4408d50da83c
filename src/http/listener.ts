import { server as createHapi, type Lifecycle, type Server } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import { SatsumaError } from '../model/errors.ts';
import { requestLogPlugin } from './request-log.ts';
import { refuseOtherSites } from './same-origin.ts';

export interface ListenerOptions {
  /** Left out: all interfaces. */
  readonly host?: string | undefined;
  readonly port: number;
  readonly loopbackOnly: boolean;
  readonly logger: Logger;
  /** Makes an answer of whatever was thrown. */
  readonly answerErrors: Lifecycle.Method;
}

/** What every door listens with, before it has a route; not yet started. */
export async function createListener(options: ListenerOptions): Promise<Server> {
  const { host, port, loopbackOnly, logger, answerErrors } = options;
  // Failures are logged once, by whatever answers them.
  const server = createHapi({ port, ...(host === undefined ? {} : { host }), debug: false });
  server.ext('onRequest', refuseOtherSites({ loopbackOnly }));
  server.ext('onPreResponse', answerErrors);
  await server.register({ plugin: requestLogPlugin, options: { logger } });
  return server;
}

/** Throws `invalid` where somebody else listens already, or nobody may. */
export async function startListening(server: Server): Promise<void> {
  await server.start().catch((cause: NodeJS.ErrnoException) => {
    const { host = '', port } = server.settings;
    throw new SatsumaError('invalid', `cannot listen on ${host}:${port}: ${cause.code}`, { cause });
  });
}
