import type { ContainerDetail, ContainerState, ContainerSummary } from '../model/container.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { ImageConfig, PortBinding } from '../model/image-config.ts';
import { reservationFrom } from './container-labels.ts';

/** A container as every door shows it; the shape is citadel's. */
export interface Container {
  readonly id: string;
  /** With Docker's leading slash. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly engine: EngineRecord;
  readonly state: ContainerState;
  readonly ports: readonly Required<PortBinding>[];
}

/**
 * What the engine tells, in the words of an image config; `type`, `labels` and whatever else an engine does not know as
 * they were asked for. Containers that others started have no type.
 */
export function viewContainer(engine: EngineRecord, container: ContainerSummary, detail: ContainerDetail): Container {
  const asked = reservationFrom(container, engine.id)?.image;
  const isBound = container.ports.length > 0;
  const { hostname, domain, entrypoint, args, environment, volumes, cpus, memory } = detail;
  return {
    id: container.id,
    name: `/${container.name}`,
    image: {
      ...asked,
      name: asked?.name ?? container.imageName,
      ...(asked?.cpus === undefined && cpus > 0 ? { cpus } : {}),
      ...(asked?.memory === undefined && memory > 0 ? { memory } : {}),
      ...(entrypoint.length > 0 ? { entrypoint } : {}),
      ...(args.length > 0 ? { args } : {}),
      environment,
      hostname,
      ...(domain === '' ? {} : { domain }),
      type: asked?.type ?? '',
      labels: asked?.labels ?? [],
      bind_ports: isBound ? container.ports : detail.bindPorts,
      volumes,
      restart_policy: asked?.restart_policy ?? detail.restartPolicy,
      // What Docker calls the network it takes when none is named.
      network_mode: detail.networkMode === 'default' ? 'bridge' : detail.networkMode,
    },
    engine,
    state: container.state,
    ports: container.ports,
  };
}

/** What `docker ps` shows without `-a`. */
export function isAlive({ state }: Pick<ContainerSummary, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}
