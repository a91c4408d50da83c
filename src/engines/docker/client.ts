import type Docker from 'dockerode';
import type { DiskUsage } from '../../model/disk-usage.ts';
import type { EngineSetup } from '../../model/finding.ts';
import type { IngressPort } from '../../model/swarm.ts';
import type {
  ContainerList,
  DocumentKind,
  EngineClient,
  EngineEvent,
  Handshake,
  ListFilter,
  LogOptions,
  PingOptions,
  SkippedEvent,
} from '../engine-client.ts';
import { DockerContainers } from './container-calls.ts';
import { toDiskUsage } from './disk-usage.ts';
import { containerOf } from './engine-caller.ts';
import { eventFilters, readEvents } from './events.ts';
import { toDaemonInfo, toEngineSetup, toEngineTime } from './info.ts';
import { readLogs } from './logs.ts';
import { dockerOver } from './modem.ts';
import { firstOf } from './shape.ts';
import { toContainerList } from './summary.ts';
import { toIngressPorts, toSwarmView } from './swarm.ts';
import { minorOf } from './unmet-needs.ts';

/** One Docker engine. */
export class DockerClient extends DockerContainers implements EngineClient {
  handshake(): Promise<Handshake> {
    return this.ask('handshake', {
      limitMs: this.deadlines.connectMs,
      run: async (docker, { signal }, connection) => {
        const api = minorOf(await connection.negotiate(signal));
        const info: unknown = await docker.info();
        const swarm = toSwarmView(info);
        return { daemon: { ...toDaemonInfo(info), api }, ...(swarm && { swarm }) };
      },
    });
  }

  listIngressPorts(): Promise<readonly IngressPort[]> {
    return this.ask('listIngressPorts', {
      limitMs: this.deadlines.listMs,
      run: async (docker) => toIngressPorts(await docker.listServices()),
    });
  }

  time(): Promise<number> {
    return this.ask('time', {
      limitMs: this.deadlines.connectMs,
      run: async (docker) => toEngineTime(await docker.info()),
    });
  }

  examine(): Promise<EngineSetup> {
    return this.ask('examine', {
      limitMs: this.deadlines.listMs,
      run: async (docker, { signal }, connection) => {
        const setup = toEngineSetup(await docker.info());
        return { ...setup, certificate: await connection.peerCertificate(signal) };
      },
    });
  }

  diskUsage(): Promise<DiskUsage> {
    return this.ask('diskUsage', {
      limitMs: this.deadlines.listMs,
      run: async (docker) => toDiskUsage(await docker.df()),
    });
  }

  ping({ isApart = false }: PingOptions = {}): Promise<void> {
    return this.ask('ping', {
      limitMs: this.deadlines.connectMs,
      subject: isApart ? 'apart' : '',
      run: async (_, { signal }, connection) => void (await connection.negotiate(signal, { isApart })),
    });
  }

  listContainers({ label, ids }: ListFilter = {}): Promise<ContainerList> {
    if (ids) return this.#listById(ids);
    const filters = label === undefined ? {} : { filters: { label: [label] } };
    return this.ask('listContainers', {
      limitMs: this.deadlines.listMs,
      subject: label === undefined ? '' : `with label ${label}`,
      run: async (docker) => toContainerList(await docker.listContainers({ all: true, ...filters })),
    });
  }

  /** Not coalesced: callers rarely ask for the same ids. */
  #listById(ids: readonly string[]): Promise<ContainerList> {
    return this.call('listContainers', {
      limitMs: this.deadlines.listMs,
      subject: 'by their ids',
      run: async (docker) => {
        const list = toContainerList(await docker.listContainers({ all: true, filters: { id: [...ids] } }));
        // Docker also matches id prefixes, and a daemon that ignores the filter lists everything.
        const requested = new Set(ids);
        const { leftOut, unclear } = list;
        const found = list.filter(({ id }) => requested.has(id));
        return Object.assign(
          found,
          leftOut === undefined ? {} : { leftOut, ...(unclear !== undefined && { unclear }) },
        );
      },
    });
  }

  listDocuments(kind: DocumentKind): Promise<readonly unknown[]> {
    return this.ask('listDocuments', {
      limitMs: this.deadlines.listMs,
      subject: kind,
      run: async (docker) =>
        firstOf(await (kind === 'images' ? docker.listImages() : docker.listContainers({ all: true })), 'the answer')
          .entries,
    });
  }

  async openLogs(id: string, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const stream = await this.call('openLogs', {
      limitMs: this.deadlines.listMs,
      subject: id,
      // The deadline covers the start of the response; after that, only the caller's signal ends it.
      run: (docker, deadline, connection) => {
        const until = AbortSignal.any([signal, deadline.signal]);
        const request = { container: containerOf(docker, id), options, silenceMs: this.deadlines.pullMs };
        return readLogs(connection, until, request);
      },
    });
    return this.translated(stream, 'openLogs', id);
  }

  async openEvents(signal: AbortSignal, since?: string): Promise<AsyncIterable<EngineEvent | SkippedEvent>> {
    // dockerode types `since` as a number, which is too coarse; Docker accepts a fraction.
    const options = { filters: eventFilters, since } as unknown as Docker.GetEventsOptions;
    const stream = await this.call('openEvents', {
      limitMs: this.deadlines.listMs,
      // The deadline covers the start of the response; after that, only the caller's signal ends it.
      run: async (_, deadline, connection) => {
        const docker = dockerOver(connection, AbortSignal.any([signal, deadline.signal]));
        return (await docker.getEvents(options)) as unknown as AsyncIterable<Buffer>;
      },
    });
    return this.translated(readEvents(stream), 'openEvents');
  }
}
