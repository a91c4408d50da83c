import type { Socket } from 'node:net';

/** Connections on which a request can be written: Node says it once, and not to whoever gets the connection later. */
export const connectedSockets = new WeakSet<Socket>();
