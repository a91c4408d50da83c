import type { LanPlugin } from '../model/network-plugin.ts';
import { hostKey, lanLabelKey } from '../model/placed-values.ts';

/** The engine label with the address of its interface in the local network. */
const lanLabel = 'lan';

/**
 * Each named port is a port of the host: at the address in the label `lan` of the engine, or else at all of its addresses. The
 * container's port is the host's where the service is told which one it is.
 */
export const hostLan: LanPlugin = {
  kind: 'lan',
  name: 'host_lan',
  description: 'binds each port to the address of the engine in the local network',
  describe: ({ ports }) => ({
    bindPorts: ports.map(({ number, assigned }) => ({ proto: 'tcp', port: assigned, container_port: number })),
    networks: [],
    neededNetworks: [],
    addresses: ports.map(({ assigned }) => ({ host: '{HOST}', port: assigned })),
    userData: { [hostKey]: ports.map(({ assigned }) => String(assigned)), [lanLabelKey]: [lanLabel] },
  }),
};
