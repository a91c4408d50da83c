import { isIP } from 'node:net';
import { forbidden } from '@hapi/boom';
import type { Lifecycle, Request } from '@hapi/hapi';
import { isLoopback } from '../runtime/loopback.ts';

/** Values of Sec-Fetch-Site for requests of the user, or of a page of this server. */
const ownSites = ['same-origin', 'none'];

/**
 * Protects against cross-site requests and DNS rebinding. Bodies need no JSON content type here, so a web page on
 * another site could otherwise run containers through its visitors' browsers. A page can also rebind its name to this
 * server's address, so the Host must be an IP address, `localhost` or one of `allowedHosts`. `isLocalOnly`: the address
 * must be this machine's, unless it is one of `allowedHosts`: otherwise a proxy on this machine would expose an
 * unauthenticated server to its network.
 */
export function refuseOtherSites(options: {
  readonly allowedHosts: readonly string[];
  readonly isLocalOnly: boolean;
}): Lifecycle.Method {
  const { isLocalOnly } = options;
  const allowedHosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  return (request, h) => {
    const { origin, 'sec-fetch-site': site } = request.raw.req.headers;
    const isOther = site !== undefined && !ownSites.includes(String(site)) && !isLinkToPage(request);
    if (isOther || (origin !== undefined && !isOwn(origin, request))) {
      throw forbidden('requests from other web sites are refused');
    }
    const hostname = request.info.hostname.toLowerCase().replace(/\.$/, '');
    if (allowedHosts.has(hostname.replace(/^\[|\]$/g, ''))) return h.continue;
    if (!isAddress(hostname)) {
      throw forbidden(`${described(hostname)} is not allowed: use an IP address, or add it to allowed-hosts`);
    }
    if (isLocalOnly && hostname !== '' && !isLoopback(hostname)) {
      const way = 'ask at 127.0.0.1, set auth.mode to required, or add the host to allowed-hosts';
      throw forbidden(`this server is open to its own machine only: ${way}`);
    }
    return h.continue;
  };
}

/**
 * Somebody follows a link to the web page, or comes back from where they logged in. It is the same for everybody, it changes nothing, and no
 * page has it in a frame.
 */
function isLinkToPage({ method, path, raw }: Request): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = raw.req.headers;
  return method === 'get' && /^\/ui\/?$/.test(path) && mode === 'navigate' && destination === 'document';
}

/** Pages of this server come over HTTP, and an origin has no user. */
function isOwn(origin: string, request: Request): boolean {
  if (!/^https?:\/\/[^@]*$/i.test(origin) || !URL.canParse(origin)) return false;
  return new URL(origin).host === request.info.host.toLowerCase();
}

function isAddress(hostname: string): boolean {
  return hostname === '' || hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** Sanitized, because the text may be printed on a terminal. */
function described(hostname: string): string {
  return /^[\w.-]{1,253}$/.test(hostname) ? `the host ${hostname}` : 'the host of this request';
}
