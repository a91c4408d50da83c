import { isDeepStrictEqual } from 'node:util';
import { digestHashes } from '../../access/digest/digest.ts';
import { routablePorts } from '../../decisions/domains/routable-ports.ts';
import { problemOf } from '../../decisions/domains/wanted-config.ts';
import {
  type DomainRecord,
  type DomainRule,
  type DomainTls,
  domainUserContext,
  isCovered,
  isWildcardDomain,
  mostDomains,
  mostDomainsOfProject,
  mostRules,
  mostRulesInAll,
  mostRulesOfProject,
} from '../../model/domain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { projectOf } from '../../model/image-config.ts';
import { routerId } from '../../model/router.ts';
import type { ServiceSpec } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Its times are those of what it was made from, if any. */
export type EditedDomain = Omit<DomainRecord, 'createdAt' | 'updatedAt'>;

export interface NewRule {
  readonly name: string;
  readonly path: string;
  readonly service: string;
  readonly port?: number | undefined;
  readonly tls?: DomainTls | undefined;
  readonly users?: Readonly<Record<string, string>> | null | undefined;
  /** Of a template: what it does not say the domain does not have. */
  readonly deployment?: string | undefined;
}

/** How the service is that it leads to, or is going to be. */
export type AimedRule = NewRule & Pick<ServiceSpec, 'image' | 'health'>;

/**
 * What a domain is with a rule. `found`: what it was before. Changes nothing. Throws `invalid`, and `domain_taken` where another service,
 * a deployment or another project has it.
 */
export function editedDomain(
  cluster: Pick<Cluster, 'cache' | 'installation' | 'settings'>,
  found: DomainRecord | undefined,
  asked: AimedRule,
): EditedDomain {
  const { name, path, service, port, tls, users, deployment, image } = asked;
  const owner = {
    ...(image.project !== undefined && { project: image.project }),
    ...(deployment !== undefined && { deployment }),
  };
  const rule = { path, service, port: portOf(service, routablePorts(asked), port) };
  if (cluster.cache.routers.get(routerId)?.value.service === service)
    throw new SatsumaError('invalid', `${service} is the service of the routers: a domain would lead back to them`);
  if (users && Object.keys(users).length > 0) refuseWithoutAuth(cluster);
  refuseOverlap(cluster, name, projectOf(owner));
  if (found && (projectOf(found) !== projectOf(owner) || found.deployment !== deployment)) throw taken(name, found);
  const before = found?.rules.find((each) => isSamePath(each.path, path));
  // One that leads nowhere is in nobody's way.
  const isFree = !found || !before || problemOf(cluster, found, before) !== undefined || deployment !== undefined;
  if (!isFree && before.service !== service) throw taken(name, found, before);
  const others = deployment === undefined ? (found?.rules ?? []) : [];
  const rules = [...others.filter((each) => !isSamePath(each.path, path)), rule].sort(byPath);
  if (rules.length > mostRules) throw new SatsumaError('invalid', `${name} has ${mostRules} rules already`);
  if (!before) refuseTooMany(cluster, projectOf(owner), found === undefined);
  const mode = tls ?? (deployment === undefined ? found?.tls : undefined) ?? 'automatic';
  if (mode === 'automatic' && isWildcardDomain(name)) {
    const sentence = `public authorities give no certificate for ${name} over HTTP: say "internal" or "off" for "tls"`;
    throw new SatsumaError('invalid', sentence);
  }
  const { users: known, ...rest }: Partial<DomainRecord> = found ?? owner;
  const isLeft = users === undefined && deployment === undefined;
  const kept = isLeft ? known : keptUsers(cluster, name, users ?? {}, known);
  const hasUsers = kept !== undefined && Object.keys(kept).length > 0;
  return { ...rest, rules, tls: mode, ...(hasUsers && { users: kept }) };
}

/** What differs of two; none: they are the same. */
export function domainDifferences(found: DomainRecord, edited: EditedDomain): readonly string[] {
  const parts = { http: 'rules', tls: 'tls', auth: 'users' } as const;
  return Object.entries(parts).flatMap(([name, key]) => (isDeepStrictEqual(found[key], edited[key]) ? [] : [name]));
}

/** Of a password that is the same, what is kept stays the same. */
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
 * A wildcard of another project is about whatever it covers, and one over domains of another project would have its visitors as soon as such
 * a domain is removed. Throws `domain_taken`.
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
  const count = (domains: readonly DomainRecord[]) => domains.reduce((sum, { rules }) => sum + rules.length, 0);
  const bounds = [
    ...(isNewDomain
      ? ([
          [all.length, mostDomains, 'domains'],
          [own.length, mostDomainsOfProject, `domains of project ${project}`],
        ] as const)
      : []),
    [count(all), mostRulesInAll, 'rules of domains'],
    [count(own), mostRulesOfProject, `rules of domains of project ${project}`],
  ] as const;
  for (const [present, most, what] of bounds) {
    if (present >= most) throw new SatsumaError('invalid', `there are ${most} ${what} already: remove one first`);
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

function byPath(a: DomainRule, b: DomainRule): number {
  return a.path < b.path ? -1 : 1;
}

/** Caddy takes no notice of capitals in paths. */
function isSamePath(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
