import type { WanPlugin } from '../model/network-plugin.ts';
import { wanLabelKey, wanPortsKey } from '../model/placed-values.ts';

/** The engine label with the address of its interface to the world. */
const wanLabel = 'wan';

/** Ports of the host: at the address that the template names, or in the label `wan` of the engine, or else at all of its addresses. */
export const hostWan: WanPlugin = {
  kind: 'wan',
  name: 'host_wan',
  description: 'binds ports of wan_map to the address of the engine in the world',
  describe: ({ ports }) => {
    const free = ports.filter(({ address }) => address === undefined).map(({ port }) => String(port));
    return {
      bindPorts: ports.map(({ number, port, address }) => ({
        proto: 'tcp',
        ...(address !== undefined && { host_ip: address }),
        port,
        container_port: number,
      })),
      networks: [],
      userData: free.length > 0 ? { [wanPortsKey]: free, [wanLabelKey]: [wanLabel] } : {},
    };
  },
};
