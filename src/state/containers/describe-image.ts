import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { isImageId } from '../../model/image-name.ts';
import { cpusOf } from './cpus-of.ts';

/** The sources of an image config. */
interface ImageSource {
  readonly asked: ImageConfig | undefined;
  readonly inspected: ContainerDetail | undefined;
  readonly engineCpus: number;
}

export function describeImage(container: ContainerSummary, { asked, inspected, engineCpus }: ImageSource): ImageConfig {
  const detail = inspected ?? presume(container, asked);
  const { hostname, domain, entrypoint, args, environment, volumes, memory, citadel } = detail;
  const cpus = cpusOf(detail, engineCpus);
  // Assigned one by one: V8 gives each object of a literal with several spreads a hidden class of its own, which took
  // more memory than its fields.
  const image: Writable<ImageConfig> = Object.assign({}, asked, {
    name: asked?.name ?? imageNameOf(container, detail),
    type: asked?.type ?? citadel?.type ?? '',
    restart_policy: asked?.restart_policy ?? detail.restartPolicy,
  });
  if (asked?.cpus === undefined && cpus > 0) image.cpus = cpus;
  if (asked?.memory === undefined && memory > 0) image.memory = memory;
  if (entrypoint.length > 0) image.entrypoint = entrypoint;
  if (args.length > 0) image.args = args;
  image.environment = environment;
  image.hostname = hostname;
  if (domain !== '') image.domain = domain;
  image.labels = asked?.labels ?? citadel?.labels ?? [];
  image.bind_ports = container.ports.length > 0 ? container.ports : detail.bindPorts;
  image.volumes = volumes;
  // Docker's default network when none is named.
  image.network_mode = detail.networkMode === 'default' ? 'bridge' : detail.networkMode;
  return image;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The detail without an inspection, from the requested image config. */
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

/** The image name at its start, even if that name now refers to another image. */
export function imageNameOf(
  { imageName }: Pick<ContainerSummary, 'imageName'>,
  detail: Pick<ContainerDetail, 'imageName'>,
): string {
  return isImageId(imageName) && detail.imageName !== '' ? detail.imageName : imageName;
}
