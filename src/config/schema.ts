import Joi from 'joi';
import { type StrategyName, strategyNames } from '../model/image-config.ts';
import { type NameScope, nameScopes } from '../model/name-scope.ts';
import { redisPrefixPattern } from '../model/redis-prefix.ts';
import { parseRedisUrl, redisUrlExpectation } from '../model/redis-url.ts';
import { type AuditInFile, auditSchema } from './audit.ts';
import { type AuthInFile, authSchema, type ServerTlsInFile, serverTlsSchema } from './auth.ts';
import { type LogLevel, logLevels } from './config.ts';
import { type DiscoveryInFile, discoverySchema } from './discovery.ts';
import { type DoorsInFile, doorsSchema } from './doors.ts';
import { listenAddressSchema } from './listen-address.ts';
import { must, unknownSetting } from './messages.ts';
import { pemPath } from './pem-path.ts';

/** The settings with the spelling of the file, validated and with defaults. Times are in seconds. */
export interface Settings {
  readonly 'ssl-cert'?: string;
  readonly 'ssl-key'?: string;
  readonly 'ca-cert'?: string;
  readonly installation?: string;
  readonly 'label-keys': readonly string[];
  readonly 'registry-key-file'?: string;
  readonly 'skip-verify': boolean;
  readonly 'listen-addr': string;
  readonly 'allowed-hosts': readonly string[];
  readonly 'redis-host'?: string;
  readonly 'redis-port'?: number;
  readonly 'redis-url'?: string;
  readonly 'redis-url-file'?: string;
  readonly 'redis-prefix': string;
  readonly 'redis-ca-cert'?: string;
  readonly 'redis-ssl-cert'?: string;
  readonly 'redis-ssl-key'?: string;
  readonly 'redis-server-name'?: string;
  readonly 'data-dir': string;
  readonly types: Readonly<Record<string, readonly string[]>>;
  readonly schedulers: readonly string[];
  readonly 'network-plugins': readonly string[];
  readonly overcommit: number;
  readonly 'name-scope': NameScope;
  readonly strategy: StrategyName;
  readonly insecure: boolean;
  readonly auth: AuthInFile;
  readonly audit: AuditInFile;
  readonly tls?: ServerTlsInFile;
  readonly 'log-level': LogLevel;
  readonly lease: number;
  readonly 'observe-interval': number;
  readonly deadlines: Readonly<Record<DeadlineName, number>>;
  readonly 'image-sharing': boolean;
  readonly 'webhook-allow': readonly string[];
  readonly doors: DoorsInFile;
  readonly discovery: DiscoveryInFile;
}

export type SettingName = keyof Settings;
type DeadlineName = keyof typeof deadlineSeconds;

const deadlineSeconds = { connect: 5, list: 5, create: 30, start: 60, remove: 30, pull: 60, restart: 30 };
const daySeconds = 86_400;

const flag = must('true or false', Joi.boolean()).default(false);
const name = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const schedulerNames = 'a list of names of schedulers, at least one and each once';
const hostNames = 'a list of up to 64 host names, without ports';
const modules = 'a list of paths or package names of modules';

function seconds(min: number): Joi.NumberSchema {
  return must(`a number of seconds from ${min} to ${daySeconds}`, Joi.number().min(min).max(daySeconds));
}

const deadlines: Record<string, Joi.Schema> = {};
for (const [key, value] of Object.entries(deadlineSeconds))
  deadlines[key] = seconds(key === 'restart' ? 0 : 0.1).default(value);

const redisUrl = Joi.string().custom((text: string, helpers) => {
  if (parseRedisUrl(text)) return text;
  return helpers.message({ custom: redisUrlExpectation(text) });
});

