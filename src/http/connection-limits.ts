import { readFileSync } from 'node:fs';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** For all clients together. */
  readonly max: number;
  /** Per client address; of a Unix socket, for all its clients. */
  readonly maxOfAddress: number;
  /** Requests that one client may have under way: the rest of its address is for others behind the same proxy. */
  readonly maxOfClient: number;
}

/** At most half of the process's file descriptors: connections to engines and the store need the others. */
export function usualLimits(): ConnectionLimits {
  const max = Math.min(10_000, Math.max(256, Math.floor(filesAllowed() / 2)));
  const maxOfAddress = Math.min(2_000, Math.floor((max * 2) / 3));
  return { max, maxOfAddress, maxOfClient: Math.floor((maxOfAddress * 3) / 4) };
}

/**
 * Limits client connections, so that idle or slow clients cannot exhaust them. Above the limit, the connection that has
 * been idle for the longest time is closed. A new connection is rejected only if no other one is idle.
 */
export function limitConnections(
  listener: HttpServer,
  { max, maxOfAddress }: Omit<ConnectionLimits, 'maxOfClient'>,
): void {
  const open = new Map<Peer, Socket>();
  /** Idle connections, in the order in which they became idle. */
  const idle = new Map<Peer, Socket>();
  const ofAddress = new Map<string, number>();
  const makeRoom = (address?: string): boolean => {
    for (const [peer, socket] of idle) {
      if (address !== undefined && addressOf(socket) !== address) continue;
      idle.delete(peer);
      socket.destroy();
      return true;
    }
    return false;
  };
  listener.on('connection', (socket: Socket) => {
    const address = addressOf(socket);
    const peer = peerOf(socket);
    // Already counted: the connection was returned after an upgrade to another protocol was declined.
    if (open.get(peer) === socket) return;
    const count = (ofAddress.get(address) ?? 0) + 1;
    const isRefused = (count > maxOfAddress && !makeRoom(address)) || (open.size >= max && !makeRoom());
    if (isRefused) return void socket.destroy();
    ofAddress.set(address, count);
    open.set(peer, socket);
    idle.set(peer, socket);
    socket.once('close', () => {
      open.delete(peer);
      idle.delete(peer);
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left > 0) ofAddress.set(address, left);
      else ofAddress.delete(address);
    });
  });
  listener.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const peer = peerOf(socket);
    idle.delete(peer);
    response.once('close', () => {
      const connected = open.get(peer);
      if (connected && !connected.destroyed) idle.set(peer, connected);
    });
  });
  listener.on('upgrade', ({ socket }: IncomingMessage) => idle.delete(peerOf(socket)));
}

/**
 * The client's address and port: with TLS, requests and connections have different socket objects. A Unix socket has
 * neither address nor TLS.
 */
type Peer = string | Socket;

function peerOf(socket: Socket): Peer {
  const { remoteAddress, remotePort } = socket;
  return remoteAddress === undefined ? socket : `${remoteAddress} ${remotePort}`;
}

/** All clients of a Unix socket count as one address. */
function addressOf({ remoteAddress = '' }: Socket): string {
  return remoteAddress;
}

/** Node raises its limit to the maximum at start. If the limit is unknown, a common default is used. */
function filesAllowed(): number {
  try {
    const [, soft = ''] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Number(soft) || 1_024;
  } catch {
    return 1_024;
  }
}
