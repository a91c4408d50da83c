import Joi from 'joi';
import type { Doors } from '../model/doors.ts';
import { formatListenAddress, listenAddressSchema, parseListenAddress } from './listen-address.ts';
import { must, unknownSetting } from './messages.ts';

/** As the file spells them. */
export interface DoorsInFile {
  readonly bastion?: DoorInFile;
  readonly panamax?: DoorInFile;
}

interface DoorInFile {
  readonly 'listen-addr': string;
}

const listen = { 'listen-addr': listenAddressSchema.required() };

/** Of each door, the keys of its own beside where it listens. */
const keysOf: Record<keyof DoorsInFile, Joi.SchemaMap> = {
  bastion: {},
  panamax: {},
};

function doorSchema(keys: Joi.SchemaMap): Joi.Schema {
  return must('an object with "listen-addr"', Joi.object({ ...listen, ...keys })).messages({
    'object.unknown': unknownSetting,
  });
}

export const doorsSchema = must(
  `an object of doors by name: ${Object.keys(keysOf).join(', ')}`,
  Joi.object(Object.fromEntries(Object.entries(keysOf).map(([name, keys]) => [name, doorSchema(keys)]))),
)
  .messages({ 'object.unknown': unknownSetting })
  .default({});

/** Where words like them are looked for when one is not known, by the door or at the top. */
export function doorWords(path: readonly (string | number)[]): readonly string[] {
  const [, door] = path;
  if (path.length === 2) return Object.keys(keysOf);
  return Object.keys({ ...listen, ...keysOf[door as keyof DoorsInFile] });
}

export function doorsOf({ bastion, panamax }: DoorsInFile): Doors {
  return { ...(bastion && { bastion: doorOf(bastion) }), ...(panamax && { panamax: doorOf(panamax) }) };
}

function doorOf({ 'listen-addr': text }: DoorInFile): {
  readonly listen: { readonly host?: string; readonly port: number };
} {
  // The schema has let no other text through.
  return { listen: parseListenAddress(text) ?? { host: '127.0.0.1', port: 0 } };
}

/** As the file spells them. */
export function describeDoors(doors: Doors): Readonly<Record<string, object>> {
  const described = Object.entries(doors).map(([name, { listen: address, ...others }]) => [
    name,
    { 'listen-addr': formatListenAddress(address), ...others },
  ]);
  return Object.fromEntries(described);
}
