import type { DomainRecord, DomainRule } from '../../model/domain.ts';
import { projectOf } from '../../model/image-config.ts';
import type { RouterRecord } from '../../model/router.ts';
import { contentHash } from '../../runtime/content-hash.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type CaddyConfig, routerConfig } from './router-config.ts';

export interface WantedConfig {
  readonly config: CaddyConfig;
  readonly hash: string;
}

/** What a router of that version of Caddy is to have loaded now. */
export function wantedConfig({ cache }: Pick<Cluster, 'cache'>, router: RouterRecord, version: string): WantedConfig {
  const domains = cache.domains.all().map(({ id: name, value }) => ({
    name,
    tls: value.tls,
    isGuarded: value.users !== undefined,
    rules: value.rules.filter((rule) => problemOf({ cache }, value, rule) === undefined),
  }));
  const config = routerConfig(domains, { ...router, version });
  return { config, hash: contentHash(config) };
}

/** Why a rule leads nowhere. Another project may have made a service of the name since: what that serves is not for this domain. */
export function problemOf(
  { cache }: Pick<Cluster, 'cache'>,
  domain: Pick<DomainRecord, 'project'>,
  { service }: DomainRule,
): string | undefined {
  const found = cache.services.get(service)?.value;
  if (!found) return `there is no service ${service}`;
  if (projectOf(found.spec.image) !== projectOf(domain)) return `service ${service} is of another project`;
  return undefined;
}
