import Joi from 'joi';
import type { ContainerUpdate } from '../model/container.ts';
import { overlaps } from '../model/host-address.ts';
import {
  type ImageConfig,
  minMemoryMiB,
  type PortBinding,
  protocols,
  pullPolicies,
  type RestartPolicy,
  reschedulePolicies,
  restartPolicies,
  strategyNames,
} from '../model/image-config.ts';
import { conflictOf } from '../model/image-conflict.ts';
import { imageNamePattern, maxImageNameLength } from '../model/image-name.ts';
import { labelsSchema } from './engine-schema.ts';
import { networksSchema } from './network-schema.ts';
import { constraintsSchema, devicesSchema, gpusSchema, resourcesSchema, spreadSchema } from './placement-schema.ts';
import { runtimeKeys } from './runtime-schema.ts';
import { secretsSchema } from './secret-schema.ts';
import { idSchema } from './validation.ts';
import { volumesSchema } from './volume-schema.ts';

/** The engine does the final check. */
export const imageName = Joi.string().max(maxImageNameLength).pattern(imageNamePattern).messages({
  'string.pattern.base': '{{#label}} must be an image name like redis or registry:5000/team/web:1.2',
});

export const text = Joi.string().allow('').max(32_768);
const hostPort = Joi.number().integer().min(0).max(65_535);
const words = Joi.array().items(text).max(1024);
export const variableName = /^[^=\0]{1,1024}$/;

/** As Docker accepts them: underscores and plain numbers are valid. */
function hostName(max: number): Joi.StringSchema {
  return Joi.string()
    .max(max)
    .pattern(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/)
    .messages({ 'string.pattern.base': '{{#label}} must have only letters, digits, "_", "." and "-"' });
}

/** Clients written in Go send null or an empty string for absent values; Shipyard's page sends both. */
function orNothing<Key extends string>(keys: Record<Key, Joi.Schema>): Record<Key, Joi.Schema> {
  const nothingFor = ({ type }: Joi.Schema) => (type === 'string' ? Joi.valid(null, '') : Joi.valid(null));
  const optional = Object.entries<Joi.Schema>(keys).map(([key, schema]) => [key, schema.empty(nothingFor(schema))]);
  return Object.fromEntries(optional);
}

const notAnAddress = '{{#label}} must be an IP address of the engine';

const portBindingKeys = orNothing<keyof PortBinding>({
  proto: Joi.string()
    .valid(...protocols)
    .default('tcp'),
  host_ip: Joi.string()
    .ip({ cidr: 'forbidden' })
    .messages({ 'string.ip': notAnAddress, 'string.ipVersion': notAnAddress }),
  port: hostPort,
  container_port: hostPort.min(1).required(),
});

/** Whoever gave bytes elsewhere learns in which unit the limit is. */
const inMegabytes = { 'number.min': '{{#label}} must be greater than or equal to {{#limit}} MB' };

/** Of what a container may take. */
export const sizeKeys = {
  cpus: Joi.number().min(0).max(10_000).precision(3),
  memory: Joi.number().integer().min(minMemoryMiB).messages(inMegabytes).max(1_000_000_000).allow(0),
};

/** Checked by the compiler: exactly the keys of the type. */
const imageConfigKeys = orNothing<keyof ImageConfig>({
  name: imageName,
  ...sizeKeys,
  environment: Joi.object().pattern(variableName, text),
  hostname: hostName(63),
  domain: hostName(253),
  args: words,
  entrypoint: words,
  type: idSchema,
  labels: labelsSchema,
  constraints: constraintsSchema,
  spread: spreadSchema,
  resources: resourcesSchema,
  devices: devicesSchema,
  gpus: gpusSchema,
  bind_ports: Joi.array().items(Joi.object(portBindingKeys)).max(256).custom(refuseOverlap).messages({
    'ports.overlap': '{{#label}} binds port {{#proto}}/{{#port}} twice',
  }),
  user_data: Joi.object().pattern(/^.{1,128}$/, words),
  links: Joi.object().pattern(idSchema, idSchema),
  restart_policy: Joi.object(
    orNothing<keyof RestartPolicy>({
      name: Joi.string().valid(...restartPolicies),
      maximum_retry: Joi.number().integer().min(0).max(1_000_000),
    }),
  )
    .custom(refuseRetries)
    .messages({ 'retries.useless': '{{#label}} can have maximum_retry only with the name on-failure' }),
  publish: Joi.boolean(),
  network_mode: Joi.string()
    .max(256)
    .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/),
  networks: networksSchema,
  container_name: idSchema.min(2),
  volumes: volumesSchema,
  volumes_from: Joi.array()
    .items(Joi.string().pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}(:(ro|rw))?$/))
    .max(64),
  secrets: secretsSchema,
  strategy: Joi.string().valid(...strategyNames),
  pull: Joi.string().valid(...pullPolicies),
  reschedule: Joi.string().valid(...reschedulePolicies),
  policy: idSchema,
  project: idSchema,
  ...runtimeKeys,
});

