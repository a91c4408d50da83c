import { createHash } from 'node:crypto';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildRequest } from '../../src/engines/build-operations.ts';
import { enforcePolicy } from '../../src/engines/docker/policy/enforce-policy.ts';
import { toDockerSpec } from '../../src/engines/docker/spec.ts';
import type {
  ContainerList,
  ContainerSpec,
  DocumentKind,
  EngineClient,
  EngineEvent,
  Handshake,
  ListFilter,
  LogOptions,
  RemoveOptions,
  SkippedEvent,
  StopOptions,
} from '../../src/engines/engine-client.ts';
import type { PullOptions } from '../../src/engines/image-operations.ts';
import type { RelayAnswer, RelayRequest, TunnelRequest } from '../../src/engines/relay-operations.ts';
import type { SwarmJoin } from '../../src/engines/swarm-operations.ts';
import type { UsedThing } from '../../src/engines/volume-operations.ts';
import type { BuildStep } from '../../src/model/build.ts';
import type {
  CommitOptions,
  ContainerCheck,
  ContainerDetail,
  ContainerExit,
  ContainerState,
  ContainerUpdate,
  FileChange,
  ProcessList,
  WaitCondition,
} from '../../src/model/container.ts';
import type { UsageSample } from '../../src/model/container-usage.ts';
import type { DiskUsage } from '../../src/model/disk-usage.ts';
import type { DaemonInfo } from '../../src/model/engine.ts';
import type { EngineImageList, ImageRemoval, ImageStep } from '../../src/model/engine-image.ts';
import { type ErrorCode, SatsumaError } from '../../src/model/errors.ts';
import type { EngineSetup } from '../../src/model/finding.ts';
import type { ImageConfig, PortBinding } from '../../src/model/image-config.ts';
import { canonicalImageName } from '../../src/model/image-name.ts';
import { namedNetworks, namedVolumes, neededImages } from '../../src/model/image-needs.ts';
import type { SwarmNode, SwarmState, SwarmTokens } from '../../src/model/mesh.ts';
import {
  isPredefinedNetwork,
  type Network,
  type NetworkDetail,
  type NetworkEndpoint,
  type NetworkSpec,
} from '../../src/model/network.ts';
import type { Archive, PathStat, PutArchiveOptions } from '../../src/model/path-stat.ts';
import type { Policy } from '../../src/model/policy.ts';
import type { AttachOptions, CreatedExec, ExecOptions, ProcessStream } from '../../src/model/process-stream.ts';
import type { RegistryCredentials } from '../../src/model/registry.ts';
import { secretsFolder } from '../../src/model/secret.ts';
import type { IngressPort } from '../../src/model/swarm.ts';
import type { Volume, VolumeSpec } from '../../src/model/volume.ts';
import { FakeEvents } from './fake-events.ts';
import { fakeProcess } from './fake-process.ts';
import { FakeSwarm } from './fake-swarm.ts';

export type FakeCall = keyof EngineClient;

interface FakeContainer {
  readonly id: string;
  name: string;
  image: ImageConfig;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: string;
  cpus: number;
  state: ContainerState;
  ports: Required<PortBinding>[];
}

interface Failure {
  readonly code: ErrorCode;
  /** The call takes effect and only its answer is lost, as when a create times out. */
  readonly takesEffect: boolean;
  left: number;
}

/** A canned answer. */
interface Relayed {
  readonly status?: number;
  readonly body: unknown;
  readonly cut?: Error;
}

