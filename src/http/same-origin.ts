import { isIP } from 'node:net';
import { forbidden } from '@hapi/boom';
import type { Lifecycle, Request } from '@hapi/hapi';

/**
 * Refuses what a web page on another site makes a browser send: a body needs no JSON content type here, so a page could
 * otherwise run containers on the machine of whoever looks at it. While only loopback is listened on, the host must be
 * named so as well, or a page could rebind its own name to 127.0.0.1.
 */
export function refuseOtherSites(options: { readonly loopbackOnly: boolean }): Lifecycle.Method {
  return (request, h) => {
    const { origin } = request.raw.req.headers;
    if (origin !== undefined && !isOwn(origin, request)) throw forbidden('requests from other web sites are refused');
    if (options.loopbackOnly && !isLocalName(request.info.hostname)) {
      throw forbidden(`the host ${request.info.hostname} is not this machine: use 127.0.0.1 or localhost`);
    }
    return h.continue;
  };
}

function isOwn(origin: string, request: Request): boolean {
  return URL.canParse(origin) && new URL(origin).host === request.info.host;
}

function isLocalName(hostname: string): boolean {
  return hostname === '' || hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
