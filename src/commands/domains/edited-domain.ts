import { isDeepStrictEqual } from 'node:util';
import { digestHashes } from '../../access/digest/digest.ts';
import { problemOf } from '../../decisions/domains/desired-config.ts';
import { certificateOf, refuseForeignNames } from '../../decisions/domains/domain-certificate.ts';
import { routablePorts } from '../../decisions/domains/routable-ports.ts';
import {
  type DomainAuth,
  type DomainCertificate,
  type DomainHeaders,
  type DomainRecord,
  type DomainRedirect,
  type DomainRule,
  type DomainTls,
  domainKeyContext,
  domainUserContext,
  isCovered,
  isWildcardDomain,
  maxDomains,
  maxDomainsOfProject,
  maxRules,
  maxRulesInAll,
  maxRulesOfProject,
} from '../../model/domain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { projectOf } from '../../model/image-config.ts';
import { routerId } from '../../model/router.ts';
import type { ServiceSpec } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ReadCertificate } from './given-certificate.ts';

export type EditedDomain = Omit<DomainRecord, 'createdAt' | 'updatedAt'>;

export interface NewRule {
  readonly name: string;
  readonly path: string;
  readonly service: string;
  readonly port?: number | undefined;
  readonly auth?: DomainAuth | undefined;
  readonly headers?: DomainHeaders | null | undefined;
  readonly tls?: DomainTls | undefined;
  /** Absent: unchanged. */
  readonly given?: ReadCertificate | undefined;
  readonly users?: Readonly<Record<string, string>> | null | undefined;
  /** From a template: what the template omits is removed. */
  readonly deployment?: string | undefined;
}

/** The target service as it is, or will be. */
type AimedRule = NewRule & Pick<ServiceSpec, 'image' | 'health'>;

/**
 * Computes a domain with a rule added or changed, and stores nothing. `found`: the domain before. Throws `invalid`, and
 * `domain_taken` if another service, a deployment or another project has it.
 */
export function editedDomain(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'settings'>,
  found: DomainRecord | undefined,
  asked: AimedRule,
): EditedDomain {
  const { name, path, service, port, deployment, image } = asked;
  const owner = {
    ...(image.project !== undefined && { project: image.project }),
    ...(deployment !== undefined && { deployment }),
  };
  const rule = { path, service, port: portOf(service, routablePorts(asked), port) };
  if (cluster.cache.routers.get(routerId)?.value.service === service)
    throw new SatsumaError('invalid', `${service} is the service of the routers: a domain would lead back to them`);
  refuseOverlap(cluster, name, projectOf(owner));
  if (found && (projectOf(found) !== projectOf(owner) || found.deployment !== deployment)) throw taken(name, found);
  const before = found?.rules.find((each) => isSamePath(each.path, path));
  // A rule without a target blocks nobody.
  const isFree = !found || !before || problemOf(cluster, found, before) !== undefined || deployment !== undefined;
  if (!isFree && before.service !== service) throw taken(name, found, before);
  const others = deployment === undefined ? (found?.rules ?? []) : [];
  const rules = [...others.filter((each) => !isSamePath(each.path, path)), rule].sort(byPath);
  if (rules.length > maxRules) throw new SatsumaError('invalid', `${name} has ${maxRules} rules already`);
  if (!before) refuseTooMany(cluster, projectOf(owner), found === undefined);
  refuseRedirect(name, found, path);
  const redirects = deployment === undefined ? found?.redirects : undefined;
  return { ...settingsOf(cluster, found, { ...asked, owner }), rules, ...(redirects && { redirects }) };
}

interface Settings extends Pick<NewRule, 'name' | 'tls' | 'given' | 'users' | 'auth' | 'headers' | 'deployment'> {
  readonly owner: Pick<DomainRecord, 'project' | 'deployment'>;
}

