import type { GpuRequest, ImageConfig } from './image-config.ts';

export type GpuSource = Pick<ImageConfig, 'gpus' | 'devices' | 'resources' | 'environment' | 'docker'>;

/** The CDI name of a GPU, or a GPU's device file. */
const gpuDevice = /^[^/=]+\.[^/=]+\/gpu=(?<cdi>.+)$|^\/dev\/nvidia\d+(:|$)/;
/** If NVIDIA's runtime is the engine's default, it adds the GPUs that this variable names. */
const visible = 'NVIDIA_VISIBLE_DEVICES';
const none: readonly string[] = ['', 'void', 'none'];

/**
 * How many GPUs a container takes: requested GPUs and GPU devices, or the resource `gpu` if that is more. `all`: every
 * GPU of the engine, a number that is unknown before placement.
 */
export function gpusOf(image: GpuSource): number | 'all' {
  const { gpus, devices = [], resources = {}, environment = {}, docker } = image;
  const asked = [...(gpus === undefined ? [] : [countOf(gpus)]), ...requestsIn(docker)];
  const named = devices.map((device) => gpuDevice.exec(device)).filter((each) => each !== null);
  const isOpen = gpus === undefined && !none.includes(environment[visible] ?? '');
  if (isOpen || asked.includes('all') || named.some((each) => each.groups?.cdi === 'all')) return 'all';
  const sum = asked.reduce<number>((total, each) => total + Number(each), 0) + named.length;
  return Math.max(sum, resources.gpu ?? 0, resources.gpus ?? 0);
}

function countOf(gpus: NonNullable<ImageConfig['gpus']>): number | 'all' {
  if (gpus === 'all' || typeof gpus === 'number') return gpus;
  return isList(gpus) ? gpus.length : (gpus.count ?? gpus.device_ids?.length ?? 1);
}

function isList(gpus: readonly string[] | GpuRequest): gpus is readonly string[] {
  return Array.isArray(gpus);
}

/** Docker's device requests. A count of -1 means all. */
function requestsIn(docker: ImageConfig['docker']): (number | 'all')[] {
  const { HostConfig: host } = (docker ?? {}) as { readonly HostConfig?: { readonly DeviceRequests?: unknown } };
  const requests = Array.isArray(host?.DeviceRequests) ? host.DeviceRequests : [];
  return requests.map((each): number | 'all' => {
    const { Count: count, DeviceIDs: ids } = Object(each) as { readonly Count?: unknown; readonly DeviceIDs?: unknown };
    if (typeof count === 'number' && count !== 0) return count < 0 ? 'all' : count;
    return Array.isArray(ids) ? ids.length : 1;
  });
}
