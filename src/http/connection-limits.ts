import { readFileSync } from 'node:fs';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Of all clients together. */
  readonly most: number;
  /** Of one address. */
  readonly mostOfAddress: number;
}

/** At most half of the files that this process may have open: connections to engines and the store are files as well. */
export function usualLimits(): ConnectionLimits {
  const most = Math.min(10_000, Math.max(256, Math.floor(filesAllowed() / 2)));
  return { most, mostOfAddress: Math.min(2_000, Math.floor((most * 2) / 3)) };
}

/**
 * Bounds the connections that clients hold, so that those who open many and say nothing, or speak slowly, starve nobody. Where
 * there are too many, the one ends that has been without a request for the longest time. A new one is refused only where all
 * others are being answered.
 */
export function limitConnections(
  listener: HttpServer,
  { most, mostOfAddress }: ConnectionLimits = usualLimits(),
): void {
  /** By address and port of the client: of TLS, requests come with another socket than connections. */
  const open = new Map<string, Socket>();
  /** Those without a request, in the order in which they became so. */
  const idle = new Map<string, Socket>();
  const ofAddress = new Map<string, number>();
  const makeRoom = (address?: string): boolean => {
    for (const [peer, socket] of idle) {
      if (address !== undefined && socket.remoteAddress !== address) continue;
      idle.delete(peer);
      socket.destroy();
      return true;
    }
    return false;
  };
  listener.on('connection', (socket: Socket) => {
    const { remoteAddress: address = '' } = socket;
    const peer = peerOf(socket);
    // Given back by who offered another protocol.
    if (open.get(peer) === socket) return;
    const count = (ofAddress.get(address) ?? 0) + 1;
    const isRefused = (count > mostOfAddress && !makeRoom(address)) || (open.size >= most && !makeRoom());
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

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Node takes all that it may have when it starts. Where the system does not tell, what most give. */
function filesAllowed(): number {
  try {
    const [, soft = ''] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Number(soft) || 1_024;
  } catch {
    return 1_024;
  }
}