/** Docker in memory: names collide at create, ports at start, and a container without its image is not created. */
export class FakeEngine implements EngineClient {
  readonly id: string;
  daemon: DaemonInfo;
  swarm: Handshake['swarm'];
  readonly swarmMode = new FakeSwarm();
  /** How its daemon is set up, but for the time. */
  setup: Omit<EngineSetup, 'timeMs'> = {
    ...{ version: '27.0.0', storageDriver: 'overlay2', isLiveRestore: true, isInSwarm: false, warnings: [] },
    certificate: undefined,
  };
  disk: DiskUsage = {
    ...{ images: { bytes: 2e9, unusedBytes: 1e9 }, containers: { bytes: 0, unusedBytes: 0 } },
    ...{ volumes: { bytes: 5e8, unusedBytes: 0 }, buildCache: { bytes: 0, unusedBytes: 0 } },
  };
  /** Told where it manages a swarm. */
  ingressPorts: readonly IngressPort[] = [];
  /** Canonical names of what is there, and of what a pull would find. */
  readonly images = new Set(['demo/busybox:1']);
  readonly registry = new Set<string>();
  /** Ids of images whose name says nothing of them, by name; and of images without a name. */
  readonly imageIds = new Map<string, string>();
  readonly dangling = new Set<string>();
  /** Pulls whose client went. */
  brokenPulls = 0;
  /** What every registry refuses. */
  wrongPassword = '';
  /** Who logged in to the registry for each pull. */
  readonly pullUsers: (string | undefined)[] = [];
  /** Names that any load brings. */
  readonly loadable = new Set<string>();
  readonly containers = new Map<string, FakeContainer>();
  /** The folders of secrets, as archives, by the id of the container that has them. */
  readonly secrets = new Map<string, string>();
  /** Ports held by processes that are no containers, as `tcp/80`. */
  readonly foreignPorts = new Set<string>();
  /** TCP ports that an image exposes, by its name as it is asked for; published with `publish`. */
  readonly exposed = new Map<string, readonly number[]>();
  /** Of containers that ended, by id; 0 unless told. */
  readonly exitCodes = new Map<string, number>();
  /** When containers were last started, by id. */
  readonly startedAt = new Map<string, string>();
  /** Ids of containers that the kernel killed for their memory. */
  readonly outOfMemory = new Set<string>();
  /** Ids that a list tells of images whose name is another image's by now, by that name. */
  readonly movedTags = new Map<string, string>();
  /** What HEALTHCHECK says, by container id. */
  readonly healths = new Map<string, 'starting' | 'healthy' | 'unhealthy'>();
  /** What lists say of containers, with an exit code. */
  readonly statuses = new Map<string, { readonly status: string; readonly exitCode?: number }>();
  /** What containers use, by id, other than everybody else. */
  readonly usages = new Map<string, Partial<UsageSample>>();
  readonly events = new FakeEvents();
  /** What containers wrote, by id. */
  readonly logs = new Map<string, string[]>();
  /** What was put into containers, by name and path: `web:/data`. */
  readonly archives = new Map<string, Buffer>();
  readonly volumes = new Map<string, Volume>();
  /** What is in volumes, as tar archives, by name. */
  readonly volumeFiles = new Map<string, Buffer>();
  readonly networks = new Map<string, Network>();
  /** Ids of the containers that were connected by hand, by network. */
  readonly members = new Map<string, Map<string, NetworkEndpoint>>();
  /** How many follow logs. */
  following = 0;
  /** Every call, in the order they came, as `createContainer web`. */
  readonly calls: string[] = [];
  /** How long each call takes. */
  readonly latencyMs = new Map<FakeCall, number>();
  /** By how much its wall clock is ahead of ours. */
  aheadMs = 0;
  /** From when on logs were asked for, in seconds of its wall clock. */
  readonly logsSince: (string | undefined)[] = [];
  #cut = new AbortController();
  readonly #failures = new Map<FakeCall | 'any', Failure>();
  #created = 0;
  #samples = 0;
  #started = 0;
  #nextPort = 32768;

  constructor(id: string) {
    this.id = id;
    this.daemon = { id: `daemon-${id}`, version: '27.0.0', cpus: 4, memory: 8192 };
  }

  /** The next `times` calls fail; `any` fails them all, whichever they are, until `heal`. */
  fail(call: FakeCall | 'any', code: ErrorCode, { takesEffect = false, times = Number.POSITIVE_INFINITY } = {}): void {
    this.#failures.set(call, { code, takesEffect, left: times });
  }

  heal(): void {
    this.#failures.clear();
  }

  /** A container that somebody else started. */
  runForeign(name: string, image: Partial<ImageConfig> = {}): string {
    const whole: ImageConfig = { name: 'demo/busybox:1', type: 'multi', restart_policy: {}, ...image };
    const id = this.#create({ image: whole, name, labels: {}, maximumCpus: this.daemon.cpus });
    this.#start(id);
    return id;
  }

  /** `docker update` by hand. */
  update(idOrName: string, { cpus, memory }: { readonly cpus: number; readonly memory: number }): void {
    const container = this.#find(idOrName);
    Object.assign(container, { cpus, image: { ...container.image, memory } });
    this.#tell('update', container);
  }

  /** `docker rename` by hand. */
  rename(idOrName: string, name: string): void {
    this.#tell('rename', Object.assign(this.#find(idOrName), { name }));
  }

  /** Its process ends by itself: it stays, and lets go of its ports. */
  exit(idOrName: string, exitCode = 0): void {
    const container = Object.assign(this.#find(idOrName), { state: 'exited', ports: [] });
    this.exitCodes.set(container.id, exitCode);
    this.#tell('die', container);
  }

  /** Its process ended, and the engine is going to start it again by itself. */
  restarts(idOrName: string): void {
    this.#tell('die', Object.assign(this.#find(idOrName), { state: 'restarting', ports: [] }));
  }

  handshake(): Promise<Handshake> {
    return this.#call('handshake', '', () => ({ daemon: this.daemon, ...(this.swarm && { swarm: this.swarm }) }));
  }

  listIngressPorts(): Promise<readonly IngressPort[]> {
    return this.#call('listIngressPorts', '', () => this.ingressPorts);
  }

  time(): Promise<number> {
    return this.#call('time', '', () => Date.now() + this.aheadMs);
  }

  examine(): Promise<EngineSetup> {
    return this.#call('examine', '', () => ({ ...this.setup, timeMs: Date.now() + this.aheadMs }));
  }

  diskUsage(): Promise<DiskUsage> {
    return this.#call('diskUsage', '', () => this.disk);
  }

  ping(): Promise<void> {
    return this.#call('ping', '', () => undefined);
  }

  listContainers(filter: ListFilter = {}): Promise<ContainerList> {
    return this.#call('listContainers', filter.label ?? '', () =>
      [...this.containers.values()]
        .filter(({ id }) => filter.ids?.includes(id) ?? true)
        .filter(({ labels }) => !filter.label || Object.entries(labels).some((pair) => pair.join('=') === filter.label))
        .map(({ id, name, image, state, labels, ports, createdAt }) => {
          const isUnhealthy = this.healths.get(id) === 'unhealthy';
          const imageName = this.movedTags.get(image.name) ?? image.name;
          const reported = { id, name, imageName, state, labels, ports: [...ports], createdAt };
          return { ...reported, ...this.statuses.get(id), ...(isUnhealthy && { isUnhealthy }) };
        }),
    );
  }

