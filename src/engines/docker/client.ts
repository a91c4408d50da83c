import type Docker from 'dockerode';
import type { ContainerCheck, ContainerDetail, ProcessList } from '../../model/container.ts';
import type { UsageSample } from '../../model/container-usage.ts';
import type { DiskUsage } from '../../model/disk-usage.ts';
import type { EngineSetup } from '../../model/finding.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Policy } from '../../model/policy.ts';
import type { IngressPort } from '../../model/swarm.ts';
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
} from '../engine-client.ts';
import { toContainerCheck } from './check.ts';
import { toContainerDetail } from './detail.ts';
import { toDiskUsage } from './disk-usage.ts';
import { containerOf } from './engine-caller.ts';
import { eventFilters, readEvents } from './events.ts';
import { EngineHttpError, InvalidResponse } from './failures.ts';
import { toDaemonInfo, toEngineSetup, toEngineTime } from './info.ts';
import { readLogs } from './logs.ts';
import { dockerOver } from './modem.ts';
import { joinOthers, toAllNetworks } from './networking.ts';
import { optionalField } from './optional-field.ts';
import { obeyPolicy } from './policy/obey.ts';
import { toProcessList } from './processes.ts';
import { refuseSecretsFolders, withSecretsFolder } from './secrets-folder.ts';
import { containerIdOf, fieldsOf, firstOf } from './shape.ts';
import { toDockerSpec } from './spec.ts';
import { stopSecondsIn } from './stop-time.ts';
import { toContainerList } from './summary.ts';
import { toIngressPorts, toSwarmView } from './swarm.ts';
import { DockerSwarm } from './swarm-calls.ts';
import { minorOf, refuseUnmetNeeds } from './unmet-needs.ts';
import { toUsageSample } from './usage.ts';

/** One Docker engine. */
export class DockerClient extends DockerSwarm implements EngineClient {
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

