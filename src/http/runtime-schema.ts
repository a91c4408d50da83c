import Joi from 'joi';
import {
  type DockerHealthCheck,
  dockerFields,
  hostConfigFields,
  type Mount,
  mountTypes,
  type RuntimeOptions,
  type Ulimit,
} from '../model/runtime-options.ts';

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
/** The labels by which Satsuma knows a container are its own. */
const labelName = /^(?!satsuma\.)[^=\0]{1,256}$/;

const ulimit = Joi.alternatives(
  limit,
  Joi.object<Record<keyof Ulimit, unknown>>({ soft: limit.required(), hard: limit.required() }),
).messages({ 'alternatives.types': '{{#label}} must be a number, or an object with soft and hard' });

const volumeName = Joi.string().pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/);

const mountKeys: Record<keyof Mount, Joi.Schema> = {
  type: Joi.string()
    .valid(...mountTypes)
    .required(),
  source: whenType('bind', path.required(), whenType('tmpfs', Joi.forbidden(), volumeName)),
  target: path.required(),
  read_only: Joi.boolean(),
  propagation: ofType('bind', Joi.valid('private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave')),
  nocopy: ofType('volume', Joi.boolean()),
  size: ofType('tmpfs', megabytes.min(1)),
};

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
  test: Joi.alternatives(Joi.string().max(4096), Joi.array().items(Joi.string().max(4096)).min(1).max(256)).required(),
  interval: seconds,
  timeout: seconds,
  start_period: seconds,
  retries: Joi.number().integer().min(0).max(1_000),
};

/** What the ledger counts, and what has a field, is asked for by that field. */
const dockerRest = Joi.object()
  .unknown()
  .custom((body: Record<string, unknown>, helpers) => {
    const host = (body.HostConfig ?? {}) as Record<string, unknown>;
    const misspelt = Object.keys(body).find((key) => key !== 'HostConfig' && folded(key) === 'hostconfig');
    if (misspelt !== undefined) return helpers.error('docker.spelling', { place: misspelt });
    const named = [
      ...fieldsIn(body, dockerFields, ''),
      ...(typeof host === 'object' ? fieldsIn(host, hostConfigFields, 'HostConfig.') : []),
    ];
    const [first] = named;
    return first ? helpers.error('docker.field', first) : body;
  })
  .messages({
    'docker.field': '{{#label}} must not have {{#place}}: use the field {{#field}}',
    'docker.spelling': '{{#label}} must have HostConfig in place of {{#place}}',
  });

function fieldsIn(body: object, fields: Readonly<Record<string, string>>, at: string) {
  const known = new Map(Object.entries(fields).map(([key, field]) => [folded(key), field]));
  return Object.keys(body).flatMap((key) => {
    const field = known.get(folded(key));
    return field === undefined ? [] : [{ place: `${at}${key}`, field }];
  });
}

/** Docker takes the names of fields in any letter case, as Go folds it: two letters beyond ASCII are one of ASCII, too. */
function folded(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}

/** The compiler holds the keys against the type: none is missing, none too many. */
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
  mounts: Joi.array().items(Joi.object(mountKeys)).max(256).unique('target'),
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
  health_check: Joi.object(healthKeys),
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
    'object.unknown': '{{#label}} is not allowed: labels that begin with "satsuma." are those of Satsuma itself',
  }),
  expose: Joi.array().items(port).max(256),
  auto_remove: Joi.boolean(),
  docker: dockerRest,
};
