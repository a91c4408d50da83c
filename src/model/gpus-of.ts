import type { GpuRequest, ImageConfig } from './image-config.ts';

export type GpuAsking = Pick<ImageConfig, 'gpus' | 'devices' | 'resources' | 'environment' | 'docker'>;

/** A CDI device of a GPU, and the device files of one. */
const gpuDevice = /^[^/=]+\.[^/=]+\/gpu=(?<cdi>.+)$|^\/dev\/nvidia\d+(:|$)/;
/** Where NVIDIA's runtime is the default of an engine, it gives what this names. */
const visible = 'NVIDIA_VISIBLE_DEVICES';
const none: readonly string[] = ['', 'void', 'none'];

/**
 * How many GPUs a container takes, by whichever of its fields asks for most; `all`: as many as there are, which nobody knows before its
 * engine is chosen.
 */
export function gpusOf(image: GpuAsking): number | 'all' {
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

/** In Docker's words: a count of -1 is all. */
function requestsIn(docker: ImageConfig['docker']): (number | 'all')[] {
  const { HostConfig: host } = (docker ?? {}) as { readonly HostConfig?: { readonly DeviceRequests?: unknown } };
  const requests = Array.isArray(host?.DeviceRequests) ? host.DeviceRequests : [];
  return requests.map((each): number | 'all' => {
    const { Count: count, DeviceIDs: ids } = Object(each) as { readonly Count?: unknown; readonly DeviceIDs?: unknown };
    if (typeof count === 'number' && count !== 0) return count < 0 ? 'all' : count;
    return Array.isArray(ids) ? ids.length : 1;
  });
}
