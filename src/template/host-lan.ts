import { hostKey, lanLabelKey } from '../model/placed-values.ts';
import type { Lan } from './lan.ts';

/** The engine label with the address of its interface in the local network. */
const lanLabel = 'lan';

/**
 * Each named port is a port of the host: at the address in the label `lan` of the engine, or else at all of its addresses. The
 * container's port is the host's where the service is told which one it is.
 */
export const hostLan: Lan = {
  name: 'host_lan',
  describe: ({ ports }) => ({
    bindPorts: ports.map(({ number, assigned }) => ({ proto: 'tcp', port: assigned, container_port: number })),
    networks: [],
    neededNetworks: [],
    addresses: ports.map(({ assigned }) => ({ host: '{HOST}', port: assigned })),
    userData: { [hostKey]: ports.map(({ assigned }) => String(assigned)), [lanLabelKey]: [lanLabel] },
  }),
};
