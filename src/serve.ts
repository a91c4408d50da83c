import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { buildRegistry } from '../schedulers/index.ts';
import { LoginThrottle } from './access/login-throttle.ts';
import { AuditLog } from './audit/audit-log.ts';
import type { ServeOptions } from './cli/serve-command.ts';
import { makeFirstToken } from './commands/accounts/first-token.ts';
import { ExpiryWarnings } from './commands/doctor/expiry-warnings.ts';
import type { Config } from './config/config.ts';
import { describeConfig } from './config/describe.ts';
import { loadConfig } from './config/load.ts';
import { ControllerManager } from './controllers/controller-manager.ts';
import { Leadership } from './controllers/leadership.ts';
import { WebhookDispatcher } from './controllers/webhooks/webhook-dispatcher.ts';
import { DnsServer } from './dns/dns-server.ts';
import { serviceDirectory } from './dns/service-directory.ts';
import { ContainerPublisher } from './engine-sync/container-publisher.ts';
import { EngineWatchers } from './engine-sync/engine-watchers.ts';
import { followTlsFiles, readTlsFiles } from './engines/docker/follow-tls.ts';
import { openDockerPool } from './engines/docker/pool.ts';
import { RequestSweep } from './execution/idempotency/request-sweep.ts';
import { AuthListener } from './http/domain-auth/auth-listener.ts';
import { createDoors } from './http/doors.ts';
import { startListening } from './http/listener.ts';
import { createServer } from './http/server.ts';
import { followTls, readTls } from './http/server-tls.ts';
import type { Installation } from './installation/installation.ts';
import { secretInFolder, secretInStore } from './installation/kept-secret.ts';
import { openInstallation } from './installation/open-installation.ts';
import { type RegistryKeyFile, registryKeyIn } from './installation/registry-key.ts';
import { createLogger, type Logger } from './logging/logger.ts';
import { serverCertificates } from './membership/server-certificates.ts';
import { SettingsGuard } from './membership/settings-guard.ts';
import { ShardAssignment } from './membership/shard-assignment.ts';
import { type SettingsSource, sharedSettings } from './membership/shared-settings.ts';
import type { DiscoverySettings } from './model/discovery.ts';
import { SatsumaError } from './model/errors.ts';
import type { Scheduler } from './model/scheduler.ts';
import { asNetworkPlugin, buildNetworkPlugins } from './network-plugins/registry.ts';
import { IdleHeapTrimmer } from './runtime/idle-heap-trimmer.ts';
import { importModules } from './runtime/import-modules.ts';
import { version } from './runtime/package-root.ts';
import { readPem } from './runtime/read-pem.ts';
import { StoreClock } from './state/clock.ts';
import type { Cluster } from './state/cluster.ts';
import { DetailCache } from './state/containers/detail-cache.ts';
import { PlacementCounter } from './state/placement-counter.ts';
import { StateCache } from './state/state-cache.ts';
import { Timings } from './state/timings.ts';
import { openEmbeddedStore } from './store/embedded/embedded-store.ts';
import { prepareFormat } from './store/format.ts';
import { openRedisStore } from './store/redis/redis-store.ts';
import type { Store } from './store/store.ts';
import { timeStore } from './store/timed-store.ts';

/** On shutdown, requests in progress may finish within this time. Then the process exits, and leases expire. */
const finishWithinMs = 9_000;