/** The settings of a domain as a whole. What is absent stays, except for a domain of a template. */
function settingsOf(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'settings'>,
  found: DomainRecord | undefined,
  { name, tls, given, users, auth, headers, deployment, owner }: Settings,
): Omit<EditedDomain, 'rules' | 'redirects'> {
  if (users && Object.keys(users).length > 0) refuseWithoutAuth(cluster);
  const before = deployment === undefined ? found : undefined;
  const mode = tls ?? (given ? 'given' : (before?.tls ?? 'automatic'));
  if (mode === 'automatic' && isWildcardDomain(name)) {
    const sentence = `public authorities give no certificate for ${name} over HTTP: say "given", "internal" or "off" for "tls"`;
    throw new SatsumaError('invalid', sentence);
  }
  if (given && mode !== 'given')
    throw new SatsumaError('invalid', `a certificate is for "given" as "tls", and not for "${mode}"`);
  const certificate =
    mode !== 'given' ? undefined : given ? keptCertificate(cluster, name, given, before) : before?.certificate;
  const shown = { ...owner, tls: mode, ...(certificate && { certificate }) };
  if (mode === 'given' && !certificateOf(cluster, name, shown)) {
    const sentence = `no certificate that was given in project ${projectOf(owner)} is of ${name}: say one, with its key`;
    throw new SatsumaError('invalid', sentence);
  }
  refuseForeignNames(cluster, name, shown);
  const kept = users === undefined ? before?.users : keptUsers(cluster, name, users ?? {}, found?.users);
  const hasUsers = kept !== undefined && Object.keys(kept).length > 0;
  const scheme = auth ?? before?.auth;
  const changes = headers === undefined ? before?.headers : (headers ?? undefined);
  return {
    ...shown,
    ...(hasUsers && { users: kept }),
    ...(hasUsers && scheme === 'basic' && { auth: scheme }),
    ...(changes && { headers: changes }),
  };
}

export interface NewRedirect
  extends DomainRedirect,
    Pick<NewRule, 'name' | 'tls' | 'given' | 'users' | 'auth' | 'headers'>,
    Pick<DomainRecord, 'project'> {}

/** Computes a domain with a redirect, and stores nothing. Throws as `editedDomain`. */
export function redirectedDomain(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'settings'>,
  found: DomainRecord | undefined,
  asked: NewRedirect,
): EditedDomain {
  const { name, path, to, permanent, keep_path, project } = asked;
  const owner = project === undefined ? {} : { project };
  refuseOverlap(cluster, name, projectOf(owner));
  if (found && (projectOf(found) !== projectOf(owner) || found.deployment !== undefined)) throw taken(name, found);
  const rule = found?.rules.find((each) => isSamePath(each.path, path));
  if (found && rule) throw taken(name, found, rule);
  const others = (found?.redirects ?? []).filter((each) => !isSamePath(each.path, path));
  const redirects = [...others, { path, to, permanent, keep_path }].sort(byPath);
  if (redirects.length > maxRules) throw new SatsumaError('invalid', `${name} has ${maxRules} redirects already`);
  if (others.length === (found?.redirects ?? []).length) refuseTooMany(cluster, projectOf(owner), found === undefined);
  return {
    ...settingsOf(cluster, found, { ...asked, deployment: undefined, owner }),
    rules: found?.rules ?? [],
    redirects,
  };
}

/** Throws `domain_taken`. */
function refuseRedirect(name: string, found: DomainRecord | undefined, path: string): void {
  const redirect = found?.redirects?.find((each) => isSamePath(each.path, path));
  if (!found || !redirect) return;
  throw new SatsumaError('domain_taken', `${name}${redirect.path} is sent on to ${redirect.to}: remove that first`, {
    details: { domain: name, path: redirect.path, service: null, project: projectOf(found) },
  });
}

/** The names of the differing fields. */
export function domainDifferences(found: DomainRecord, edited: EditedDomain): readonly string[] {
  const parts = { http: 'rules', tls: 'tls', auth: 'users' } as const;
  return Object.entries(parts).flatMap(([name, key]) => (isDeepStrictEqual(found[key], edited[key]) ? [] : [name]));
}

/** Keeps the stored value if the new one is equal. */
function keptCertificate(
  { installation }: Pick<Cluster, 'installation'>,
  domain: string,
  given: ReadCertificate,
  before: DomainRecord | undefined,
): DomainCertificate {
  const context = domainKeyContext(domain);
  const known = before?.certificate;
  const isSame = known?.digest === given.digest && installation.decrypt(known.key, context) === given.key;
  return isSame ? known : { ...given, key: installation.encrypt(given.key, context) };
}

