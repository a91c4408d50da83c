import { describeRedisUrl } from '../model/redis-url.ts';
import { describeAudit } from './audit.ts';
import { describeAuth, describeServerTls } from './auth.ts';
import type { Config, StoreConfig } from './config.ts';
import { describeDiscovery } from './discovery.ts';
import { describeDoors } from './doors.ts';
import { formatListenAddress, isLoopback } from './listen-address.ts';
import { deadlineNames } from './schema.ts';

type ConfigDescription = Readonly<Record<string, unknown>> & { readonly warnings: readonly string[] };

/**
 * The result of `GET /apiv1/config`: the keys of the file, times in seconds, paths without contents, and the Redis URL
 * without its credentials. `warnings`: one sentence for each setting that disables a protection.
 */
export function describeConfig(config: Config): ConfigDescription {
  const { tls, store, deadlines } = config;
  return {
    'listen-addr': formatListenAddress(config.listen),
    'allowed-hosts': config.allowedHosts,
    insecure: config.insecure,
    auth: describeAuth(config.auth),
    audit: describeAudit(config.audit),
    ...(config.serverTls && { tls: describeServerTls(config.serverTls) }),
    ...(tls && { 'ssl-cert': tls.cert, 'ssl-key': tls.key, 'ca-cert': tls.ca }),
    ...(config.installation !== undefined && { installation: config.installation }),
    'label-keys': config.labelKeys,
    ...(config.registryKeyFile !== undefined && { 'registry-key-file': config.registryKeyFile }),
    'skip-verify': config.skipVerify,
    ...describeStore(store),
    types: config.types,
    schedulers: config.schedulers,
    'network-plugins': config.networkPlugins,
    overcommit: config.overcommit,
    'name-scope': config.nameScope,
    strategy: config.strategy,
    'log-level': config.logLevel,
    lease: config.leaseMs / 1000,
    'observe-interval': config.observeIntervalMs / 1000,
    deadlines: Object.fromEntries(deadlineNames.map((name) => [name, deadlines[`${name}Ms`] / 1000])),
    'image-sharing': config.imageSharing,
    'webhook-allow': config.webhookAllow,
    doors: describeDoors(config.doors),
    ...(config.discovery && { discovery: describeDiscovery(config.discovery) }),
    warnings: warningsOf(config),
  };
}

function describeStore(store: StoreConfig): Readonly<Record<string, string>> {
  if (store.kind === 'embedded') return { 'data-dir': store.dir };
  const { ca, cert, key, serverName } = store.tls ?? {};
  return {
    'redis-url': describeRedisUrl(store.url),
    'redis-prefix': store.prefix,
    ...(ca && { 'redis-ca-cert': ca }),
    ...(cert && { 'redis-ssl-cert': cert }),
    ...(key && { 'redis-ssl-key': key }),
    ...(serverName && { 'redis-server-name': serverName }),
  };
}

function warningsOf({ skipVerify, insecure, auth, serverTls, listen, doors, store, discovery }: Config): string[] {
  const warnings: string[] = [];
  if (store.kind === 'redis' && store.isPasswordExposed) {
    warnings.push(
      'the list of processes shows the password in --redis-url: use SATSUMA_REDIS_URL, or a file and --redis-url-file',
    );
  }
  if (skipVerify) {
    warnings.push(
      'skip-verify is on: engine certificates are not verified, so another machine can impersonate an engine',
    );
  }
  if (discovery && !isLoopback(discovery.dns)) {
    warnings.push(
      'discovery.dns is open to other machines: any client that reaches it can look up services, without an account',
    );
  }
  if (!insecure) return warnings;
  const isOpen = !isLoopback(listen) && auth.mode !== 'required';
  const { docker, ...others } = doors;
  const isDockerOpen = docker?.listen !== undefined && !isLoopback(docker.listen) && auth.mode !== 'required';
  if (isOpen || isDockerOpen || !Object.values(others).every((door) => isLoopback(door.listen))) {
    warnings.push('insecure is on: everyone who reaches this server can run containers as root on every engine');
  } else if (!isLoopback(listen) && !serverTls) {
    warnings.push('insecure is on: tokens and answers cross the network unencrypted, unless a proxy encrypts them');
  }
  return warnings;
}
