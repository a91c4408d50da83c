import { randomBytes } from 'node:crypto';
import type { Filterable } from './list-filters.ts';

/** The fields of a create request that are returned later. */
export interface CreateBody {
  readonly Image: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly HostConfig?: Readonly<Record<string, unknown>>;
}

interface SimulatedContainer {
  readonly id: string;
  readonly name: string;
  readonly body: CreateBody;
  /** In seconds since 1970. */
  readonly created: number;
  isRunning: boolean;
  /** It ran and ended. */
  hasEnded?: boolean;
}

/** Called with each event as a line of Docker's `/events`. */
type Listener = (line: string) => void;

export const simulatedCpus = 64;
export const simulatedMemoryMiB = 262_144;

/** An in-memory daemon: it has every image, and a start only changes the state. */
export class SimulatedEngine {
  readonly id: string;
  readonly #containers = new Map<string, SimulatedContainer>();
  readonly #names = new Set<string>();
  readonly #listeners = new Set<Listener>();

  constructor(id: string) {
    this.id = id;
  }

  /** The id; undefined: the name is taken. */
  create(name: string, body: CreateBody): string | undefined {
    if (this.#names.has(name)) return undefined;
    const id = randomBytes(32).toString('hex');
    this.#names.add(name);
    this.#containers.set(id, { id, name, body, created: Math.floor(Date.now() / 1000), isRunning: false });
    return id;
  }

  /** False: the container does not exist. */
  start(id: string): boolean {
    const container = this.#containers.get(id);
    if (!container) return false;
    container.isRunning = true;
    this.#tell('start', container);
    return true;
  }

  /** False: the container does not exist. */
  stop(id: string): boolean {
    const container = this.#containers.get(id);
    if (!container) return false;
    if (!container.isRunning) return true;
    container.isRunning = false;
    container.hasEnded = true;
    this.#tell('die', container);
    return true;
  }

  /** False: the container does not exist. */
  remove(id: string): boolean {
    const container = this.#containers.get(id);
    if (!container) return false;
    this.#containers.delete(id);
    this.#names.delete(container.name);
    if (container.isRunning) this.#tell('die', container);
    this.#tell('destroy', container);
    return true;
  }

  /** Until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  info(): object {
    return {
      ID: this.id,
      Name: this.id,
      ServerVersion: '27.3.1',
      NCPU: simulatedCpus,
      MemTotal: simulatedMemoryMiB * 2 ** 20,
      SystemTime: new Date().toISOString(),
    };
  }

  list(): Filterable[] {
    return [...this.#containers.values()].map(({ id, name, body, created, isRunning, hasEnded }) => ({
      Id: id,
      Names: [`/${name}`],
      Image: body.Image,
      ImageID: imageId,
      Command: 'sleep 1000000',
      Created: created,
      Ports: [],
      Labels: body.Labels ?? {},
      State: isRunning ? 'running' : hasEnded ? 'exited' : 'created',
      Status: isRunning ? 'Up 2 minutes' : hasEnded ? 'Exited (0) 2 minutes ago' : 'Created',
      HostConfig: { NetworkMode: 'default' },
      NetworkSettings: { Networks: { bridge: { NetworkID: imageId, IPAddress: '172.17.0.2', IPPrefixLen: 16 } } },
      Mounts: [],
    }));
  }

  images(): object[] {
    return [{ Id: imageId, RepoTags: ['demo/busybox:1'], Created: 0, Size: 1_200_000 }];
  }

  /** Undefined: the container does not exist. */
  inspect(id: string): object | undefined {
    const container = this.#containers.get(id);
    if (!container) return undefined;
    const { name, body, isRunning, hasEnded } = container;
    return {
      Id: id,
      Name: `/${name}`,
      State: { Running: isRunning, Status: isRunning ? 'running' : hasEnded ? 'exited' : 'created', ExitCode: 0 },
      Config: { Hostname: id.slice(0, 12), Domainname: '', Env: body.Env ?? [], Cmd: body.Cmd ?? ['sleep'] },
      HostConfig: body.HostConfig ?? {},
      NetworkSettings: { Ports: {} },
    };
  }

  #tell(action: string, { id, name, body }: SimulatedContainer): void {
    if (this.#listeners.size === 0) return;
    const Actor = { ID: id, Attributes: { ...body.Labels, image: body.Image, name } };
    const line = `${JSON.stringify({ Type: 'container', Action: action, Actor, timeNano: Date.now() * 1e6 })}\n`;
    for (const listener of this.#listeners) listener(line);
  }
}

const imageId = `sha256:${'5f'.repeat(32)}`;
