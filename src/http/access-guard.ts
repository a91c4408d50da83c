import { TLSSocket } from 'node:tls';
import type { Lifecycle, Request, Server } from '@hapi/hapi';
import { AccessControl, type Certified } from '../access/access-control.ts';
import { anyone, type Principal } from '../access/principal.ts';
import { invalidToken } from '../access/token-text.ts';
import { allows } from '../model/access.ts';
import { SatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { isTrusted, rejectionReason } from './client-authorities.ts';
import { ClientRequests } from './client-requests.ts';
import { enterScope, guardScope, nameOf, wordsOf } from './guard-scope.ts';
import { hideValues } from './hide-values.ts';
import { OpenStreams } from './open-streams.ts';
import type { Permission, RouteRule } from './route-rules.ts';
import { shownByCookie } from './session-cookie.ts';
import type { Upgrade } from './web-sockets.ts';

/**
 * Authentication of a listener: `open`, a token for every request, one fixed role for everybody (APIs of other systems
 * whose clients cannot authenticate), or a function.
 */
export type Gate = 'open' | 'token' | { readonly name: string; readonly role: string } | Identify;

/** Identifies clients of another system by its own means. Throws `unauthenticated`. */
export type Identify = (control: AccessControl, request: Request) => Principal;

interface GuardOptions {
  readonly cluster: Pick<Cluster, 'cache' | 'clock' | 'store'>;
  readonly gate: Gate;
  /** Paths that answer even if the store is unavailable. */
  readonly storeless: readonly string[];
  /** Requests that one client may have under way. */
  readonly maxOfClient: number;
}

/**
 * Authenticates and authorizes each request before anything but its path is read, so that unauthorized clients learn
 * neither what exists nor what is wrong with a body.
 */
export function guardRoutes(server: Server, { cluster, gate, storeless, maxOfClient }: GuardOptions): void {
  const { cache, clock } = cluster;
  const control = new AccessControl(cache, clock);
  const streams = new OpenStreams(cache.changes);
  const requests = new ClientRequests(maxOfClient);
  const identify = (request: Request): Principal => {
    if (gate === 'open') return anyone;
    if (typeof gate === 'function') return gate(control, request);
    return gate === 'token' ? withToken(control, request) : { name: gate.name, role: gate.role };
  };
  server.ext('onPostStop', () => streams.stop());
  // A request without a route needs authentication, too, so that strangers do not learn which routes exist.
  server.ext('onRequest', (request, h) => {
    if (gate === 'token' && !hasRoute(server, request)) identify(request);
    return h.continue;
  });
  server.ext('onPreAuth', async (request, h) => {
    const rule = request.route.settings.plugins?.access;
    if (rule === 'anyone') return h.continue;
    // After a pause of the process, permissions are not checked against outdated state.
    if (!storeless.includes(request.path)) await cache.awake();
    const principal = identify(request);
    request.app.principal = principal;
    // An account without a token was authenticated by a client certificate.
    const socket = principal.tokenId === undefined && principal.account ? tlsSocketOf(request) : undefined;
    const isAllowed = () =>
      control.isCurrent(principal) && permits(control, principal, rule) && (!socket || isTrusted(socket));
    if (!permits(control, principal, rule)) throw refusal(control, principal, rule);
    enterScope({ cache, clock }, request, principal);
    if (typeof rule === 'object') request.app.hidesValues = !permits(control, principal, { ...rule, verb: 'reveal' });
    requests.add(request);
    if (principal.tokenId !== undefined || principal.account) watch(streams, request, rule, isAllowed);
    return h.continue;
  });
  guardScope(server, cluster);
  server.ext('onPreResponse', hideFromReaders);
}

/** For handlers of routes whose permission depends on the body. Throws `forbidden`. */
export function requirePermission(
  cluster: Pick<Cluster, 'cache' | 'clock'>,
  request: Pick<Request, 'app'>,
  asked: Permission,
): void {
  const { principal = anyone } = request.app;
  request.app.asked = asked;
  requireBesides(cluster, request, asked);
  const control = new AccessControl(cluster.cache, cluster.clock);
  request.app.hidesValues = !control.may(principal, 'reveal', asked.noun);
}

/** Requires a permission in addition to the rule of the route. Throws `forbidden`. */
export function requireBesides(
  { cache, clock }: Pick<Cluster, 'cache' | 'clock'>,
  { app: { principal = anyone } }: Pick<Request, 'app'>,
  asked: Permission,
): void {
  const control = new AccessControl(cache, clock);
  if (!control.may(principal, asked.verb, asked.noun)) throw refusal(control, principal, asked);
}

function permits(control: AccessControl, principal: Principal, rule: RouteRule | undefined): boolean {
  if (typeof rule === 'object') {
    const { verb, noun, isScoped } = rule;
    return isScoped ? control.mayWithin(principal, verb, noun) : control.may(principal, verb, noun);
  }
  // A route without a rule is for admins only.
  return rule !== undefined || principal.role === 'admin';
}

function refusal(control: AccessControl, principal: Principal, rule: RouteRule | undefined): SatsumaError {
  const { role } = principal;
  const { verb, noun } = typeof rule === 'object' ? rule : { verb: null, noun: null };
  const what = verb === null ? 'use this route' : `${verb} ${noun}`;
  const scope = control.scopeOf(principal);
  if (scope && verb !== null && noun !== null && allows(control.role(role), verb, noun)) {
    const sentence = `${nameOf(principal)} is narrowed to ${wordsOf(scope)}, and may not ${what}`;
    return new SatsumaError('forbidden', sentence, { details: { verb, noun, role } });
  }
  return new SatsumaError('forbidden', `the role ${role} may not ${what}: ask an admin for a role that may`, {
    details: { verb, noun, role },
  });
}

function withToken(control: AccessControl, request: Request): Principal {
  const { headers } = request;
  const { authorization = '' } = headers as { readonly authorization?: string };
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (token === undefined) {
    const kept = authorization === '' ? shownByCookie(request) : undefined;
    const user = kept === undefined ? undefined : control.principalOfToken(kept);
    if (user) return user;
    const shown = authorization === '' ? certified(request) : undefined;
    const known = shown && control.principalOfCertificate(shown);
    if (shown && known === 'issued before') throw issuedBefore(shown);
    if (known && known !== 'issued before') return known;
    const hint = 'send Authorization: Bearer and a token, or run "satsuma login"';
    throw new SatsumaError(
      'unauthenticated',
      `this server requires authentication${certificateHint(request)}: ${hint}`,
    );
  }
  const found = control.principalOfToken(token);
  if (found) return found;
  throw new SatsumaError('unauthenticated', `${invalidToken}; run "satsuma login" with another one`);
}

function issuedBefore({ name }: Certified): SatsumaError {
  return new SatsumaError(
    'unauthenticated',
    `the certificate is older than the account ${name}, and may belong to an earlier account of that name: issue a new one with "satsuma ca client ${name} --replace"`,
  );
}

/** The subject of the client's certificate, if the client CA signed it for client authentication. */
function certified(request: Request): Certified | undefined {
  const socket = tlsSocketOf(request);
  if (!socket || !isTrusted(socket)) return undefined;
  const { subject, valid_from: validFrom } = socket.getPeerCertificate();
  return typeof subject?.CN === 'string' ? { name: subject.CN, validFrom: Date.parse(validFrom) } : undefined;
}

function certificateHint(request: Request): string {
  const socket = tlsSocketOf(request);
  const reason = socket && rejectionReason(socket);
  return reason === undefined ? '' : `, and the certificate that the client shows ${reason}`;
}

function tlsSocketOf({ app, raw }: Request): TLSSocket | undefined {
  const { upgrade } = app as { readonly upgrade?: Upgrade };
  const socket = upgrade?.socket ?? raw.req.socket;
  return socket instanceof TLSSocket ? socket : undefined;
}

function hasRoute(server: Server, { method, path }: Request): boolean {
  try {
    return server.match(method as 'get', path) !== null;
  } catch {
    return false;
  }
}

/** Closes a response that is still streaming when its client loses the permission. */
function watch(streams: OpenStreams, request: Request, rule: RouteRule | undefined, isAllowed: () => boolean): void {
  const { upgrade } = request.app as { readonly upgrade?: Upgrade };
  if (upgrade) {
    upgrade.watch = (end) => streams.add({ isAllowed, end });
    return;
  }
  // A client that revokes its own credentials must still get the answer.
  if (typeof rule === 'object' && ['account', 'role', 'token'].includes(rule.noun)) return;
  const { res } = request.raw;
  if (res.closed) return;
  const forget = streams.add({ isAllowed, end: () => res.destroy() });
  res.once('close', forget);
  res.once('finish', forget);
}

/** Removes the values of environments from answers to clients that may not reveal them. */
const hideFromReaders: Lifecycle.Method = ({ app, response }, h) => {
  if (
    app.hidesValues &&
    !('isBoom' in response) &&
    response.variety === 'plain' &&
    typeof response.source === 'object'
  ) {
    Object.assign(response, { source: hideValues(response.source) });
  }
  return h.continue;
};
