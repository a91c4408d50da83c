import { createHash } from 'node:crypto';
import { requestCode, routerToken } from '../../labels/router-token.ts';
import { type DomainRecord, type DomainRule, domainTlsModes } from '../../model/domain.ts';
import { projectOf } from '../../model/image-config.ts';
import type { RouterRecord } from '../../model/router.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { StateCache } from '../../state/state-cache.ts';
import type { Versioned } from '../../store/store.ts';
import { certificateOf, type HeldCertificate, keyOf } from './domain-certificate.ts';
import type { NamedDomain, RouterSettings } from './routed-domain.ts';
import { featureLevelOf, routerConfig } from './router-config.ts';

export interface DesiredConfig {
  /** Changes with the text. */
  readonly hash: string;
  /** The included domains, with the versions of their documents. */
  readonly domains: readonly { readonly name: string; readonly version: number }[];
  /** Caddy's configuration as JSON, computed on request. `without`: domains to leave out. */
  text(without?: ReadonlySet<string>): string;
}

type Cached = Pick<Cluster, 'cache'>;

interface Remembered {
  readonly key: string;
  readonly desired: DesiredConfig;
}

/** Kept by feature level, because it is slow with many domains, and each pass compares every router with it. */
const memoryOf = oneForEach<StateCache, Map<string, Remembered>>(() => new Map());

/** The configuration that a router with this version of Caddy should have now. */
export function desiredConfig(
  cluster: Pick<Cluster, 'cache' | 'installation'>,
  router: RouterRecord,
  version: string,
): DesiredConfig {
  const { cache } = cluster;
  const { dns, dnsDomain, auth, email } = router;
  const settings = { dns, dnsDomain, ...(auth && { auth }), ...(email !== undefined && { email }) };
  const level = featureLevelOf(version);
  const key = JSON.stringify([cache.domains.changeCount, cache.services.changeCount, settings]);
  const memory = memoryOf(cache);
  const known = memory.get(level);
  if (known?.key === key) return known.desired;
  const all = cache.domains.all();
  const held = new Map<string, HeldCertificate>();
  const pemOf = (digest: string) => {
    const found = held.get(digest);
    const key = found && keyOf(cluster, found);
    return found && key !== undefined ? { certificate: found.chain, key } : undefined;
  };
  const desired = {
    ...configOf(
      domainsOf(cache, all, {
        held,
        codeOf: auth?.length ? (name) => requestCode(cluster.installation, name) : undefined,
      }),
      { ...settings, token: routerToken(cluster.installation), version: level, pemOf },
      known?.desired,
    ),
    domains: all.map(({ id: name, version: at }) => ({ name, version: at })),
  };
  memory.set(level, { key, desired });
  return desired;
}

/** Hashes the input of the configuration, which is a tenth of its size, and the version of its form. */
function configOf(
  domains: readonly NamedDomain[],
  settings: RouterSettings,
  before: DesiredConfig | undefined,
): Omit<DesiredConfig, 'domains'> {
  const content = JSON.stringify([routerConfig(sample, { ...settings, pemOf: () => samplePem }), settings, domains]);
  const hash = createHash('sha256').update(content).digest('hex');
  if (before?.hash === hash) return before;
  let text: string | undefined;
  return {
    hash,
    text: (without) => {
      if (without?.size)
        return JSON.stringify(
          routerConfig(
            domains.filter(({ name }) => !without.has(name)),
            settings,
          ),
        );
      text ??= JSON.stringify(routerConfig(domains, settings));
      return text;
    },
  };
}

/** An example of each case. If a newer Satsuma writes any of them differently, routers reload. */
const sample: readonly NamedDomain[] = domainTlsModes.flatMap((tls) =>
  [true, false].map((isGuarded) => {
    const rules = ['/', '/path'].map((path) => ({ path, serviceId: 'id', port: 80 }));
    const redirects = [true, false].map((is) => ({
      path: `/${is}`,
      to: 'http://to.test',
      permanent: is,
      keep_path: is,
    }));
    const changes = { set: { A: 'b' }, remove: ['C'] };
    const headers = { request: changes, response: changes };
    return {
      name: `${tls === 'internal' ? '*.' : ''}${tls}-${isGuarded}.test`,
      tls,
      ...{ code: 'code', ...(tls === 'given' && { digest: 'digest' }) },
      isGuarded,
      rules,
      redirects,
      headers,
    };
  }),
);

const samplePem = { certificate: 'certificate', key: 'key' };

/**
 * `held`: receives the certificates by digest; a key is decrypted only when a router loads it. `codeOf`: the code in reports of
 * requests, if there are reports.
 */
function domainsOf(
  cache: StateCache,
  all: readonly Versioned<DomainRecord>[],
  {
    held,
    codeOf,
  }: { readonly held: Map<string, HeldCertificate>; readonly codeOf: ((name: string) => string) | undefined },
): NamedDomain[] {
  const digestOf = (name: string, value: DomainRecord) => {
    const certificate = certificateOf({ cache }, name, value);
    if (!certificate) return {};
    held.set(certificate.digest, certificate);
    return { digest: certificate.digest };
  };
  return all.map(({ id: name, value }) => ({
    ...(codeOf && { code: codeOf(name) }),
    ...{ name, tls: value.tls, isGuarded: value.users !== undefined, ...digestOf(name, value) },
    ...(value.redirects && { redirects: value.redirects }),
    ...(value.headers && { headers: value.headers }),
    rules: value.rules.flatMap((rule) => {
      const serviceId = cache.services.get(rule.service)?.value.id;
      if (serviceId === undefined || problemOf({ cache }, value, rule) !== undefined) return [];
      return [{ path: rule.path, port: rule.port, serviceId }];
    }),
  }));
}

/** Why a rule has no target. A service of the same name in another project is no target for this domain. */
export function problemOf(
  { cache }: Cached,
  domain: Pick<DomainRecord, 'project'>,
  { service }: DomainRule,
): string | undefined {
  const found = cache.services.get(service)?.value;
  if (!found) return `there is no service ${service}`;
  if (projectOf(found.spec.image) !== projectOf(domain)) return `service ${service} is of another project`;
  if (found.id === undefined) return `service ${service} is of an older release: make it anew`;
  return undefined;
}
