import type { Lifecycle, Request, Server } from '@hapi/hapi';
import { AccessControl } from '../access/access-control.ts';
import { anyone, type Principal } from '../access/principal.ts';
import { noDomain } from '../commands/domains/domains.ts';
import { refuseImageBeyond } from '../commands/images/find-image.ts';
import { noJob } from '../decisions/jobs/find-job.ts';
import { noService } from '../decisions/services/find-service.ts';
import { noSecret } from '../execution/secrets/read-secrets.ts';
import { SatsumaError } from '../model/errors.ts';
import { hasProject, type Scope } from '../model/scope.ts';
import type { Cluster } from '../state/cluster.ts';
import { noEngine } from '../state/engine-cache.ts';
import { noProject } from '../state/projects.ts';
import {
  findWithin,
  isDomainWithin,
  isEngineWithin,
  isJobWithin,
  isSecretWithin,
  isServiceFreeOrWithin,
  isServiceWithin,
} from '../state/scopes.ts';
import { hideOthers, type Viewer } from './hide-others.ts';
import { type ScopedThing, scopeRuleOf } from './scope-rules.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** To what whoever asks is narrowed; left out: to nothing. */
    scope?: Scope;
  }
}

type Scoped = Pick<Cluster, 'cache' | 'clock' | 'store'>;

/** Of somebody with a scope. Throws `forbidden` for a route that nobody gave a rule. */
export function enterScope(cluster: Pick<Cluster, 'cache' | 'clock'>, request: Request, principal: Principal): void {
  const scope = new AccessControl(cluster.cache, cluster.clock).scopeOf(principal);
  if (!scope) return;
  request.app.scope = scope;
  if (scopeRuleOf(request.route)) return;
  const sentence = `${nameOf(principal)} is narrowed to ${wordsOf(scope)}, and this is about more`;
  throw new SatsumaError('forbidden', sentence, { details: { verb: null, noun: null, role: principal.role } });
}

/** What a path names must be within the scope of whoever asks, or it is not there for them; and so must what a body refers to. */
export function guardScope(server: Server, cluster: Scoped): void {
  server.ext('onPreHandler', async (request, h) => {
    const { scope } = request.app;
    const rule = scope && scopeRuleOf(request.route);
    if (!scope || rule === undefined) return h.continue;
    // What is made may refer to what another server knows already.
    if (request.method !== 'get') await cluster.cache.catchUp();
    if (typeof rule === 'object') await checkThing(cluster, request, scope, rule);
    checkReferences(cluster, request);
    return h.continue;
  });
  server.ext('onPreResponse', hideNames(cluster));
}

/** Why something waits for room, or would not fit, is told without the names of others. */
const hideNames =
  (cluster: Scoped): Lifecycle.Method =>
  ({ app: { scope }, response }, h) => {
    if (scope && !('isBoom' in response) && response.variety === 'plain' && typeof response.source === 'object') {
      const source = hideOthers(response.source, viewerOf(cluster, scope));
      Object.assign(response, { source });
    }
    return h.continue;
  };

function viewerOf(cluster: Pick<Cluster, 'cache'>, scope: Scope): Viewer {
  return { scope, isEngineShown: (id) => isEngineWithin(cluster, scope, id) };
}

async function checkThing(
  cluster: Scoped,
  request: Request,
  scope: Scope,
  { thing, param }: { readonly thing: ScopedThing; readonly param: string },
): Promise<void> {
  const params = request.params as Readonly<Record<string, string>>;
  const name = params[param] ?? '';
  if (thing === 'container') {
    // By its id from here on: another container may get the name before the handler looks.
    Object.assign(request.params, {
      [param]: await findWithin(cluster, scope, { reference: name, engine: params.engine }),
    });
    return;
  }
  const { version } = request.query as { readonly version?: number };
  if (thing === 'image') {
    await refuseImageBeyond(cluster, scope, name, version);
    return;
  }
  await cluster.cache.catchUp();
  if (!isWithin[thing](cluster, scope, name)) throw missing[thing](name);
}

type Named = Exclude<ScopedThing, 'container' | 'image'>;

const isWithin: Readonly<Record<Named, (cluster: Scoped, scope: Scope, name: string) => boolean>> = {
  service: isServiceWithin,
  job: isJobWithin,
  secret: isSecretWithin,
  domain: isDomainWithin,
  engine: isEngineWithin,
  project: (_, scope, name) => hasProject(scope, name),
};

/** As it is said of what is not there. */
const missing: Readonly<Record<Named, (name: string) => SatsumaError>> = {
  service: noService,
  job: noJob,
  secret: noSecret,
  domain: noDomain,
  engine: noEngine,
  project: (name) => noProject(name, []),
};

/** For a door whose paths name services in its own way. Throws `no_such_service`. */
export function requireService(
  cluster: Pick<Cluster, 'cache'>,
  { app: { scope } }: Pick<Request, 'app'>,
  name: string,
): void {
  if (!isServiceWithin(cluster, scope, name)) throw missing.service(name);
}

/** The same of one that is to be made. */
export function requireServiceOrNone(
  cluster: Pick<Cluster, 'cache'>,
  { app: { scope } }: Pick<Request, 'app'>,
  name: string,
): void {
  if (!isServiceFreeOrWithin(cluster, scope, name)) throw missing.service(name);
}

/** The service that a plan is of. For a saved image config that a body is made from, see `resolveImage`. */
function checkReferences(cluster: Scoped, request: Request): void {
  const body = Object(request.payload) as { readonly service?: unknown };
  const service = Object(body.service) as { readonly name?: unknown };
  if (typeof service.name === 'string') requireServiceOrNone(cluster, request, service.name);
}

/** Names in an error of whoever is narrowed. */
export function nameOf({ name, tokenId, account, role }: Principal = anyone): string {
  if (tokenId !== undefined) return `the token ${name} (role ${role})`;
  return account ? `the account ${name} (role ${role})` : `the role ${role}`;
}

export function wordsOf({ projects, engineLabels }: Scope): string {
  const some = [
    ...(projects ? [projects.length === 0 ? 'no project' : `project ${projects.join(', ')}`] : []),
    ...(engineLabels ? [`engines with ${engineLabels.join(', ')}`] : []),
  ];
  return some.join(' on ');
}
