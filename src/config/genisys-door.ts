import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Joi from 'joi';
import { countedThings, type GenisysSettings, type ServicesFile } from '../model/doors.ts';
import { SatsumaError } from '../model/errors.ts';
import { formatListenAddress } from './listen-address.ts';
import { must } from './messages.ts';
import { readYamlObject } from './yaml-object.ts';

/** With the spelling of the configuration file, without the address. */
export interface GenisysInFile {
  readonly 'services-file'?: string;
  readonly 'connector-file'?: string;
  readonly 'count-by': GenisysSettings['countBy'];
}

const path = must('the path of a file', Joi.string().pattern(/^[^\0\n]+$/));

export const genisysKeys: Record<keyof GenisysInFile, Joi.Schema> = {
  'services-file': path,
  'connector-file': path,
  'count-by': must(`one of ${countedThings.join(', ')}`, Joi.valid(...countedThings)).default('service'),
};

/** Reads the services file. Throws `invalid`. */
export function genisysOf(given: GenisysInFile, pathOf: (path: string) => string): Omit<GenisysSettings, 'listen'> {
  const { 'services-file': services, 'connector-file': connector, 'count-by': countBy } = given;
  return {
    countBy,
    ...(services !== undefined && { servicesFile: readServices(pathOf(services)) }),
    ...(connector !== undefined && { connectorFile: pathOf(connector) }),
  };
}

/** Converts to the spelling of the configuration file, without the files' contents: environments are secret. */
export function describeGenisys({ countBy, servicesFile, connectorFile }: GenisysSettings): GenisysInFile {
  return {
    ...(servicesFile && { 'services-file': servicesFile.path }),
    ...(connectorFile !== undefined && { 'connector-file': connectorFile }),
    'count-by': countBy,
  };
}

/** genisys-connector.yml; its engine settings are ignored. */
const connectorSchema = Joi.object({
  connector: Joi.object({
    bind: Joi.string().required(),
    port: Joi.number().integer().min(1).max(65_535).required(),
    service_file: Joi.string().allow(null),
  })
    .unknown()
    .required(),
}).unknown();

/** The settings, overridden by the connector's own file. Throws `invalid`. */
export function withConnectorFile(settings: unknown, folder: string): unknown {
  const { 'connector-file': file } = (settings ?? {}) as Partial<GenisysInFile>;
  if (typeof file !== 'string') return settings;
  const absolute = resolve(folder, file);
  const { value, error } = connectorSchema.validate(read(absolute, 'connector'));
  if (error) throw refusal(absolute, error.message);
  const { bind, port, service_file: services } = value.connector;
  return {
    'listen-addr': formatListenAddress({ host: bind, port }),
    ...servicesNamed(services && resolve(dirname(absolute), services)),
    ...(settings as object),
  };
}

/** The connector's example names a missing services.py, with which the connector starts without services. */
function servicesNamed(services: string | null | undefined): Pick<GenisysInFile, 'services-file'> {
  if (!services || (isPython(services) && !existsSync(services))) return {};
  return { 'services-file': services };
}

function readServices(path: string): ServicesFile {
  if (isPython(path)) {
    const json = path.replace(/\.py$/, '.json');
    const sentence =
      `is a program in Python, which Satsuma does not run: give its services in YAML or JSON as "services-file". While the ` +
      `connector still runs, curl http://CONNECTOR:7051/service > ${json} writes them`;
    throw refusal(path, sentence);
  }
  return { path, definitions: read(path, 'services by name') };
}

function read(file: string, what: string): Readonly<Record<string, unknown>> {
  const content = readYamlObject(file, what);
  if (typeof content === 'string') throw refusal(file, content);
  return content;
}

function isPython(path: string): boolean {
  return path.endsWith('.py');
}

function refusal(file: string, problem: string): SatsumaError {
  const sentence = `${file}: ${problem}`;
  return new SatsumaError('invalid', sentence, { details: [sentence] });
}