/** Keeps the stored hash if the password is unchanged. */
function keptUsers(
  { installation }: Pick<Cluster, 'installation'>,
  domain: string,
  users: Readonly<Record<string, string>>,
  before: DomainRecord['users'] = {},
): Record<string, string> {
  const pairs = Object.entries(users).map(([user, password]) => {
    const context = domainUserContext(domain, user);
    const text = JSON.stringify(digestHashes(user, domain, password));
    const known = Object.hasOwn(before, user) ? before[user] : undefined;
    const isSame = known !== undefined && installation.decrypt(known, context) === text;
    return [user, isSame ? known : installation.encrypt(text, context)] as const;
  });
  return Object.fromEntries(pairs);
}

/**
 * A wildcard belongs to one project with everything that it covers. A wildcard over domains of another project would get their
 * visitors when such a domain is removed. Throws `domain_taken`.
 */
function refuseOverlap({ cache }: Pick<Cluster, 'cache'>, name: string, project: string): void {
  if (cache.domains.get(name)) return;
  const other = cache.domains
    .all()
    .find(({ id, value }) => projectOf(value) !== project && (isCovered(id, name) || isCovered(name, id)));
  if (other) throw taken(other.id, other.value);
}

/** Throws `invalid`. */
function refuseTooMany({ cache }: Pick<Cluster, 'cache'>, project: string, isNewDomain: boolean): void {
  const all = cache.domains.all().map(({ value }) => value);
  const own = all.filter((each) => projectOf(each) === project);
  const count = (domains: readonly DomainRecord[]) =>
    domains.reduce((sum, { rules, redirects = [] }) => sum + rules.length + redirects.length, 0);
  const bounds = [
    ...(isNewDomain
      ? ([
          [all.length, maxDomains, 'domains'],
          [own.length, maxDomainsOfProject, `domains of project ${project}`],
        ] as const)
      : []),
    [count(all), maxRulesInAll, 'rules of domains'],
    [count(own), maxRulesOfProject, `rules of domains of project ${project}`],
  ] as const;
  for (const [present, max, what] of bounds) {
    if (present >= max) throw new SatsumaError('invalid', `there are ${max} ${what} already: remove one first`);
  }
}

/** Throws `invalid`. */
function refuseWithoutAuth({ cache, settings }: Pick<Cluster, 'cache' | 'settings'>): void {
  if (settings.discovery?.auth || (cache.routers.get(routerId)?.value.auth ?? []).length > 0) return;
  const sentence =
    'routers ask Satsuma whether passwords are right: set "discovery.auth" in the configuration, like "10.0.0.5:8090"';
  throw new SatsumaError('invalid', sentence);
}

/** Throws `invalid`. */
function portOf(service: string, ports: readonly number[], asked: number | undefined): number {
  const [only, ...others] = ports;
  if (only === undefined)
    throw new SatsumaError(
      'invalid',
      `service ${service} publishes no TCP port, and routers reach published ports alone`,
    );
  if (asked === undefined && others.length === 0) return only;
  if (asked !== undefined && ports.includes(asked)) return asked;
  const what = asked === undefined ? 'several ports: name one of' : `no port ${asked}, only`;
  throw new SatsumaError('invalid', `service ${service} publishes ${what} ${ports.join(', ')}`);
}

function taken(name: string, found: DomainRecord, rule: DomainRule | undefined = found.rules[0]): SatsumaError {
  const project = projectOf(found);
  const service = rule ? `service ${rule.service} (project ${project})` : `project ${project}`;
  const who = found.deployment === undefined ? service : `deployment ${found.deployment} (project ${project})`;
  return new SatsumaError('domain_taken', `${name}${rule?.path ?? ''} is taken by ${who}`, {
    details: {
      ...{ domain: name, path: rule?.path ?? '/', service: rule?.service ?? null, project },
      ...(found.deployment !== undefined && { deployment: found.deployment }),
    },
  });
}

function byPath(a: Pick<DomainRule, 'path'>, b: Pick<DomainRule, 'path'>): number {
  return a.path < b.path ? -1 : 1;
}

/** Caddy compares paths without case. */
function isSamePath(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
