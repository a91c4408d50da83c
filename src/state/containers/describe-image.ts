import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { isImageId } from '../../model/image-name.ts';
import { cpusOf } from './cpus-of.ts';

/** What an image is described from. */
interface ImageSource {
  readonly asked: ImageConfig | undefined;
  readonly inspected: ContainerDetail | undefined;
  readonly engineCpus: number;
}

/** By what the engine said of the container. A list of thousands spends most of its time on what did not change. */
const described = new WeakMap<ContainerSummary, ImageSource & { readonly image: ImageConfig }>();

/** The same object for as long as nothing of it changes. */
export function imageOf(container: ContainerSummary, source: ImageSource): ImageConfig {
  const { asked, inspected, engineCpus } = source;
  const last = described.get(container);
  if (last?.asked === asked && last?.inspected === inspected && last?.engineCpus === engineCpus) return last.image;
  const image = describeImage(container, source);
  described.set(container, { ...source, image });
  return image;
}

function describeImage(container: ContainerSummary, { asked, inspected, engineCpus }: ImageSource): ImageConfig {
  const detail = inspected ?? presume(container, asked);
  const { hostname, domain, entrypoint, args, environment, volumes, memory, citadel } = detail;
  const cpus = cpusOf(detail, engineCpus);
  return {
    ...asked,
    name: asked?.name ?? imageNameOf(container, detail),
    ...(asked?.cpus === undefined && cpus > 0 ? { cpus } : {}),
    ...(asked?.memory === undefined && memory > 0 ? { memory } : {}),
    ...(entrypoint.length > 0 ? { entrypoint } : {}),
    ...(args.length > 0 ? { args } : {}),
    environment,
    hostname,
    ...(domain === '' ? {} : { domain }),
    type: asked?.type ?? citadel?.type ?? '',
    labels: asked?.labels ?? citadel?.labels ?? [],
    bind_ports: container.ports.length > 0 ? container.ports : detail.bindPorts,
    volumes,
    restart_policy: asked?.restart_policy ?? detail.restartPolicy,
    // What Docker calls the network it takes when none is named.
    network_mode: detail.networkMode === 'default' ? 'bridge' : detail.networkMode,
  };
}

/** What an inspection would tell if nothing but what was asked for mattered. */
function presume({ id, imageName, ports }: ContainerSummary, asked: ImageConfig | undefined): ContainerDetail {
  return {
    id,
    imageName,
    hostname: asked?.hostname ?? id.slice(0, 12),
    domain: asked?.domain ?? '',
    entrypoint: asked?.entrypoint ?? [],
    args: asked?.args ?? [],
    environment: asked?.environment ?? {},
    volumes: asked?.volumes ?? [],
    restartPolicy: asked?.restart_policy ?? {},
    networkMode: asked?.network_mode ?? 'default',
    cpus: asked?.cpus ?? 0,
    memory: asked?.memory ?? 0,
    bindPorts: asked?.bind_ports ?? [],
    ports,
  };
}

/** What it was started with, even where that name is another image's by now. */
export function imageNameOf(
  { imageName }: Pick<ContainerSummary, 'imageName'>,
  detail: Pick<ContainerDetail, 'imageName'>,
): string {
  return isImageId(imageName) && detail.imageName !== '' ? detail.imageName : imageName;
}