/** The body of an update. An existing limit cannot be removed, so 0 is not allowed. */
export const updateSchema = Joi.object<ContainerUpdate>({
  cpus: Joi.number().min(0.01).max(10_000).precision(3),
  memory: Joi.number().integer().min(minMemoryMiB).messages(inMegabytes).max(1_000_000_000),
  memory_swap: imageConfigKeys.memory_swap,
  pids_limit: imageConfigKeys.pids_limit,
  restart_policy: imageConfigKeys.restart_policy,
})
  .min(1)
  .required()
  .messages({ 'object.min': 'the body must have cpus, memory, memory_swap, pids_limit or restart_policy' });

const conflictMessages = { 'image.conflict': '{{#label}} {{#reason}}' };

/** citadel's Image. */
export const imageConfigSchema = Joi.object(imageConfigKeys)
  .fork('name', (name) => name.required())
  .fork('type', (type) => type.default('multi'))
  .fork('restart_policy', (policy) => policy.default({}))
  .custom(refuseConflict)
  .messages(conflictMessages)
  .required();

export const savedReference = Joi.string()
  .pattern(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}(@[1-9]\d{0,8})?$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the name of a saved image config, like redis or redis@2' });

/** Without defaults: those come from the saved config. */
const derivedImageSchema = Joi.object(imageConfigKeys)
  .append({ from: savedReference.required() })
  .custom(refuseConflict)
  .messages(conflictMessages);

/** The body of POST /apiv1/container: citadel's Image, or a saved image config with changes. */
export const imageRequestSchema = Joi.when(Joi.object({ from: Joi.exist() }).unknown(), {
  // biome-ignore lint/suspicious/noThenProperty: Joi's word
  then: derivedImageSchema,
  otherwise: imageConfigSchema.fork('name', (name) =>
    name.messages({ 'any.required': '{{#label}} is required: the name of the image to run' }),
  ),
}).required();

/** Reported at the field, so that its path is in the answer. */
function refuseConflict(image: Partial<ImageConfig>, helpers: Joi.CustomHelpers): unknown {
  const conflict = conflictOf(image);
  if (!conflict) return image;
  const { field, reason } = conflict;
  const { state } = helpers;
  return helpers.error('image.conflict', { reason }, state.localize?.([...(state.path ?? []), field]));
}

/** Rejects a port that is bound twice: no engine could run it. */
function refuseOverlap(bindings: PortBinding[], helpers: Joi.CustomHelpers): unknown {
  for (const [index, binding] of bindings.entries()) {
    const { proto, port } = binding;
    if (port && bindings.slice(0, index).some((other) => areSamePort(binding, other))) {
      return helpers.error('ports.overlap', { proto, port });
    }
  }
  return bindings;
}

function areSamePort(a: PortBinding, b: PortBinding): boolean {
  return a.proto === b.proto && a.port === b.port && overlaps(a.host_ip, b.host_ip);
}

function refuseRetries(policy: ImageConfig['restart_policy'], helpers: Joi.CustomHelpers): unknown {
  if (policy.name === 'on-failure' || policy.maximum_retry === undefined) return policy;
  const { maximum_retry: retries, ...rest } = policy;
  return retries === 0 ? rest : helpers.error('retries.useless');
}
