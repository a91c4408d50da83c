import type { Server } from '@hapi/hapi';
import { type DoorName, type DoorSettings, type Doors, doorNames } from '../model/doors.ts';
import type { Cluster } from '../state/cluster.ts';
import { bastionDoor } from './bastion/plugin.ts';
import { calzionDoor } from './calzion/plugin.ts';
import { debloxDoor } from './deblox/plugin.ts';
import { type DockerAccess, dockerListeners } from './docker/listeners.ts';
import type { Door } from './door.ts';
import { genisysDoor } from './genisys/plugin.ts';
import { createListener } from './listener.ts';
import { panamaxDoor } from './panamax/plugin.ts';
import { shipyardDoor } from './shipyard/plugin.ts';

/** Docker's API has listeners of its own. */
type OtherDoor = Exclude<DoorName, 'docker'>;
type SettingsOf<Name extends OtherDoor> = Required<Doors>[Name];
type DoorTable = { readonly [Name in OtherDoor]: Door<SettingsOf<Name>> };

const table: DoorTable = {
  bastion: bastionDoor,
  calzion: calzionDoor,
  deblox: debloxDoor,
  genisys: genisysDoor,
  panamax: panamaxDoor,
  shipyard: shipyardDoor,
};

export type ListenerName = DoorName | 'docker-socket';

/** Creates the configured doors, each with its own listener, without starting them. */
export async function createDoors(
  cluster: Cluster,
  doors: Doors,
  allowedHosts: readonly string[],
  access: DockerAccess = {},
): Promise<Map<ListenerName, Server>> {
  const open = new Map<ListenerName, Server>();
  for (const name of doorNames) {
    if (name === 'docker') {
      const listeners = doors.docker ? await dockerListeners(cluster, doors.docker, { ...access, allowedHosts }) : [];
      for (const [listener, server] of listeners) open.set(listener, server);
      continue;
    }
    const settings = doors[name];
    if (settings) open.set(name, await createDoor(cluster, name, settings, allowedHosts));
  }
  return open;
}

async function createDoor<Name extends OtherDoor>(
  cluster: Cluster,
  name: Name,
  settings: SettingsOf<Name>,
  allowedHosts: readonly string[],
): Promise<Server> {
  const { plugin, answerErrors, identify }: Door<SettingsOf<Name>> = table[name];
  const { listen, role }: DoorSettings = settings;
  const server = await createListener({
    ...listen,
    ...{
      allowedHosts,
      cluster,
      gate: identify?.(settings) ?? (role === undefined ? 'open' : { name: `door ${name}`, role }),
    },
    answerErrors: answerErrors(cluster.logger),
  });
  await server.register({ plugin, options: { cluster, settings } });
  return server;
}
