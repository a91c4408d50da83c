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

/** Cache by summary: otherwise, a list of thousands spends most of its time on unchanged containers. */
const described = new WeakMap<ContainerSummary, ImageSource & { readonly image: ImageConfig }>();

/** Returns the same object until something changes. */
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
    // Docker's default network when none is named.
    network_mode: detail.networkMode === 'default' ? 'bridge' : detail.networkMode,
  };
}

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