  ping(): Promise<void> {
    return this.ask('ping', {
      limitMs: this.deadlines.connectMs,
      run: async (_, { signal }, connection) => void (await connection.negotiate(signal)),
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

  /** Nobody else asks about the same ones. */
  #listById(ids: readonly string[]): Promise<ContainerList> {
    return this.call('listContainers', {
      limitMs: this.deadlines.listMs,
      subject: `of ${ids.length} ids`,
      run: async (docker) => {
        const list = toContainerList(await docker.listContainers({ all: true, filters: { id: [...ids] } }));
        // Docker takes the beginning of an id as well; whoever does not know the filter lists all.
        const wanted = new Set(ids);
        const { leftOut, unclear } = list;
        const found = list.filter(({ id }) => wanted.has(id));
        return Object.assign(
          found,
          leftOut === undefined ? {} : { leftOut, ...(unclear !== undefined && { unclear }) },
        );
      },
    });
  }

  inspectContainer(id: string): Promise<ContainerDetail> {
    return this.ask('inspectContainer', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => {
        const detail = toContainerDetail(await containerOf(docker, id).inspect());
        // Whoever asks by a whole id keeps the answer under it.
        if (id.length === detail.id.length && id !== detail.id)
          throw new InvalidResponse(`it is of container ${detail.id}`);
        return detail;
      },
    });
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    const body = toDockerSpec(spec);
    await obeyPolicy(this, spec, body);
    await refuseSecretsFolders(this, body);
    return await this.call('createContainer', {
      limitMs: this.deadlines.createMs,
      subject: `${spec.name} of image ${spec.image.name}`,
      run: async (docker, { signal }, connection) => {
        refuseUnmetNeeds({ ...body, ...toAllNetworks(spec.image) }, minorOf(await connection.version(signal)));
        const { id: told } = await docker.createContainer(withSecretsFolder(body, spec.image));
        const id = containerIdOf(told, 'Id');
        await joinOthers(docker, id, spec.image);
        return id;
      },
    });
  }

  async obeyPolicy(policy: Policy, image: ImageConfig): Promise<void> {
    await obeyPolicy(this, { image, policy }, toDockerSpec({ image, name: '', labels: {}, maximumCpus: 1 }));
  }

  startContainer(id: string): Promise<void> {
    return this.call('startContainer', {
      limitMs: this.deadlines.startMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).start().catch(unlessDone);
      },
    });
  }

  async stopContainer(id: string, { timeoutSeconds }: StopOptions = {}): Promise<void> {
    const seconds = timeoutSeconds ?? (await this.#stopSeconds('stopContainer', id));
    return await this.call('stopContainer', {
      limitMs: this.deadlines.removeMs + seconds * 1000,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).stop(stopQuery(timeoutSeconds)).catch(unlessDone);
      },
    });
  }

  async restartContainer(id: string, { timeoutSeconds }: StopOptions = {}): Promise<void> {
    const seconds = timeoutSeconds ?? (await this.#stopSeconds('restartContainer', id));
    return await this.call('restartContainer', {
      limitMs: this.deadlines.startMs + seconds * 1000,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).restart(stopQuery(timeoutSeconds));
      },
    });
  }

  #stopSeconds(call: 'stopContainer' | 'restartContainer', id: string): Promise<number> {
    return this.call(call, {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => stopSecondsIn(await containerOf(docker, id).inspect()),
    });
  }

  killContainer(id: string, signal?: string): Promise<void> {
    return this.call('killContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).kill(signal === undefined ? {} : { signal });
      },
    });
  }

  pauseContainer(id: string): Promise<void> {
    return this.call('pauseContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id)
          .pause()
          .catch(unlessSays(/already paused/i));
      },
    });
  }

  unpauseContainer(id: string): Promise<void> {
    return this.call('unpauseContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id)
          .unpause()
          .catch(unlessSays(/is not paused/i));
      },
    });
  }

  listProcesses(id: string, psArgs?: string): Promise<ProcessList> {
    return this.ask('listProcesses', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => toProcessList(await containerOf(docker, id).top(optionalField('ps_args', psArgs))),
    });
  }

  sampleUsage(id: string): Promise<UsageSample> {
    return this.ask('sampleUsage', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => {
        const options = { stream: false, 'one-shot': true } as const;
        return toUsageSample(await containerOf(docker, id).stats(options));
      },
    });
  }

  checkContainer(id: string): Promise<ContainerCheck> {
    return this.ask('checkContainer', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => toContainerCheck(await containerOf(docker, id).inspect()),
    });
  }

  inspectDocument(id: string): Promise<unknown> {
    return this.ask('inspectDocument', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => fieldsOf(await containerOf(docker, id).inspect(), 'the answer'),
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
      // The deadline is for the beginning; what comes then ends with the caller's signal.
      run: (docker, deadline, connection) => {
        const until = AbortSignal.any([signal, deadline.signal]);
        const request = { container: containerOf(docker, id), options, silenceMs: this.deadlines.pullMs };
        return readLogs(connection, until, request);
      },
    });
    return this.translated(stream, 'openLogs', id);
  }

  removeContainer(id: string, { unlessRunning = false }: RemoveOptions = {}): Promise<void> {
    return this.call('removeContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).remove({ force: !unlessRunning, v: true });
      },
    });
  }

  async openEvents(signal: AbortSignal, since?: string): Promise<AsyncIterable<EngineEvent | SkippedEvent>> {
    // dockerode calls `since` a number, which is too coarse; Docker reads a fraction.
    const options = { filters: eventFilters, since } as unknown as Docker.GetEventsOptions;
    const stream = await this.call('openEvents', {
      limitMs: this.deadlines.listMs,
      // The deadline is for the beginning; what comes then ends with the caller's signal.
      run: async (_, deadline, connection) => {
        const docker = dockerOver(connection, AbortSignal.any([signal, deadline.signal]));
        return (await docker.getEvents(options)) as unknown as AsyncIterable<Buffer>;
      },
    });
    return this.translated(readEvents(stream), 'openEvents');
  }
}

/** 304: it is as it was to be. */
function unlessDone(error: unknown): void {
  if (!(error instanceof EngineHttpError && error.status === 304)) throw error;
}

/** What is as it was asked to be already is no failure. */
function unlessSays(done: RegExp) {
  return (error: unknown): void => {
    if (!(error instanceof EngineHttpError && done.test(error.message))) throw error;
  };
}

function stopQuery(timeoutSeconds: number | undefined): { t?: number } {
  return timeoutSeconds === undefined ? {} : { t: timeoutSeconds };
}
