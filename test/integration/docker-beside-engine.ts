import { join } from 'node:path';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { type Ask, atEngine, atSocket } from './docker-answers.ts';
import { registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

/** Docker's API at the door to two engines, and at a third one that Satsuma does not know. */
export interface DoorBesideEngine {
  readonly lab: Lab;
  readonly server: SatsumaServer;
  readonly socket: string;
  readonly door: Ask;
  readonly plain: Ask;
}

export async function startBesideEngine(name: string): Promise<DoorBesideEngine> {
  const lab = await startLab({ name, engines: 3, image: true, attached: true });
  const socket = join(lab.dir, 'docker.sock');
  const server = await startSatsuma(lab, lab.dir, { doors: { docker: { socket } } });
  await registerAll(server, { ...lab, engines: lab.engines.slice(0, 2) });
  return { lab, server, socket, door: atSocket(socket), plain: atEngine(lab, 3) };
}

/** Does nothing where the start failed: the engines end with their process. */
export async function endBesideEngine({ server, lab }: Partial<DoorBesideEngine>): Promise<void> {
  await server?.end();
  await lab?.down();
}