const keys: Record<SettingName, Joi.Schema> = {
  'ssl-cert': pemPath,
  'ssl-key': pemPath,
  'ca-cert': pemPath,
  installation: must('1 to 64 letters, digits, "_", "." or "-"', Joi.string().pattern(/^[a-zA-Z0-9_.-]{1,64}$/)),
  'label-keys': must('a list of up to 8 paths of files', Joi.array().items(pemPath).max(8).unique()).default([]),
  'registry-key-file': must(
    'the path of a file',
    Joi.string()
      .max(4096)
      .pattern(/^(?!.*-----BEGIN)[^\0\n]+$/s),
  ),
  'skip-verify': flag,
  'listen-addr': listenAddressSchema.default('127.0.0.1:8080'),
  'allowed-hosts': must(
    hostNames,
    Joi.array().items(Joi.string().lowercase().hostname().max(253)).max(64).unique(),
  ).default([]),
  'redis-host': must('a host name or an IP address', Joi.string().pattern(/^[a-zA-Z0-9_.:-]{1,253}$/)),
  'redis-port': must('a port number from 1 to 65535', Joi.number().integer().min(1).max(65_535)),
  'redis-url': redisUrl.messages({ 'string.base': redisUrlExpectation(''), 'string.empty': redisUrlExpectation('') }),
  'redis-url-file': must('the path of a file with a URL', Joi.string().pattern(/^[^\0\n]+$/)),
  'redis-prefix': must(
    'up to 64 letters, digits, "_", ".", ":" or "-", the first a letter or a digit',
    Joi.string().pattern(redisPrefixPattern),
  ).default('satsuma'),
  'redis-ca-cert': pemPath,
  'redis-ssl-cert': pemPath,
  'redis-ssl-key': pemPath,
  'redis-server-name': must('a host name', Joi.string().pattern(/^[a-zA-Z0-9_.-]{1,253}$/)),
  'data-dir': must('the path of a folder', Joi.string().pattern(/^[^\0\n]+$/)).default('./data'),
  types: must('an object of names, each with a list of schedulers', Joi.object())
    .pattern(
      name,
      must(schedulerNames, Joi.array().items(must('the name of a scheduler', Joi.string())).min(1).unique()),
    )
    .messages({ 'object.unknown': 'named with up to 128 letters, digits, "_", "." or "-"' })
    .default({}),
  schedulers: must(modules, Joi.array().items(must('a path or a package name', Joi.string())).unique()).default([]),
  'network-plugins': must(modules, Joi.array().items(must('a path or a package name', Joi.string())).unique()).default(
    [],
  ),
  overcommit: must('a number from 0.1 to 100', Joi.number().min(0.1).max(100)).default(1),
  'name-scope': must(`one of ${nameScopes.join(', ')}`, Joi.valid(...nameScopes)).default('cluster'),
  strategy: must(`one of ${strategyNames.join(', ')}`, Joi.valid(...strategyNames)).default('binpack'),
  insecure: flag,
  auth: authSchema,
  audit: auditSchema,
  tls: serverTlsSchema,
  'log-level': must(`one of ${logLevels.join(', ')}`, Joi.valid(...logLevels)).default('info'),
  lease: seconds(1).default(30),
  'observe-interval': seconds(0.2).default(10),
  deadlines: must('an object of seconds by name', Joi.object(deadlines))
    .messages({ 'object.unknown': unknownSetting })
    .default(deadlineSeconds),
  'image-sharing': flag,
  'webhook-allow': must(
    'a list of up to 64 addresses or networks like 10.0.0.0/8',
    Joi.array()
      .items(Joi.string().ip({ version: ['ipv4', 'ipv6'], cidr: 'optional' }))
      .max(64)
      .unique(),
  ).default([]),
  doors: doorsSchema,
  discovery: discoverySchema,
};

export const settingNames = Object.keys(keys) as readonly SettingName[];
export const deadlineNames = Object.keys(deadlineSeconds) as readonly DeadlineName[];

/** Settings whose environment variable contains JSON. */
export const structuredSettings: readonly SettingName[] = [
  'label-keys',
  'allowed-hosts',
  'types',
  'schedulers',
  'network-plugins',
  'auth',
  'audit',
  'tls',
  'deadlines',
  'webhook-allow',
  'doors',
  'discovery',
];

/** Settings whose value may be secret, even if it is invalid. */
export const secretSettings: readonly SettingName[] = [
  ...(['redis-url', 'redis-ca-cert', 'redis-ssl-cert', 'redis-ssl-key'] as const),
  ...(['ssl-cert', 'ssl-key', 'ca-cert', 'label-keys', 'registry-key-file', 'tls'] as const),
];

export const schema = Joi.object<Settings>(keys)
  .messages({ 'object.unknown': unknownSetting })
  .prefs({ abortEarly: false });