/** Wires everything together and serves until SIGTERM or SIGINT. */
export async function serve({ file, overrides }: ServeOptions): Promise<void> {
  const config = loadConfig({ file, overrides });
  const logger = createLogger({ level: config.logLevel });
  const imported = await importModules(config.schedulers, { what: 'scheduler', as: asScheduler });
  const registry = buildRegistry(config.types, imported);
  const connecting = await importModules(config.networkPlugins, { what: 'network plug-in', as: asNetworkPlugin });
  const networkPlugins = buildNetworkPlugins(connecting);
  const engineTls = config.tls && (await readTlsFiles(config.tls));
  const pool = openDockerPool({ tls: engineTls, skipVerify: config.skipVerify, deadlines: config.deadlines });
  const stopFollowing =
    config.tls && engineTls ? followTlsFiles(pool, config.tls, { used: engineTls, logger }) : undefined;
  const timings = new Timings();
  const store = timeStore(await openStore(config, logger), ({ operation, tookMs, isAnswered: isOk }) =>
    timings.note({ of: { storeCall: operation }, tookMs, isOk }),
  );
  const clock = new StoreClock(store, logger);
  const cache = new StateCache(store, config.overcommit, logger, clock);
  const audit = config.audit.isOn
    ? new AuditLog({ store, clock, logger, server: hostname(), keepMs: config.audit.keepMs })
    : undefined;
  const details = new DetailCache((...inspected) => cache.containers.inspected(...inspected));
  try {
    await clock.start();
    await prepareFormat(store, logger);
    const recounted = await store.recountQuotas();
    if (recounted.length > 0) logger.warn({ repairs: recounted.slice(0, 20) }, 'quotas recounted');
    const installation = await installationOf(config, store);
    await serveCluster(
      {
        store,
        pool,
        cache,
        details,
        registry,
        networkPlugins,
        placementCounter: new PlacementCounter(),
        clock,
        timings,
        installation,
        registryKey: registryKeyIn(registryKeyFileOf(config)),
        audit,
        logins: new LoginThrottle(() => clock.steadyMs()),
        settings: config,
        logger,
      },
      config,
      { schedulers: imported.map(({ name }) => name), networkPlugins: connecting.map(({ name }) => name) },
    );
  } finally {
    await audit?.stop();
    await clock.stop();
    stopFollowing?.();
    pool.close();
    await store.close();
  }
}

async function serveCluster(
  cluster: Cluster,
  config: Config,
  plugins: Pick<SettingsSource, 'schedulers' | 'networkPlugins'>,
): Promise<void> {
  const { cache, logger } = cluster;
  const { listen, allowedHosts } = config;
  const configuration = { ...describeConfig(config), installation: cluster.installation.name };
  for (const warning of configuration.warnings) logger.warn(warning);
  const tls = config.serverTls && (await readTls(config.serverTls));
  let served = tls;
  const server = await createServer({
    ...listen,
    ...{ allowedHosts, tls, cluster, configuration, version },
    gate: config.auth.mode === 'required' ? 'token' : 'open',
    oidc: config.auth.oidc,
    warnings: configuration.warnings,
    certificate: () => served?.cert,
  });
  const isTokenRequired = config.auth.mode === 'required';
  const doors = await createDoors(cluster, config.doors, allowedHosts, { tls, isTokenRequired });
  const dns = config.discovery && dnsServer(cluster, config.discovery);
  const auth = config.discovery?.auth && new AuthListener(cluster, config.discovery.auth);
  // Only one server can use the embedded store: with a constant id it can take over its own leases right after a crash.
  const serverId = config.store.kind === 'embedded' ? 'the only one' : randomUUID();
  const shared = sharedSettings({ ...config, ...plugins, installation: cluster.installation.name });
  // Only one server can use the embedded store.
  const guard = config.store.kind === 'redis' ? new SettingsGuard(cluster, serverId, shared) : undefined;
  const shards = new ShardAssignment(cluster, serverId, () => ({
    host: hostname(),
    certificates: serverCertificates(cluster.pool, served?.cert),
  }));
  const expiryWarnings = new ExpiryWarnings(cluster, () => served?.cert);
  const publisher = new ContainerPublisher(cluster, shards);
  const watchers = new EngineWatchers(cluster, shards, publisher);
  const sweep = new RequestSweep(cluster);
  const leadership = new Leadership(cluster.store, serverId, logger);
  const controllerManager = new ControllerManager(cluster, leadership);
  const webhooks = new WebhookDispatcher(cluster, leadership);
  const trimmer = new IdleHeapTrimmer();
  await guard?.join();
  let refusal: SatsumaError | undefined;
  await cache.start();
  let stopFollowing: (() => void) | undefined;
  try {
    if (config.auth.mode === 'required') await writeFirstToken(cluster, config.auth.adminTokenFile);
    for (const each of [server, ...doors.values()]) await startListening(each);
    await dns?.start();
    await auth?.start();
    if (config.serverTls && tls) {
      const onChange = (changed: typeof tls) => {
        served = changed;
      };
      const stops = [followTls(server.listener, config.serverTls, { used: tls, logger, onChange })];
      const docker = doors.get('docker');
      if (docker) stops.push(followTls(docker.listener, config.serverTls, { used: tls, logger }));
      stopFollowing = () => {
        for (const stop of stops) stop();
      };
    }
    shards.start();
    watchers.start();
    publisher.start();
    sweep.start();
    leadership.start();
    controllerManager.start();
    webhooks.start();
    trimmer.start();
    expiryWarnings.start();
    const open = Object.fromEntries([...doors].map(([name, { info }]) => [name, addressOf(info)]));
    logger.info(
      {
        ...{ address: server.info.uri, store: config.store.kind },
        ...(doors.size > 0 && { doors: open }),
        ...(dns && { dns: dns.address }),
        ...(auth && { auth: auth.address }),
      },
      'listening',
    );
    refusal = await Promise.race([stopSignal(), ...(guard ? [guard.watch()] : [])]);
    logger.info('stopping: finishing requests in progress');
    setTimeout(() => process.exit(1), finishWithinMs + 500).unref();
  } finally {
    trimmer.stop();
    expiryWarnings.stop();
    stopFollowing?.();
    await guard?.stop();
    const listeners = [server, ...doors.values()].map((each) => each.stop({ timeout: finishWithinMs }));
    await Promise.all([
      ...listeners,
      dns?.stop(),
      auth?.stop(),
      watchers.stop(),
      publisher.stop(),
      sweep.stop(),
      controllerManager.stop(),
      webhooks.stop(),
    ]);
    await Promise.all([shards.stop(), leadership.stop()]);
    await cache.stop();
  }
  if (refusal) throw refusal;
  logger.info('stopped');
}

