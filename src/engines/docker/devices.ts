import type Docker from 'dockerode';
import type { ImageConfig } from '../../model/image-config.ts';

/** Docker's own default: read, write, and make device nodes. */
const allAccess = 'rwm';

/** `PATH[:PATH_IN_CONTAINER][:rwm]`, as `docker run --device` has it. */
export function toDevice(device: string): Docker.DeviceMapping {
  const [onHost = '', ...rest] = device.split(':');
  const inContainer = rest.find((part) => part.startsWith('/')) ?? onHost;
  const access = rest.find((part) => !part.startsWith('/')) ?? allAccess;
  return { PathOnHost: onHost, PathInContainer: inContainer, CgroupPermissions: access };
}

/** As `docker run --gpus`. A number is that many, and always the first ones: Docker counts nobody else's. */
export function toDeviceRequests(gpus: NonNullable<ImageConfig['gpus']>): Docker.DeviceRequest[] {
  const which = typeof gpus === 'object' ? { DeviceIDs: [...gpus] } : { Count: gpus === 'all' ? -1 : gpus };
  return [{ Driver: '', Capabilities: [['gpu']], ...which }];
}
