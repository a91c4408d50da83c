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
import { hideOthers, type Viewer, viewerIn } from './hide-others.ts';
import { type ScopedThing, scopeRuleOf } from './scope-rules.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** The caller's scope. Absent: none. */
    scope?: Scope;
    /** What the caller with a scope may see. */
    viewer?: Viewer;
  }
}

type Scoped = Pick<Cluster, 'cache' | 'clock' | 'store'>;

/** Sets the request's scope. Throws `forbidden` for a route without a scope rule. */
export function enterScope(cluster: Pick<Cluster, 'cache' | 'clock'>, request: Request, principal: Principal): void {
  const scope = new AccessControl(cluster.cache, cluster.clock).scopeOf(principal);
  if (!scope) return;
  Object.assign(request.app, { scope, viewer: viewerOf(cluster, scope) });
  if (scopeRuleOf(request.route)) return;
  const sentence = `${nameOf(principal)} is narrowed to ${wordsOf(scope)}, and this is about more`;
  throw new SatsumaError('forbidden', sentence, { details: { verb: null, noun: null, role: principal.role } });
}

/**
 * Objects named in the path or referenced in the body must be within the caller's scope. Others are reported as
 * missing.
 */
export function guardScope(server: Server, cluster: Scoped): void {
  server.ext('onPreHandler', async (request, h) => {
    const { scope } = request.app;
    const rule = scope && scopeRuleOf(request.route);
    if (!scope || rule === undefined) return h.continue;
    // Catches up, because the body may reference an object that was just created on another server.
    if (request.method !== 'get') await cluster.cache.catchUp();
    if (typeof rule === 'object') await checkThing(cluster, request, scope, rule);
    checkReferences(cluster, request);
    return h.continue;
  });
  server.ext('onPreResponse', hideNames);
}

/** Removes the names of others from the reasons why a container has no room. */
const hideNames: Lifecycle.Method = ({ app, response }, h) => {
  const viewer = viewerIn(app);
  if (viewer && !('isBoom' in response) && response.variety === 'plain' && typeof response.source === 'object') {
    Object.assign(response, { source: hideOthers(response.source, viewer) });
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
    // Replaced by the id, because another container may get the name before the handler runs.
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

/** The errors for missing objects. */
const missing: Readonly<Record<Named, (name: string) => SatsumaError>> = {
  service: noService,
  job: noJob,
  secret: noSecret,
  domain: noDomain,
  engine: noEngine,
  project: (name) => noProject(name, []),
};

/** For doors whose paths name services differently. Throws `no_such_service`. */
export function requireService(
  cluster: Pick<Cluster, 'cache'>,
  { app: { scope } }: Pick<Request, 'app'>,
  name: string,
): void {
  if (!isServiceWithin(cluster, scope, name)) throw missing.service(name);
}

/** The same for a service that may be created. */
export function requireServiceOrNone(
  cluster: Pick<Cluster, 'cache'>,
  { app: { scope } }: Pick<Request, 'app'>,
  name: string,
): void {
  if (!isServiceFreeOrWithin(cluster, scope, name)) throw missing.service(name);
}

/** Checks the service of a plan. For a saved image config in a body see `resolveImage`. */
function checkReferences(cluster: Scoped, request: Request): void {
  const body = Object(request.payload) as { readonly service?: unknown };
  const service = Object(body.service) as { readonly name?: unknown };
  if (typeof service.name === 'string') requireServiceOrNone(cluster, request, service.name);
}

/** The caller's name in error messages. */
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
