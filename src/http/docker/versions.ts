import { badRequest } from '@hapi/boom';
import type { Lifecycle, Request, Server } from '@hapi/hapi';
import { version as satsuma } from '../../runtime/package-root.ts';
import type { Cluster } from '../../state/cluster.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** The version of Docker's API in the path, like `1.41`. */
    dockerVersion?: string;
  }
}

/** What is known of Docker's API: minor versions of API 1. */
export const oldest = 24;
const newest = 51;

/** The newest version that all engines speak: each translates by itself what its clients say in an older one. */
export function commonVersion({ cache }: Pick<Cluster, 'cache'>): number {
  return Math.max(oldest, Math.min(newest, ...cache.engines().map(({ daemon }) => daemon?.api ?? newest)));
}

/** The minor version that a client speaks: without one in the path, the newest. */
export function minorOf({ app }: Pick<Request, 'app'>, cluster: Pick<Cluster, 'cache'>): number {
  return app.dockerVersion === undefined ? commonVersion(cluster) : Number(app.dockerVersion.split('.')[1]);
}

/** The path without its version. */
export function bare(path: string): { readonly version?: string; readonly path: string } {
  const [, version, rest = path] = /^\/v(\d{1,2}\.\d{1,4})(\/.*)$/s.exec(path) ?? [];
  return { ...(version !== undefined && { version }), path: named(rest) };
}

/** What may stand behind a container in a path. */
const ofContainer: ReadonlySet<string> = new Set(
  (
    'archive attach attach/ws changes exec export json kill logs pause rename resize ' +
    'restart start stats stop top unpause update wait'
  ).split(' '),
);

/** Names with slashes, and what may stand behind them. */
const slashed = [
  /^(\/images\/)(.+)(\/(?:json|history|push|tag|get))$/s,
  /^(\/distribution\/)(.+)(\/json)$/s,
  /^(\/networks\/)(.+)(\/(?:connect|disconnect))$/s,
  /^(\/(?:images|volumes|networks)\/)(.+)()$/s,
];

/**
 * Routes are without a version. Docker's slash before the name of a container is left out, and the slashes in a name are escaped, so that
 * it is one part of the path.
 */
function named(path: string): string {
  for (const pattern of slashed) {
    const [, before, name, behind] = pattern.exec(path) ?? [];
    if (name !== undefined) return `${before}${name.replaceAll('/', '%2F')}${behind}`;
  }
  return onEngine(path.replace(/^\/containers\/\/(?=[^/])/, '/containers/'));
}

/** `ENGINE/NAME` is one part, unless the second word is what is asked of the first. */
function onEngine(path: string): string {
  const [, container = ''] = /^\/containers\/(.+)$/s.exec(path) ?? [];
  const [engine = '', name, ...action] = container.split('/');
  if (engine === '' || !name || ofContainer.has([name, ...action].join('/'))) return path;
  const isKnown = action.length === 0 || ofContainer.has(action.join('/'));
  return isKnown ? `/containers/${engine}%2F${[name, ...action].join('/')}` : path;
}

/** What every answer of a Docker engine says of it. */
function versionHeaders(cluster: Pick<Cluster, 'cache'>): Readonly<Record<string, string>> {
  return {
    'api-version': `1.${commonVersion(cluster)}`,
    'docker-experimental': 'false',
    ostype: 'linux',
    server: `Satsuma/${satsuma} (linux)`,
  };
}

/** Lets requests with a version in their path come to the routes. */
export function acceptVersions(server: Server, cluster: Pick<Cluster, 'cache'>): void {
  server.ext('onRequest', (request, h) => {
    const { pathname, search } = request.url;
    const { version, path } = bare(pathname);
    if (version !== undefined) {
      request.app.dockerVersion = version;
      refuseVersion(version, commonVersion(cluster));
    }
    if (path !== pathname) request.setUrl(path + search);
    return h.continue;
  });
  server.ext('onPreResponse', ((request, h) => {
    const { response } = request;
    const headers = versionHeaders(cluster);
    if ('isBoom' in response) Object.assign(response.output.headers, headers);
    else {
      for (const [name, value] of Object.entries(headers)) response.header(name, value);
      // Docker's client reads an error of exactly this type alone.
      response.charset('');
    }
    return h.continue;
  }) satisfies Lifecycle.Method);
}

/** In Docker's words, which clients know. */
function refuseVersion(version: string, max: number): void {
  const [major, minor] = version.split('.').map(Number);
  if (major === 1 && minor !== undefined && minor >= oldest && minor <= max) return;
  const isOld = (major ?? 0) < 1 || (major === 1 && (minor ?? 0) < oldest);
  throw badRequest(
    isOld
      ? `client version ${version} is too old. Minimum supported API version is 1.${oldest}, please upgrade your client to a newer version`
      : `client version ${version} is too new. Maximum supported API version is 1.${max}`,
  );
}
