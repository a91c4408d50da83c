import type { LanPlugin } from '../model/network-plugin.ts';

/**
 * All services of a deployment are in one network over the engines of the mesh, where a service is found by its name, at the ports of
 * its containers. No port of a host is taken.
 */
export const networkLan: LanPlugin = {
  kind: 'lan',
  name: 'network_lan',
  description: 'attaches each service to a network over the engines, where its name resolves',
  describe: ({ deployment, name, ports }) => {
    const network = `${deployment}_lan`;
    return {
      bindPorts: [],
      networks: [{ name: network, aliases: [name] }],
      neededNetworks: [network],
      addresses: ports.map(({ number }) => ({ host: name, port: number })),
      userData: {},
    };
  },
};
