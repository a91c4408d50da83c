import type { Server } from '@hapi/hapi';
import { type DoorName, type Doors, doorNames } from '../model/doors.ts';
import type { Cluster } from '../state/cluster.ts';
import { bastionDoor } from './bastion/plugin.ts';
import { calzionDoor } from './calzion/plugin.ts';
import { debloxDoor } from './deblox/plugin.ts';
import type { Door } from './door.ts';
import { genisysDoor } from './genisys/plugin.ts';
import { createListener } from './listener.ts';
import { panamaxDoor } from './panamax/plugin.ts';
import { shipyardDoor } from './shipyard/plugin.ts';

type DoorTable = { readonly [Name in DoorName]: Door<Required<Doors>[Name]> };

const table: DoorTable = {
  bastion: bastionDoor,
  calzion: calzionDoor,
  deblox: debloxDoor,
  genisys: genisysDoor,
  panamax: panamaxDoor,
  shipyard: shipyardDoor,
};

/** The doors that are configured, each on a listener of its own; not yet started. */
export async function createDoors(
  cluster: Cluster,
  doors: Doors,
  allowedHosts: readonly string[],
): Promise<Map<DoorName, Server>> {
  const open = new Map<DoorName, Server>();
  for (const name of doorNames) {
    const settings = doors[name];
    if (settings) open.set(name, await createDoor(cluster, name, settings, allowedHosts));
  }
  return open;
}

async function createDoor<Name extends DoorName>(
  cluster: Cluster,
  name: Name,
  settings: Required<Doors>[Name],
  allowedHosts: readonly string[],
): Promise<Server> {
  const { plugin, answerErrors, identify }: Door<Required<Doors>[Name]> = table[name];
  const server = await createListener({
    ...settings.listen,
    ...{
      allowedHosts,
      cluster,
      gate:
        identify?.(settings) ?? (settings.role === undefined ? 'open' : { name: `door ${name}`, role: settings.role }),
    },
    answerErrors: answerErrors(cluster.logger),
  });
  await server.register({ plugin, options: { cluster, settings } });
  return server;
}
