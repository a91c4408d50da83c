/** Objects named in a path that belong to a project or have labels. */
export type ScopedThing = 'container' | 'service' | 'job' | 'image' | 'secret' | 'domain' | 'project' | 'engine';

/**
 * How a route enforces the caller's scope. `shared`: it involves no project's data. `handler`: it uses
 * `request.app.scope`, or creates objects through `underPolicy`. Otherwise its path names an object that must be within
 * the scope.
 */
type ScopeRule = 'shared' | 'handler' | { readonly thing: ScopedThing; readonly param: string };

const shared = [
  ...[
    'GET /apiv1',
    'GET /apiv1/',
    'GET /apiv1/can-i',
    'GET /apiv1/session',
    'GET /apiv1/schedulers',
    'GET /apiv1/version',
  ],
  ...['GET /apiv1/policies', 'GET /apiv1/policy/{name}', 'POST /apiv1/policy/{name}/check'],
  // For the caller's own password only.
  ...['POST /apiv1/account/{name}/password', 'POST /account/changepassword'],
  // Of Docker, about credentials that the caller shows.
  'POST /auth',
];

const byHandler = [
  ...[
    'GET /apiv1/containers',
    'POST /apiv1/container',
    'POST /apiv1/plan',
    'POST /apiv1/translate',
    'GET /apiv1/logs',
    'GET /apiv1/stats',
  ],
  ...['GET /apiv1/services', 'POST /apiv1/service', 'GET /apiv1/jobs', 'POST /apiv1/job'],
  ...['GET /apiv1/images', 'POST /apiv1/image', 'GET /apiv1/secrets', 'POST /apiv1/secret', 'GET /apiv1/projects'],
  ...['GET /apiv1/domains', 'POST /apiv1/domain'],
  ...[
    'GET /apiv1/engines',
    'GET /apiv1/engines/others',
    'GET /apiv1/events',
    'GET /apiv1/catalog',
    'GET /apiv1/catalog/http_sd',
  ],
  'GET /metrics/containers',
  // Routes of bastion, Genisys, Panamax and Shipyard. deblox messages are refused for scoped callers: they have no
  // routes.
  ...['GET /containers', 'GET /engines', 'POST /run', 'DELETE /destroy', 'GET /service', 'POST /service'],
  ...['GET /v1/services', 'GET /v1/services/', 'POST /v1/services', 'POST /v1/services/'],
  ...['GET', 'PUT', 'DELETE'].map((method) => `${method} /v1/services/{id}`),
  // Of Docker: what is not about one container.
  ...['GET /containers/json', 'POST /containers/create', 'POST /containers/prune', 'GET /info', 'GET /version'],
  'GET /events',
  ...['GET /images/json', 'GET /images/{name}/json', 'POST /images/create'],
  ...['GET /volumes', 'POST /volumes/create', 'GET /volumes/{name}', 'DELETE /volumes/{name}', 'POST /volumes/prune'],
  ...['GET /networks', 'POST /networks/create', 'GET /networks/{name}', 'DELETE /networks/{name}'],
  ...['POST /networks/{name}/connect', 'POST /networks/{name}/disconnect', 'POST /networks/prune'],
  ...['POST /commit', 'POST /exec/{exec}/start', 'POST /exec/{exec}/resize', 'GET /exec/{exec}/json'],
  ...['GET /api/containers', 'POST /api/containers', 'GET /api/engines', 'GET /api/events'],
];

/** For the path and everything below it. */
const things: readonly (readonly [path: string, thing: ScopedThing, param: string])[] = [
  ['/apiv1/container/{container}', 'container', 'container'],
  ['/apiv1/engine/{engine}/container/{container}', 'container', 'container'],
  ['/apiv1/service/{name}', 'service', 'name'],
  ['/apiv1/job/{name}', 'job', 'name'],
  ['/apiv1/image/{name}', 'image', 'name'],
  ['/apiv1/secret/{name}', 'secret', 'name'],
  ['/apiv1/domain/{name}', 'domain', 'name'],
  ['/apiv1/project/{name}', 'project', 'name'],
  ['/service/{name}', 'service', 'name'],
  ['/api/containers/{id}', 'container', 'id'],
  ['/containers/{container}', 'container', 'container'],
];

const ofEngine = ['GET /apiv1/engine/{id}', 'GET /apiv1/engine/{id}/containers', 'GET /api/engines/{id}'];

const rules = new Map<string, ScopeRule>([
  ...shared.map((title) => [title, 'shared'] as const),
  ...byHandler.map((title) => [title, 'handler'] as const),
  ...ofEngine.map((title) => [title, { thing: 'engine', param: 'id' }] as const),
]);

/** Undefined: the route has no scope rule, so scoped callers may not use it. */
export function scopeRuleOf({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): ScopeRule | undefined {
  const rule = rules.get(`${method.toUpperCase()} ${path}`);
  if (rule) return rule;
  const found = things.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
  return found && { thing: found[1], param: found[2] };
}
