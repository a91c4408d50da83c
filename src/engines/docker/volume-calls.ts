import type { Network, NetworkDetail, NetworkEndpoint, NetworkList, NetworkSpec } from '../../model/network.ts';
import type { Volume, VolumeList, VolumeSpec } from '../../model/volume.ts';
import type { NetworkOperations, UsedThing, VolumeOperations } from '../volume-operations.ts';
import { DockerArchives } from './archive-calls.ts';
import type { EngineCall } from './call-meanings.ts';
import { EngineHttpError } from './failures.ts';
import { askDocker, type DockerRequest } from './modem.ts';
import { toEndpoint } from './networking.ts';
import { optionalField } from './optional-field.ts';
import { fieldsOf, lineOf } from './shape.ts';
import { toContainerList } from './summary.ts';
import { toNetwork, toNetworkDetail, toNetworks, toVolume, toVolumes } from './volumes.ts';

/** Calls about volumes and networks. */
export abstract class DockerVolumes extends DockerArchives implements VolumeOperations, NetworkOperations {
  async listVolumes({ isUnused = false }: { readonly isUnused?: boolean } = {}): Promise<VolumeList> {
    const filters = isUnused ? `?filters=${encodeURIComponent(JSON.stringify({ dangling: ['true'] }))}` : '';
    return await this.#ask('listVolumes', '', () => ({ method: 'GET', path: `/volumes${filters}` }), toVolumes);
  }

  inspectVolume(name: string): Promise<Volume> {
    return this.#ask('inspectVolume', name, () => ({ method: 'GET', path: `/volumes/${pathPart(name)}` }), toVolume);
  }

  createVolume({ name, driver, options, labels }: VolumeSpec): Promise<Volume> {
    const query = {
      ...optionalField('Name', name),
      ...optionalField('Driver', driver),
      ...optionalField('DriverOpts', options),
    };
    const body = { ...query, Labels: labels ?? {} };
    const request = () => ({ method: 'POST', path: '/volumes/create', query: body }) as const;
    return this.#ask('createVolume', name ?? '', request, toVolume);
  }

  removeVolume(name: string): Promise<void> {
    return this.#ask('removeVolume', name, () => ({ method: 'DELETE', path: `/volumes/${pathPart(name)}` }), nothing);
  }

  listUsers({ isRunning = false, ...of }: UsedThing): Promise<readonly string[]> {
    const filters = Object.fromEntries(Object.entries(of).map(([key, value]) => [key, [value]]));
    // Without `all`, Docker lists running, paused and restarting containers.
    const path = `/containers/json?${isRunning ? '' : 'all=1&'}filters=${encodeURIComponent(JSON.stringify(filters))}`;
    return this.#ask(
      'listUsers',
      Object.values(of).join(),
      () => ({ method: 'GET', path }),
      (answer) =>
        toContainerList(answer)
          .map(({ name, id }) => name || id)
          .sort(),
    );
  }

  listNetworks(): Promise<NetworkList> {
    return this.#ask('listNetworks', '', () => ({ method: 'GET', path: '/networks' }), toNetworks);
  }

  inspectNetwork(reference: string): Promise<NetworkDetail> {
    const request = () => ({ method: 'GET', path: `/networks/${pathPart(reference)}` }) as const;
    return this.#ask('inspectNetwork', reference, request, toNetworkDetail);
  }

  async createNetwork(spec: NetworkSpec): Promise<Network> {
    const { name, driver, isInternal, isAttachable, isIPv6, subnets, options, labels } = spec;
    const Config = subnets?.map(({ subnet, gateway, ip_range: range }) => ({
      Subnet: subnet,
      ...optionalField('Gateway', gateway),
      ...optionalField('IPRange', range),
    }));
    const query = {
      ...{ Name: name, CheckDuplicate: true, Labels: labels ?? {} },
      ...optionalField('Driver', driver),
      ...optionalField('Internal', isInternal),
      ...optionalField('Attachable', isAttachable),
      ...optionalField('EnableIPv6', isIPv6),
      ...optionalField('Options', options),
      ...(Config && { IPAM: { Config } }),
    };
    const request = () => ({ method: 'POST', path: '/networks/create', query }) as const;
    const id = await this.#ask('createNetwork', name, request, (answer) =>
      lineOf(fieldsOf(answer, 'the answer').Id, 'Id'),
    );
    const look = () => ({ method: 'GET', path: `/networks/${pathPart(id)}` }) as const;
    return await this.#ask('createNetwork', name, look, toNetwork);
  }

  removeNetwork(reference: string): Promise<void> {
    const request = () => ({ method: 'DELETE', path: `/networks/${pathPart(reference)}` }) as const;
    return this.#ask('removeNetwork', reference, request, nothing);
  }

  connectNetwork(reference: string, containerId: string, endpoint: NetworkEndpoint): Promise<void> {
    const EndpointConfig = toEndpoint(endpoint);
    return this.#change('connectNetwork', reference, 'connect', { Container: containerId, EndpointConfig });
  }

  disconnectNetwork(
    reference: string,
    containerId: string,
    { isForced }: { readonly isForced: boolean },
  ): Promise<void> {
    return this.#change('disconnectNetwork', reference, 'disconnect', { Container: containerId, Force: isForced });
  }

  #change(call: EngineCall, reference: string, action: string, query: Record<string, unknown>): Promise<void> {
    const request = () => ({ method: 'POST', path: `/networks/${pathPart(reference)}/${action}`, query }) as const;
    return this.#ask(call, reference, request, nothing);
  }

  #ask<T>(call: EngineCall, subject: string, request: () => DockerRequest, read: (answer: unknown) => T): Promise<T> {
    return this.call(call, {
      limitMs: this.deadlines.listMs,
      subject,
      run: async (_, { signal }, connection) => read(await askDocker(connection, signal, request())),
    });
  }
}

function nothing(): void {}

/** Names with other characters are rejected as not found. */
function pathPart(reference: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(reference)) throw new EngineHttpError(404, 'no such name');
  return reference;
}
