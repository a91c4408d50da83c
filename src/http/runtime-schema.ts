import Joi from 'joi';
import {
  bindRecursions,
  type DockerHealthCheck,
  type Mount,
  mountTypes,
  type RuntimeOptions,
  type Ulimit,
} from '../model/runtime-options.ts';
import { dockerSchema } from './docker-schema.ts';

const word = Joi.string().max(1024);
const words = Joi.array().items(word).max(256);
const pairs = Joi.object().pattern(/^[^\0]{1,256}$/, Joi.string().allow('').max(4096));
const path = Joi.string()
  .max(4096)
  .pattern(/^\//)
  .messages({ 'string.pattern.base': '{{#label}} must be an absolute path' });
const megabytes = Joi.number().integer().max(1_000_000_000);
const seconds = Joi.number().min(0).max(86_400);
const limit = Joi.number().integer().min(-1).max(Number.MAX_SAFE_INTEGER);
const mode = Joi.string()
  .max(256)
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/);
const port = Joi.string()
  .pattern(/^[1-9]\d{0,4}(-[1-9]\d{0,4})?(\/(tcp|udp|sctp))?$/)
  .messages({ 'string.pattern.base': '{{#label}} must be a port like 80 or 53/udp' });
const extraHost = Joi.string()
  .max(512)
  .pattern(/^[^:=\s]+[:=].+$/)
  .messages({ 'string.pattern.base': '{{#label}} must be like db.example:10.0.0.5' });
/** Labels with the prefix `satsuma.` are reserved. */
const labelName = /^(?!satsuma\.)[^=\0]{1,256}$/;

const ulimit = Joi.alternatives(
  limit,
  Joi.object<Record<keyof Ulimit, unknown>>({ soft: limit.required(), hard: limit.required() }),
).messages({ 'alternatives.types': '{{#label}} must be a number, or an object with soft and hard' });

const volumeName = Joi.string().pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/);

const imageSource = Joi.string()
  .max(255)
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_./:@-]*$/);
/** Docker resolves the path without leaving the volume through symbolic links. */
const folder = Joi.string()
  .max(4096)
  .pattern(/^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\0]+$/)
  .messages({ 'string.pattern.base': '{{#label}} must be a relative path without ".."' });
const octal = Joi.string()
  .pattern(/^[0-7]{3,5}$/)
  .messages({ 'string.pattern.base': '{{#label}} must be octal, like 1770' });
const tmpfsOption = Joi.string()
  .max(256)
  .pattern(/^[a-z_]+(=[^,\0]*)?$/)
  .messages({ 'string.pattern.base': '{{#label}} must be like noexec or uid=1000' });

const mountKeys: Record<keyof Mount, Joi.Schema> = {
  type: Joi.string()
    .valid(...mountTypes)
    .required(),
  source: whenType(
    'bind',
    path.required(),
    whenType('tmpfs', Joi.forbidden(), whenType('image', imageSource.required(), volumeName)),
  ),
  target: path.required(),
  read_only: Joi.boolean(),
  consistency: Joi.valid('default', 'consistent', 'cached', 'delegated'),
  propagation: ofType('bind', Joi.valid('private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave')),
  bind_recursive: ofType('bind', Joi.valid(...bindRecursions)),
  bind_create_mountpoint: ofType('bind', Joi.boolean()),
  nocopy: ofType('volume', Joi.boolean()),
  volume_driver: ofType('volume', word),
  volume_opts: ofType('volume', pairs),
  volume_labels: ofType('volume', pairs),
  subpath: whenType('image', folder, ofType('volume', folder)),
  size: ofType('tmpfs', megabytes.min(1)),
  tmpfs_mode: ofType('tmpfs', octal),
  tmpfs_options: ofType('tmpfs', Joi.array().items(tmpfsOption).max(32)),
};

const mountSchema = Joi.object(mountKeys)
  .custom((mount: Mount, helpers) => {
    const { bind_recursive: recursive, read_only } = mount;
    const isOdd = (recursive === 'writable' || recursive === 'readonly') && !read_only;
    return isOdd ? helpers.error('mount.writable', { recursive }) : mount;
  })
  .messages({ 'mount.writable': '{{#label}} can have bind_recursive {{#recursive}} only with read_only' });

function ofType(type: Mount['type'], schema: Joi.Schema): Joi.Schema {
  return whenType(type, schema, Joi.forbidden()).messages({
    'any.unknown': `{{#label}} is for mounts of the type ${type} only`,
  });
}

function whenType(type: Mount['type'], schema: Joi.Schema, otherwise: Joi.Schema): Joi.Schema {
  // biome-ignore lint/suspicious/noThenProperty: Joi's word
  return Joi.when('type', { is: type, then: schema, otherwise });
}

const healthKeys: Record<keyof DockerHealthCheck, Joi.Schema> = {
  test: Joi.alternatives(Joi.string().max(4096), Joi.array().items(Joi.string().max(4096)).min(1).max(256)),
  interval: seconds,
  timeout: seconds,
  start_period: seconds,
  start_interval: seconds,
  retries: Joi.number().integer().min(0).max(1_000),
};

/** Checked by the compiler: exactly the keys of the type. */
export const runtimeKeys: Record<keyof RuntimeOptions, Joi.Schema> = {
  user: word,
  working_dir: path,
  tty: Joi.boolean(),
  stdin_open: Joi.boolean(),
  init: Joi.boolean(),
  privileged: Joi.boolean(),
  cap_add: words,
  cap_drop: words,
  security_opt: words,
  read_only: Joi.boolean(),
  tmpfs: Joi.object().pattern(path, Joi.string().allow('').max(1024)),
  shm_size: megabytes.min(1),
  ulimits: Joi.object().pattern(/^[a-z]{1,32}$/, ulimit),
  sysctls: pairs,
  dns: Joi.array()
    .items(Joi.string().ip({ cidr: 'forbidden' }))
    .max(64),
  dns_search: words,
  dns_options: words,
  extra_hosts: Joi.array().items(extraHost).max(256),
  mounts: Joi.array().items(mountSchema).max(256).unique('target'),
  pid_mode: mode,
  ipc_mode: mode,
  uts_mode: mode,
  userns_mode: mode,
  cgroup_parent: word,
  runtime: word,
  platform: Joi.string()
    .max(64)
    .pattern(/^[a-z0-9]+(\/[a-z0-9_]+){0,2}$/)
    .messages({ 'string.pattern.base': '{{#label}} must be like linux/amd64 or linux/arm/v7' }),
  stop_signal: Joi.string().pattern(/^(SIG)?[A-Z0-9+-]{1,16}$/),
  stop_timeout: Joi.number().integer().min(-1).max(86_400),
  health_check: Joi.object(healthKeys).min(1),
  log_driver: word,
  log_options: pairs,
  memory_swap: megabytes.min(-1),
  memory_reservation: megabytes.min(1),
  pids_limit: Joi.number().integer().min(-1).max(4_194_304),
  cpuset: Joi.string().pattern(/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/),
  oom_kill_disable: Joi.boolean(),
  oom_score_adj: Joi.number().integer().min(-1000).max(1000),
  group_add: words,
  device_cgroup_rules: words,
  container_labels: Joi.object().pattern(labelName, Joi.string().allow('').max(4096)).messages({
    'object.unknown': '{{#label}} is not allowed: labels that begin with "satsuma." are reserved for Satsuma',
  }),
  expose: Joi.array().items(port).max(256),
  auto_remove: Joi.boolean(),
  docker: dockerSchema,
};