  inspectContainer(id: string): Promise<ContainerDetail> {
    return this.#call('inspectContainer', id, () => {
      const { image, ports, cpus, ...container } = this.#find(id);
      return {
        id: container.id,
        imageName: image.name,
        hostname: image.hostname ?? container.id.slice(0, 12),
        domain: image.domain ?? '',
        entrypoint: image.entrypoint ?? [],
        args: image.args ?? [],
        environment: image.environment ?? {},
        volumes: image.volumes ?? [],
        restartPolicy: image.restart_policy,
        networkMode: image.network_mode ?? 'bridge',
        cpus,
        memory: image.memory ?? 0,
        bindPorts: image.bind_ports ?? [],
        ports: [...ports],
      };
    });
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    await enforcePolicy(this, spec, toDockerSpec(spec));
    return await this.#call('createContainer', spec.name, () => this.#create(spec));
  }

  async enforcePolicy(policy: Policy, image: ImageConfig): Promise<void> {
    await enforcePolicy(this, { image, policy }, toDockerSpec({ image, name: '', labels: {}, maximumCpus: 1 }));
  }

  startContainer(id: string): Promise<void> {
    return this.#call('startContainer', id, () => this.#start(id));
  }

  stopContainer(id: string, { timeoutSeconds }: StopOptions = {}): Promise<void> {
    return this.#call('stopContainer', `${id} ${timeoutSeconds ?? ''}`.trim(), () => this.#stop(id));
  }

  restartContainer(id: string, { timeoutSeconds }: StopOptions = {}): Promise<void> {
    return this.#call('restartContainer', `${id} ${timeoutSeconds ?? ''}`.trim(), () => {
      this.#stop(id);
      this.#start(id);
    });
  }

  killContainer(id: string, signal = 'KILL'): Promise<void> {
    return this.#call('killContainer', `${id} ${signal}`, () => {
      const { state, name } = this.#find(id);
      if (state !== 'running') throw this.#error('wrong_state', `container ${name} is not running`);
      if (signal !== 'HUP') this.exit(id, 137);
    });
  }

  pauseContainer(id: string): Promise<void> {
    return this.#call('pauseContainer', id, () => this.#freeze(id, 'pause'));
  }

  unpauseContainer(id: string): Promise<void> {
    return this.#call('unpauseContainer', id, () => this.#freeze(id, 'unpause'));
  }

  listProcesses(id: string, psArgs?: string): Promise<ProcessList> {
    return this.#call('listProcesses', `${id} ${psArgs ?? ''}`.trim(), () => {
      const { state, name, image } = this.#find(id);
      if (state !== 'running') throw this.#error('wrong_state', `container ${name} is not running`);
      return { titles: ['PID', 'CMD'], processes: [['1', (image?.args ?? ['sh']).join(' ')]] };
    });
  }

  /** A tenth of a CPU since the sample before. */
  sampleUsage(id: string): Promise<UsageSample> {
    return this.#call('sampleUsage', id, () => {
      const { id: whole, state } = this.#find(id);
      this.#samples += 1;
      return {
        at: state === 'running' || state === 'paused' ? new Date().toISOString() : '',
        cpu: { containerNs: this.#samples * 1e8, systemNs: this.#samples * 4e9 },
        previousCpu: { containerNs: (this.#samples - 1) * 1e8, systemNs: (this.#samples - 1) * 4e9 },
        cpus: 4,
        memoryBytes: 64 * 2 ** 20,
        memoryLimitBytes: 256 * 2 ** 20,
        ...{ receivedBytes: 1000, sentBytes: 2000, readBytes: 3000, writtenBytes: 4000, pids: 2 },
        ...this.usages.get(whole),
      };
    });
  }

  /** Says how it ended when the next event is told, or now. */
  async waitContainer(id: string, condition: WaitCondition, signal: AbortSignal): Promise<ContainerExit> {
    const { id: whole } = await this.#call('waitContainer', `${id} ${condition}`, () => this.#find(id));
    const isMet = () => {
      const { state } = this.containers.get(whole) ?? {};
      return condition === 'removed' ? state === undefined : state !== 'running';
    };
    while (!isMet()) await sleep(5, undefined, { signal });
    return { exitCode: this.exitCodes.get(whole) ?? 0 };
  }

  listChanges(id: string): Promise<readonly FileChange[]> {
    return this.#call('listChanges', id, () => {
      this.#find(id);
      return [{ path: '/etc/motd', kind: 'added' } as const];
    });
  }

  openExport(id: string): Promise<AsyncIterable<Buffer>> {
    return this.#call('openExport', id, () => {
      this.#find(id);
      return this.#tellLogs(['a tar', ' archive'], AbortSignal.abort());
    });
  }

  statPath(id: string, path: string): Promise<PathStat> {
    return this.#call('statPath', `${id} ${path}`, () => {
      const file = path.startsWith(`${secretsFolder}/`) ? path.slice(secretsFolder.length + 1) : undefined;
      if (file !== undefined && this.secrets.get(id)?.includes(file)) return folderStat(path);
      // Each container has a root folder.
      if (path === '/') this.#find(id);
      else this.#archive(id, path);
      return folderStat(path);
    });
  }

  openArchive(id: string, path: string): Promise<Archive> {
    return this.#call('openArchive', `${id} ${path}`, () => ({
      stat: folderStat(path),
      bytes: Readable.from([this.#archive(id, path)]),
    }));
  }

  async putArchive(
    id: string,
    { path }: PutArchiveOptions,
    archive: AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { name, image } = await this.#call('putArchive', `${id} ${path}`, () => this.#find(id));
    const chunks: Buffer[] = [];
    const [of] = image.volumes_from ?? [];
    for await (const chunk of archive) {
      chunks.push(chunk);
      // What is unpacked is there before the archive ends, and as long as somebody has the folder.
      if (path === secretsFolder && of !== undefined) this.secrets.set(of, Buffer.concat(chunks).toString());
      if (signal?.aborted) break;
    }
    if (path === secretsFolder) return;
    const volume = this.#mountedAt(id, path);
    if (volume !== undefined) this.volumeFiles.set(volume, Buffer.concat(chunks));
    else this.archives.set(`${name}:${path}`, Buffer.concat(chunks));
  }

  listVolumes({ isUnused = false }: { readonly isUnused?: boolean } = {}): Promise<readonly Volume[]> {
    return this.#call('listVolumes', isUnused ? 'unused' : '', () =>
      sorted(this.volumes).filter(({ name }) => !isUnused || this.#usersOf(name).length === 0),
    );
  }

  inspectVolume(name: string): Promise<Volume> {
    return this.#call('inspectVolume', name, () => this.#volume(name));
  }

  createVolume({ name = `${this.volumes.size}`.padStart(64, '0'), ...spec }: VolumeSpec): Promise<Volume> {
    return this.#call('createVolume', name, () => this.#makeVolume(name, spec));
  }

  removeVolume(name: string): Promise<void> {
    return this.#call('removeVolume', name, () => {
      this.#volume(name);
      const [user] = this.#usersOf(name);
      if (user !== undefined) throw this.#error('volume_in_use', `volume ${name} is in use by ${user}`);
      this.volumes.delete(name);
      this.volumeFiles.delete(name);
      this.events.tell({ kind: 'volume', action: 'destroy', id: name });
    });
  }

  listUsers({ isRunning = false, ...of }: UsedThing): Promise<readonly string[]> {
    return this.#call('listUsers', Object.values(of).join(), () =>
      'volume' in of ? this.#usersOf(of.volume, isRunning) : this.#membersOf(of.network),
    );
  }

  listNetworks(): Promise<readonly Network[]> {
    return this.#call('listNetworks', '', () => sorted(this.networks));
  }

  inspectNetwork(reference: string): Promise<NetworkDetail> {
    return this.#call('inspectNetwork', reference, () => {
      const network = this.#network(reference);
      const endpoints = [...(this.members.get(network.name) ?? [])];
      const containers = endpoints.map(([id, { ip = '' }]) => ({
        ...{ id, name: this.#find(id).name, ipv4: ip, ipv6: '', mac: '' },
      }));
      return { ...network, containers };
    });
  }

  createNetwork({ name, driver = 'bridge', subnets = [], ...spec }: NetworkSpec): Promise<Network> {
    return this.#call('createNetwork', name, () => {
      if (this.networks.has(name)) throw this.#error('name_taken', `network ${name} already exists`);
      const { isInternal = false, isAttachable = false, isIPv6 = false, labels = {}, options = {} } = spec;
      const id = createHash('sha256').update(`${this.id}/${name}`).digest('hex');
      const flags = { isInternal, isAttachable, isIPv6 };
      const network = { id, name, driver, scope: 'local', ...flags, subnets, labels, options, createdAt: '' };
      this.networks.set(name, network);
      return network;
    });
  }

  removeNetwork(reference: string): Promise<void> {
    return this.#call('removeNetwork', reference, () => {
      const { name } = this.#network(reference);
      if (isPredefinedNetwork(name)) throw this.#error('invalid', `network ${name} is predefined`);
      if (this.#membersOf(name).length > 0) throw this.#error('network_in_use', `network ${name} has active endpoints`);
      this.networks.delete(name);
    });
  }

  connectNetwork(reference: string, containerId: string, endpoint: NetworkEndpoint): Promise<void> {
    return this.#call('connectNetwork', `${reference} ${containerId}`, () => {
      const { name } = this.#network(reference);
      const members = this.members.get(name) ?? new Map<string, NetworkEndpoint>();
      const { id } = this.#find(containerId);
      if (members.has(id)) throw this.#error('wrong_state', `it already exists in network ${name}`);
      this.members.set(name, members.set(id, endpoint));
    });
  }

  disconnectNetwork(reference: string, containerId: string, _options: { readonly isForced: boolean }): Promise<void> {
    return this.#call('disconnectNetwork', `${reference} ${containerId}`, () => {
      const { name } = this.#network(reference);
      const isThere = this.members.get(name)?.delete(this.#find(containerId).id);
      if (!isThere) throw this.#error('wrong_state', `it is not connected to network ${name}`);
    });
  }

  #makeVolume(name: string, { driver = 'local', labels = {}, options = {} }: VolumeSpec): Volume {
    const known = this.volumes.get(name);
    const scope = 'local';
    const volume = known ?? { name, driver, mountpoint: `/${name}`, scope, labels, options, createdAt: '' };
    this.volumes.set(name, volume);
    if (!known) this.events.tell({ kind: 'volume', action: 'create', id: name });
    return volume;
  }

  #volume(name: string): Volume {
    const volume = this.volumes.get(name);
    if (!volume) throw this.#error('no_such_volume', `no such volume ${name}`);
    return volume;
  }

  #usersOf(volume: string, isRunning = false): string[] {
    const users = [...this.containers.values()].filter(
      ({ image, state }) => namedVolumes(image).includes(volume) && (!isRunning || state === 'running'),
    );
    return users.map(({ name }) => name).sort();
  }

  #network(reference: string): Network {
    const network = sorted(this.networks).find(({ id, name }) => name === reference || id === reference);
    if (!network) throw this.#error('no_such_network', `network ${reference} not found`);
    return network;
  }

  #membersOf(reference: string): string[] {
    const { name: network } = this.#network(reference);
    const byMode = [...this.containers.values()].filter(({ image }) => namedNetworks(image).includes(network));
    const byHand = [...(this.members.get(network)?.keys() ?? [])].map((id) => this.#find(id));
    return [...byMode, ...byHand].map(({ name }) => name).sort();
  }

  /** The volume that a container has there, if it has one. */
  #mountedAt(id: string, path: string): string | undefined {
    const mounts = (this.#find(id).image.volumes ?? []).map((volume) => volume.split(':'));
    return mounts.find(([, target = '']) => target === path.replace(/\/\.$/, ''))?.[0];
  }

  #archive(id: string, path: string): Buffer {
    const volume = this.#mountedAt(id, path);
    if (volume !== undefined) return this.volumeFiles.get(volume) ?? Buffer.alloc(1024);
    const found = this.archives.get(`${this.#find(id).name}:${path}`);
    if (!found) throw this.#error('no_such_path', `there is no ${path}`);
    return found;
  }

  renameContainer(id: string, name: string): Promise<void> {
    return this.#call('renameContainer', `${id} ${name}`, () => {
      if ([...this.containers.values()].some((other) => other.name === name)) {
        throw this.#error('name_taken', `a container already has the name ${name}`);
      }
      this.rename(id, name);
    });
  }

  updateContainer(id: string, { cpus, memory, ...update }: ContainerUpdate, maximumCpus: number): Promise<void> {
    return this.#call('updateContainer', `${id} ${JSON.stringify({ cpus, memory, ...update })}`, () => {
      const container = this.#find(id);
      if (memory !== undefined && memory % 10 === 7) throw this.#error('invalid', 'limits that do not go together');
      const limits = {
        cpus: Math.min(cpus ?? container.cpus, maximumCpus),
        memory: memory ?? container.image.memory ?? 0,
      };
      this.update(id, limits);
    });
  }

  commitContainer(id: string, { image }: CommitOptions): Promise<string> {
    return this.#call('commitContainer', `${id} ${image ?? ''}`.trim(), () => {
      this.#find(id);
      if (image !== undefined) this.images.add(canonicalImageName(image));
      return `sha256:${createHash('sha256').update(id).digest('hex')}`;
    });
  }

  readSwarm(): Promise<SwarmState> {
    return this.#call('readSwarm', '', () => this.swarmMode.read());
  }

  listSwarmNodes(): Promise<readonly SwarmNode[]> {
    return this.#call('listSwarmNodes', '', () => this.swarmMode.nodes());
  }

  readSwarmTokens(): Promise<SwarmTokens> {
    return this.#call('readSwarmTokens', '', () => this.swarmMode.tokens());
  }

  initSwarm(options: { readonly address: string; readonly mesh: string }): Promise<void> {
    return this.#call('initSwarm', options.address, () => this.swarmMode.init(options));
  }

  joinSwarm(options: SwarmJoin): Promise<void> {
    return this.#call('joinSwarm', options.managers.join(), () => this.swarmMode.join(options));
  }

  leaveSwarm(): Promise<void> {
    return this.#call('leaveSwarm', '', () => this.swarmMode.leave());
  }

  setSwarmRole(node: string, role: 'manager' | 'worker'): Promise<void> {
    return this.#call('setSwarmRole', role, () => this.swarmMode.setRole(node, role));
  }

  rotateSwarmTokens(): Promise<void> {
    return this.#call('rotateSwarmTokens', '', () => this.swarmMode.rotate());
  }

  removeSwarmNode(id: string): Promise<void> {
    return this.#call('removeSwarmNode', '', () => this.swarmMode.remove(id));
  }

  readonly #execs = new Map<string, ExecOptions>();

  createExec(id: string, options: ExecOptions): Promise<string> {
    return this.#call('createExec', `${id} ${options.cmd.join(' ')}`, () => {
      const { state, name } = this.#find(id);
      if (state !== 'running') throw this.#error('wrong_state', `container ${name} is not running`);
      const exec = createHash('sha256').update(`${this.id} ${this.#execs.size}`).digest('hex');
      this.#execs.set(exec, options);
      return exec;
    });
  }

  startCreated(id: string, { exec, detach }: CreatedExec, signal: AbortSignal): Promise<ProcessStream> {
    const options = this.#execs.get(exec) ?? { cmd: ['unknown'], stdin: false };
    return this.startExec(id, { ...options, detach }, signal);
  }

  startExec(id: string, { cmd, stdin, tty, detach }: ExecOptions, signal: AbortSignal): Promise<ProcessStream> {
    return this.#call('startExec', `${id} ${cmd.join(' ')}`, () => {
      const { state, name } = this.#find(id);
      if (state !== 'running') throw this.#error('wrong_state', `container ${name} is not running`);
      const process = fakeProcess(cmd, { stdin, tty, signal });
      return detach ? { ...process, output: nothing(), end: async () => ({ isDetached: true }) } : process;
    });
  }

  async attachContainer(
    id: string,
    { stdin, start, logs, follow }: AttachOptions,
    signal: AbortSignal,
  ): Promise<ProcessStream> {
    const process = await this.#call('attachContainer', id, () => {
      const { image } = this.#find(id);
      return fakeProcess(image.args ?? ['cat'], { stdin, tty: image.tty, signal, logs, follow });
    });
    await start?.();
    return process;
  }

  #freeze(id: string, action: 'pause' | 'unpause'): void {
    const container = this.#find(id);
    if (container.state !== 'running' && container.state !== 'paused') {
      throw this.#error('wrong_state', `container ${container.name} is not running`);
    }
    this.#tell(action, Object.assign(container, { state: action === 'pause' ? 'paused' : 'running' }));
  }

  checkContainer(id: string): Promise<ContainerCheck> {
    return this.#call('checkContainer', id, () => {
      const { id: whole, state, ports } = this.#find(id);
      const health = this.healths.get(whole);
      const isRunning = state === 'running';
      return {
        isRunning,
        isRestarting: state === 'restarting',
        wasStarted: state !== 'created',
        startedAt: this.startedAt.get(whole) ?? '',
        exitCode: this.exitCodes.get(whole) ?? 0,
        isOutOfMemory: this.outOfMemory.has(whole),
        restarts: 0,
        ports: [...ports],
        ...(health && { health }),
      };
    });
  }

  inspectDocument(id: string): Promise<unknown> {
    return this.#call('inspectDocument', id, () => {
      const { image, labels, ...container } = this.#find(id);
      return { Id: container.id, Name: `/${container.name}`, Config: { Image: image.name, Labels: labels } };
    });
  }

  listDocuments(kind: DocumentKind): Promise<readonly unknown[]> {
    return this.#call('listDocuments', kind, () => {
      if (kind === 'images') return [...this.images].map((name) => ({ Id: `sha256:${name}`, RepoTags: [name] }));
      return [...this.containers.values()].map(({ id, name, image, state, createdAt }) => ({
        Id: id,
        Names: [`/${name}`],
        Image: image.name,
        Command: image.args?.join(' ') ?? '',
        Created: Math.floor(Date.parse(createdAt) / 1000),
        Ports: [],
        State: state,
        Status: state === 'running' ? 'Up 1 second' : '',
      }));
    });
  }

  openLogs(id: string, { tail, follow, since }: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return this.#call('openLogs', id, () => {
      if (follow) this.following += 1;
      this.logsSince.push(since);
      const lines = this.logs.get(this.#find(id).id) ?? [];
      return this.#tellLogs(
        tail === 'all' ? lines : lines.slice(-tail),
        follow ? AbortSignal.any([signal, this.#cut.signal]) : AbortSignal.abort(),
      );
    });
  }

  /** Whoever follows logs loses the connection. */
  cutLogs(): void {
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  async *#tellLogs(lines: readonly string[], until: AbortSignal): AsyncGenerator<Buffer> {
    for (const line of lines) yield Buffer.from(line);
    if (until.aborted) return;
    await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }));
    this.following -= 1;
  }

  /** What it answers to a relayed call, by method and path; 404 otherwise. `cut`: how the answer breaks off after the body. */
  readonly relayed = new Map<string, Relayed>();
  readonly relays: RelayRequest[] = [];

  /** What was sent with a relayed call, by method and path. */
  readonly relayedBodies = new Map<string, Buffer>();
  /** Connections that were handed on: what is written to one comes back. */
  readonly tunnels: TunnelRequest[] = [];

  tunnel(request: TunnelRequest): Promise<Duplex> {
    return this.#call('tunnel', request.path, () => {
      this.tunnels.push(request);
      return new PassThrough();
    });
  }

  async relay(request: RelayRequest): Promise<RelayAnswer> {
    const asked = `${request.method} ${request.path}`;
    if (request.body) this.relayedBodies.set(asked, await buffer(request.body));
    return this.#call('relay', asked, () => {
      this.relays.push(request);
      const missing = { status: 404, body: { message: 'page not found' }, cut: undefined };
      const { status = 200, body, cut } = this.relayed.get(asked) ?? this.#relayedNetwork(asked) ?? missing;
      const bytes = cutAfter(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), cut);
      return {
        ...{ status, headers: { 'content-type': 'application/json' }, bytes },
        refusal: async () => {
          const { message = '' } = Object(body) as { readonly message?: string };
          const cause = Object.assign(new Error(message), { status });
          return new SatsumaError('engine_refused', message, { cause });
        },
      };
    });
  }

  #relayedNetwork(asked: string): Relayed | undefined {
    const [, reference] = /^GET \/networks\/(.+)$/.exec(asked) ?? [];
    const network = sorted(this.networks).find(({ id, name }) => name === reference || id === reference);
    if (!network) return undefined;
    return { body: { Name: network.name, Id: network.id, Labels: network.labels, Scope: network.scope } };
  }

  removeContainer(id: string, { unlessRunning = false }: RemoveOptions = {}): Promise<void> {
    return this.#call('removeContainer', id, () => {
      const container = this.#find(id);
      if (unlessRunning && ['running', 'paused'].includes(container.state)) {
        throw this.#error('wrong_state', `container ${container.name} is running`);
      }
      this.containers.delete(container.id);
      this.#tell('destroy', container);
    });
  }

  pullImage(name: string, { onProgress, signal, credentials }: PullOptions = {}): Promise<void> {
    return this.#call('pullImage', name, () => {
      if (signal?.aborted) {
        this.brokenPulls += 1;
        throw this.#error('engine_timeout', 'the pull was broken off');
      }
      this.pullUsers.push(credentials?.username);
      const image = canonicalImageName(name);
      if (!this.registry.has(image)) throw this.#error('no_such_image', `no image ${image} to pull`);
      onProgress?.({ layer: 'abcdefabcdef', status: 'Pull complete' });
      this.images.add(image);
    });
  }

  checkLogin({ server, password }: RegistryCredentials): Promise<void> {
    return this.#call('checkLogin', server, () => {
      if (password === this.wrongPassword) throw this.#error('registry_denied', 'the password is wrong');
    });
  }

  listEngineImages(): Promise<EngineImageList> {
    return this.#call('listEngineImages', '', () => {
      const byId = new Map<string, string[]>();
      for (const name of [...this.images].sort())
        byId.set(this.imageId(name), [...(byId.get(this.imageId(name)) ?? []), name]);
      for (const id of this.dangling) byId.set(id, []);
      const createdAt = '2026-01-01T00:00:00.000Z';
      return [...byId].map(([id, tags]) => ({ id, tags, digests: [], sizeBytes: 1_000_000, createdAt }));
    });
  }

  inspectImage(name: string): Promise<Readonly<Record<string, unknown>>> {
    return this.#call('inspectImage', name, () => {
      const id = this.#image(name);
      return { Id: id, RepoTags: [...this.images].filter((each) => this.imageId(each) === id) };
    });
  }

  /** By name of the image; empty unless told. */
  readonly layers = new Map<string, readonly string[]>();
  /** How many bytes each load brought. */
  readonly loads: Buffer[] = [];

  listImageLayers(name: string): Promise<readonly string[]> {
    return this.#call('listImageLayers', name, () => this.layers.get(name) ?? []);
  }

  openImageArchive(name: string): Promise<AsyncIterable<Buffer>> {
    return this.#call('openImageArchive', name, () => {
      this.#image(name);
      return this.#tellLogs(['an arch', 'ive'], AbortSignal.abort());
    });
  }

  async loadImages(archive: AsyncIterable<Buffer>): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const bytes of archive) chunks.push(Buffer.from(bytes));
    return await this.#call('loadImages', '', () => {
      this.loads.push(Buffer.concat(chunks));
      for (const name of this.loadable) this.images.add(name);
    });
  }

  /** What was built, with its context. */
  readonly builds: { readonly request: BuildRequest; readonly context: Buffer }[] = [];

  async buildImage(context: AsyncIterable<Buffer>, request: BuildRequest): Promise<AsyncIterable<BuildStep>> {
    const chunks: Buffer[] = [];
    for await (const bytes of context) chunks.push(Buffer.from(bytes));
    const [name = ''] = request.names;
    return await this.#call('buildImage', name, () => {
      this.builds.push({ request, context: Buffer.concat(chunks) });
      for (const each of request.names) {
        this.images.add(canonicalImageName(each));
        this.imageIds.set(canonicalImageName(each), this.imageId(canonicalImageName(name)));
      }
      const imageId = this.imageId(canonicalImageName(name));
      return (async function* (): AsyncGenerator<BuildStep> {
        yield { log: 'Step 1/1 : FROM demo/busybox:1\n' };
        yield { imageId };
      })();
    });
  }

  listImageSteps(name: string): Promise<readonly ImageStep[]> {
    return this.#call('listImageSteps', name, () => {
      const id = this.#image(name);
      const made = { createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'ADD . /', sizeBytes: 1_000_000 };
      return [{ id, ...made, comment: '', tags: [canonicalImageName(name)] }];
    });
  }

  tagImage(name: string, tag: string): Promise<void> {
    return this.#call('tagImage', `${name} ${tag}`, () => {
      this.imageIds.set(canonicalImageName(tag), this.#image(name));
      this.images.add(canonicalImageName(tag));
    });
  }

  removeImage(name: string, { isForced = false }: { readonly isForced?: boolean } = {}): Promise<ImageRemoval> {
    return this.#call('removeImage', name, () => {
      const id = this.#image(name);
      const canonical = canonicalImageName(name);
      const isUsed = [...this.containers.values()].some(({ image }) => canonicalImageName(image.name) === canonical);
      if (isUsed && !isForced) throw this.#error('image_in_use', `a container uses ${name}`);
      this.images.delete(canonical);
      this.dangling.delete(id);
      return { untagged: id === name ? [] : [canonical], deleted: [id] };
    });
  }

  /** The same on every engine, unless the name is another one's. */
  imageId(name: string): string {
    return this.imageIds.get(name) ?? `sha256:${createHash('sha256').update(name).digest('hex')}`;
  }

  #image(name: string): string {
    const canonical = canonicalImageName(name);
    if (this.images.has(canonical)) return this.imageId(canonical);
    if (this.dangling.has(name) || [...this.images].some((each) => this.imageId(each) === name)) return name;
    throw this.#error('no_such_image', `no image ${name}`);
  }

  listImages(): Promise<string[]> {
    return this.#call('listImages', '', () => [...this.images].sort());
  }

  openEvents(signal: AbortSignal, since?: string): Promise<AsyncIterable<EngineEvent | SkippedEvent>> {
    return this.#call('openEvents', '', () => this.events.listen(signal, since));
  }

  #tell(action: string, { id, labels }: FakeContainer): void {
    const reservationId = labels['satsuma.reservation'];
    this.events.tell({ kind: 'container', action, id, ...(reservationId === undefined ? {} : { reservationId }) });
  }

  async #call<T>(call: FakeCall, argument: string, effect: () => T): Promise<T> {
    this.calls.push(`${call} ${argument}`.trim());
    await sleep(this.latencyMs.get(call) ?? 0);
    const failure = this.#failures.get(call) ?? this.#failures.get('any');
    if (!failure || failure.left <= 0) return effect();
    failure.left -= 1;
    if (failure.takesEffect) effect();
    throw this.#error(failure.code, `${call} fails with ${failure.code}`);
  }

  #create({ image, name, labels, maximumCpus }: ContainerSpec): string {
    for (const needed of neededImages(image).map(canonicalImageName)) {
      if (!this.images.has(needed)) throw this.#error('no_such_image', `no image ${needed}`);
    }
    if ([...this.containers.values()].some((other) => other.name === name)) {
      throw this.#error('name_taken', `a container already has the name ${name}`);
    }
    this.#created += 1;
    const id = createHash('sha256').update(`${this.id}/${this.#created}`).digest('hex');
    const cpus = Math.min(image.cpus ?? 0, maximumCpus);
    const createdAt = new Date().toISOString();
    for (const volume of namedVolumes(image)) this.#makeVolume(volume, {});
    this.containers.set(id, { id, name, image, labels, createdAt, cpus, state: 'created', ports: [] });
    return id;
  }

  #start(id: string): void {
    const container = this.#find(id);
    if (container.state === 'running') return;
    const { image } = container;
    const asked = image.bind_ports ?? [];
    const exposed = (image.publish ? (this.exposed.get(image.name) ?? []) : [])
      .filter((port) => !asked.some(({ container_port }) => container_port === port))
      .map((container_port): PortBinding => ({ proto: 'tcp', container_port }));
    const wanted = image.network_mode === 'host' ? [] : [...asked, ...exposed];
    const bound: Required<PortBinding>[] = [];
    for (const { proto, host_ip = '0.0.0.0', port = 0, container_port } of wanted) {
      const binding = { proto, host_ip, port: port || this.#nextPort++, container_port };
      if (this.#isTaken(binding, bound)) throw this.#error('port_taken', `port ${proto}/${port} is already allocated`);
      bound.push(binding);
    }
    container.ports = bound;
    container.state = 'running';
    this.#started += 1;
    this.startedAt.set(id, `start ${this.#started}`);
    this.#tell('start', container);
  }

  #stop(id: string): void {
    this.secrets.delete(this.#find(id).id);
    if (this.#find(id).state === 'running') this.exit(id);
  }

  #isTaken(wanted: Required<PortBinding>, own: readonly Required<PortBinding>[]): boolean {
    if (this.foreignPorts.has(`${wanted.proto}/${wanted.port}`)) return true;
    const bound = [...this.containers.values()].flatMap(({ ports }) => ports);
    return [...bound, ...own]
      .filter(({ proto, port }) => proto === wanted.proto && port === wanted.port)
      .some(({ host_ip }) => host_ip === wanted.host_ip || [host_ip, wanted.host_ip].includes('0.0.0.0'));
  }

  #find(idOrName: string): FakeContainer {
    const all = [...this.containers.values()];
    const found =
      all.find(({ id, name }) => id === idOrName || name === idOrName) ?? all.find(({ id }) => id.startsWith(idOrName));
    if (!found) throw this.#error('no_such_container', `no container ${idOrName}`);
    return found;
  }

  #error(code: ErrorCode, what: string): SatsumaError {
    return new SatsumaError(code, `engine ${this.id}: ${what}`);
  }
}

function folderStat(path: string): PathStat {
  return {
    name: path.split('/').at(-1) ?? '',
    size: 0,
    mode: 2 ** 31 + 0o755,
    mtime: '2026-01-01T00:00:00Z',
    linkTarget: '',
  };
}

function sorted<T extends { readonly name: string }>(things: ReadonlyMap<string, T>): T[] {
  return [...things.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* nothing(): AsyncGenerator<never> {}

async function* cutAfter(bytes: Buffer, cut: Error | undefined): AsyncGenerator<Buffer> {
  yield bytes;
  if (cut) throw cut;
}
