import Joi from 'joi';
import {
  type ContainerNaming,
  containerNamings,
  type DockerSettings,
  type DoorSettings,
  type Doors,
  type ShipyardSettings,
} from '../model/doors.ts';
import { describeGenisys, type GenisysInFile, genisysKeys, genisysOf, withConnectorFile } from './genisys-door.ts';
import { formatListenAddress, listenAddressSchema, parseListenAddress } from './listen-address.ts';
import { must, unknownSetting } from './messages.ts';

/** With the spelling of the configuration file. */
export interface DoorsInFile {
  readonly bastion?: DoorInFile;
  readonly calzion?: DoorInFile;
  readonly panamax?: DoorInFile;
  readonly genisys?: DoorInFile & GenisysInFile;
  readonly deblox?: DebloxInFile;
  readonly docker?: DockerInFile;
  readonly shipyard?: ShipyardInFile;
}

interface ShipyardInFile {
  readonly 'listen-addr': string;
  readonly 'admin-password-file'?: string;
}

interface DockerInFile {
  readonly 'listen-addr'?: string;
  readonly socket?: string;
  readonly role?: string;
  readonly names?: ContainerNaming;
}

interface DoorInFile {
  readonly 'listen-addr': string;
  readonly role?: string;
}

interface DebloxInFile extends DoorInFile {
  readonly 'engine-port': number;
}

const address = { 'listen-addr': listenAddressSchema.required() };
const listen = {
  ...address,
  role: must('the name of a role', Joi.string().pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/)),
};

/** The specific keys of each door, besides its address. */
const keysOf: Record<keyof DoorsInFile, Joi.SchemaMap> = {
  bastion: {},
  calzion: {},
  panamax: {},
  docker: {
    'listen-addr': listenAddressSchema,
    socket: must('the path of a Unix socket', Joi.string().pattern(/^[^\0\n]{1,100}$/)),
    names: must(containerNamings.join(' or '), Joi.valid(...containerNamings)),
  },
  genisys: genisysKeys,
  shipyard: { 'admin-password-file': must('a path', Joi.string()) },
  deblox: { 'engine-port': must('a port number from 1 to 65535', Joi.number().port().min(1)).default(2376) },
};

/** Common to all doors. Clients of Shipyard authenticate themselves, so that door has no role. */
function commonKeys(door: string): Joi.SchemaMap {
  return door === 'shipyard' ? address : listen;
}

function doorSchema(door: string, keys: Joi.SchemaMap): Joi.Schema {
  const object = Joi.object({ ...commonKeys(door), ...keys });
  if (door !== 'docker')
    return must('an object with "listen-addr"', object).messages({ 'object.unknown': unknownSetting });
  const either = must('an object with "listen-addr", "socket", or both', object.or('listen-addr', 'socket'));
  return either.messages({ 'object.unknown': unknownSetting });
}

export const doorsSchema = must(
  `an object of doors by name: ${Object.keys(keysOf).join(', ')}`,
  Joi.object(Object.fromEntries(Object.entries(keysOf).map(([name, keys]) => [name, doorSchema(name, keys)]))),
)
  .messages({ 'object.unknown': unknownSetting })
  .default({});

/** Candidates for suggestions about an unknown setting, of the door or at the top level. */
export function doorWords(path: readonly (string | number)[]): readonly string[] {
  const [, door] = path;
  if (path.length === 2) return Object.keys(keysOf);
  return Object.keys({ ...commonKeys(String(door)), ...keysOf[door as keyof DoorsInFile] });
}

/** The unvalidated settings, merged with the other systems' own files. Throws `invalid` if one is unreadable. */
export function withDoorFiles(doors: unknown, folder: string): unknown {
  if (typeof doors !== 'object' || doors === null || !('genisys' in doors)) return doors;
  return { ...doors, genisys: withConnectorFile(doors.genisys, folder) };
}

/** Throws `invalid` if a file of a door is invalid. */
export function doorsOf(
  { bastion, calzion, deblox, docker, genisys, panamax, shipyard }: DoorsInFile,
  pathOf: (path: string) => string,
): Doors {
  return {
    ...(bastion && { bastion: doorOf(bastion) }),
    ...(calzion && { calzion: doorOf(calzion) }),
    ...(deblox && { deblox: { ...doorOf(deblox), enginePort: deblox['engine-port'] } }),
    ...(docker && { docker: dockerOf(docker, pathOf) }),
    ...(genisys && { genisys: { ...doorOf(genisys), ...genisysOf(genisys, pathOf) } }),
    ...(panamax && { panamax: doorOf(panamax) }),
    ...(shipyard && { shipyard: shipyardOf(shipyard, pathOf) }),
  };
}

function dockerOf(docker: DockerInFile, pathOf: (path: string) => string): DockerSettings {
  const { 'listen-addr': text, socket, role, names } = docker;
  return {
    ...(text !== undefined && doorOf({ 'listen-addr': text })),
    ...(socket !== undefined && { socket: pathOf(socket) }),
    ...(role !== undefined && { role }),
    ...(names !== undefined && { names }),
  };
}

function shipyardOf(shipyard: ShipyardInFile, pathOf: (path: string) => string): ShipyardSettings {
  const file = shipyard['admin-password-file'];
  return { ...doorOf(shipyard), ...(file !== undefined && { adminPasswordFile: pathOf(file) }) };
}

function doorOf({ 'listen-addr': text, role }: DoorInFile): DoorSettings {
  // The schema has validated the text.
  const address = parseListenAddress(text) ?? { host: '127.0.0.1', port: 0 };
  return { listen: address, ...(role !== undefined && { role }) };
}

/** Converts to the spelling of the configuration file. */
export function describeDoors({ bastion, calzion, deblox, docker, genisys, panamax, shipyard }: Doors): DoorsInFile {
  return {
    ...(bastion && { bastion: describeDoor(bastion) }),
    ...(calzion && { calzion: describeDoor(calzion) }),
    ...(deblox && { deblox: { ...describeDoor(deblox), 'engine-port': deblox.enginePort } }),
    ...(docker && { docker: describeDocker(docker) }),
    ...(genisys && { genisys: { ...describeDoor(genisys), ...describeGenisys(genisys) } }),
    ...(panamax && { panamax: describeDoor(panamax) }),
    ...(shipyard && { shipyard: describeShipyard(shipyard) }),
  };
}

function describeDocker({ listen, socket, role, names }: DockerSettings): DockerInFile {
  return {
    ...(listen && { 'listen-addr': formatListenAddress(listen) }),
    ...(socket !== undefined && { socket }),
    ...(role !== undefined && { role }),
    ...(names !== undefined && { names }),
  };
}

function describeShipyard({ listen: address, adminPasswordFile }: ShipyardSettings): ShipyardInFile {
  const file = adminPasswordFile;
  return {
    'listen-addr': formatListenAddress(address),
    ...(file !== undefined && { 'admin-password-file': file }),
  };
}

function describeDoor({ listen: address, role }: DoorSettings): DoorInFile {
  return { 'listen-addr': formatListenAddress(address), ...(role !== undefined && { role }) };
}
