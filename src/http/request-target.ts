import { badRequest } from '@hapi/boom';
import type { Lifecycle, Request } from '@hapi/hapi';

const maxParts = 1_000;

/**
 * Rejects a request whose target and Host header do not form one valid URL: `OPTIONS *`, a port above 65535, two Host
 * headers, different hosts in target and header, or a query that Hapi would truncate. Later code can rely on
 * `request.url`.
 */
export const refuseBadTargets: Lifecycle.Method = (request, h) => {
  const { headers, rawHeaders = [] } = request.raw.req as { headers: { host?: string }; rawHeaders?: string[] };
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) throw badRequest('a request must have one Host header');
  const host = headers.host ? parseUrl(`http://${headers.host}`)?.host : '';
  const url = urlOf(request);
  if (!url || host === undefined) throw badRequest('the path and the Host header must make a URL');
  // Hapi silently drops parameters beyond a thousand.
  if ((request.raw.req.url ?? '').split('&').length > maxParts) {
    throw badRequest(`the query must have at most ${maxParts} parts`);
  }
  const isAbsolute = !request.raw.req.url?.startsWith('/');
  if (isAbsolute && host !== url.host) throw badRequest('the host of the URL must be that of the Host header');
  return h.continue;
};

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Hapi parses the URL lazily, and throws or returns null if it is invalid. */
function urlOf(request: Request): URL | undefined {
  try {
    return request.url ?? undefined;
  } catch {
    return undefined;
  }
}