/** For a Unix socket, its path. */
function addressOf({ port, uri }: { readonly port: unknown; readonly uri: string }): string {
  return typeof port === 'string' ? `unix://${port}` : uri;
}

function dnsServer(cluster: Cluster, { dns, domain }: DiscoverySettings): DnsServer {
  const { cache, logger } = cluster;
  // After a pause of the process, the cached state is not served until it is current again.
  return new DnsServer({ ...dns, domain, directory: serviceDirectory(cluster), awake: () => cache.awake(), logger });
}

/** Written to stderr and not to the log: it is shown once, and logs are kept. */
async function writeFirstToken(cluster: Cluster, file: string | undefined): Promise<void> {
  const made = await makeFirstToken(cluster, file);
  if (!made) return;
  const { name, token } = made;
  const where = file === undefined ? `is ${token}` : `is in ${file}`;
  process.stderr.write(
    `The token "${name}" of the first admin ${where}: it is not shown again. See "satsuma login --help".\n`,
  );
}

async function openStore({ store }: Config, logger: Logger): Promise<Store> {
  if (store.kind === 'embedded') return openEmbeddedStore({ dir: store.dir, logger });
  const { ca, cert, key, serverName } = store.tls ?? {};
  const tls = {
    ...(ca && { ca: await readPem(ca) }),
    ...(cert && { cert: await readPem(cert) }),
    ...(key && { key: await readPem(key) }),
    ...(serverName && { serverName }),
  };
  return openRedisStore({ url: store.url, prefix: store.prefix, tls, logger });
}

async function installationOf(
  { installation: name, labelKeys, tls, store: kept }: Config,
  store: Store,
): Promise<Installation> {
  const paths = labelKeys.length === 0 && tls ? [tls.key] : labelKeys;
  const files = await Promise.all(paths.map(async (path) => ({ name: path, text: await readPem(path, 'key') })));
  const keptSecret = () => (kept.kind === 'embedded' ? secretInFolder(kept.dir) : secretInStore(store));
  return await openInstallation({ name, files, keptSecret });
}

/** By default beside the embedded store. Servers that share a store must have one configured. */
function registryKeyFileOf({ registryKeyFile: path, store }: Config): RegistryKeyFile | undefined {
  if (path !== undefined) return { path, isMadeHere: store.kind === 'embedded' };
  return store.kind === 'embedded' ? { path: join(store.dir, 'registry-key'), isMadeHere: true } : undefined;
}

function asScheduler(value: unknown, module: string): Scheduler {
  const { name, prepare } = (value ?? {}) as Partial<Scheduler>;
  if (typeof name === 'string' && typeof prepare === 'function') return value as Scheduler;
  throw new SatsumaError('invalid', `${module} must export by default a scheduler { name, description, prepare }`);
}

function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(undefined));
  });
}
