import type Docker from 'dockerode';
import { type GpuRequest, type ImageConfig, isCdiName } from '../../model/image-config.ts';
import { optionalField } from './optional-field.ts';

/** Docker's default: read, write and mknod. */
const allAccess = 'rwm';

/** Parses `PATH[:PATH_IN_CONTAINER][:rwm]`, as in `docker run --device`. */
export function toDevice(device: string): Docker.DeviceMapping {
  const [onHost = '', ...rest] = device.split(':');
  const inContainer = rest.find((part) => part.startsWith('/')) ?? onHost;
  const access = rest.find((part) => !part.startsWith('/')) ?? allAccess;
  return { PathOnHost: onHost, PathInContainer: inContainer, CgroupPermissions: access };
}

/** Device requests: GPUs, and devices by CDI name. */
export function toDeviceRequests({ gpus, devices = [] }: Pick<ImageConfig, 'gpus' | 'devices'>) {
  const named = devices.filter(isCdiName);
  return [
    ...(gpus === undefined ? [] : [toGpuRequest(gpus)]),
    ...(named.length > 0 ? [{ Driver: 'cdi', DeviceIDs: named }] : []),
  ];
}

/** As `docker run --gpus`. A count always selects the first GPUs: Docker does not track their use. */
function toGpuRequest(gpus: NonNullable<ImageConfig['gpus']>): Docker.DeviceRequest {
  if (typeof gpus !== 'object' || Array.isArray(gpus)) {
    const which = typeof gpus === 'object' ? { DeviceIDs: [...gpus] } : { Count: toCount(gpus) };
    return { Driver: '', Capabilities: [['gpu']], ...which };
  }
  const { driver = '', count, device_ids, capabilities = [], options } = gpus as GpuRequest;
  return {
    Driver: driver,
    Capabilities: [[...new Set([...capabilities, 'gpu'])]],
    ...(device_ids ? { DeviceIDs: [...device_ids] } : { Count: toCount(count ?? 1) }),
    ...optionalField('Options', options && { ...options }),
  };
}

function toCount(gpus: 'all' | number): number {
  return gpus === 'all' ? -1 : gpus;
}
