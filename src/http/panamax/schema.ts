import Joi from 'joi';
import { protocols } from '../../model/image-config.ts';
import { shellWords } from '../../model/shell-words.ts';
import { imageConfigSchema } from '../image-schema.ts';
import { idSchema, strictValidation } from '../validation.ts';
import {
  desiredStates,
  type PostedPort,
  type PostedReference,
  type PostedService,
  type PostedVolume,
} from './entity.ts';
import { objectWithSpellings } from './spellings.ts';

/** For absent values, an agent written in Go sends 0 and "", one in Ruby null and numbers as strings. */
const nothing = Joi.valid('', null);
const port = Joi.number().integer().min(1).max(65_535).empty(nothing);
const text = Joi.string().max(32_768).empty(nothing);
const list = (item: Joi.Schema, max = 256) =>
  Joi.array().items(item).max(max).empty(null).default([]).messages({ 'array.base': '{{#label}} must be a list' });
const word = (...values: readonly string[]) =>
  Joi.string()
    .insensitive()
    .valid(...values)
    .empty(nothing);

const path = (pattern: RegExp) =>
  text.pattern(pattern).messages({ 'string.pattern.base': '{{#label}} must be a path without ":"' });

const reference = Joi.object({ name: text.max(256), service: text.max(256) } satisfies Keys<PostedReference>)
  .or('name', 'service')
  .messages({ 'object.missing': '{{#label}} must have the "name" of a service' });

const link = reference.append({ alias: idSchema.empty(nothing) });

const posted = objectWithSpellings(
  {
    containerPort: port.required(),
    hostPort: port.min(0),
    hostInterface: Joi.string().ip({ cidr: 'forbidden' }).empty(nothing),
    protocol: word(...protocols).default('tcp'),
  } satisfies Keys<PostedPort>,
  {
    container_port: 'containerPort',
    host_port: 'hostPort',
    host_interface: 'hostInterface',
    proto: 'protocol',
  },
);

const variable = Joi.object({
  variable: Joi.string()
    .pattern(/^[^=\0]{1,1024}$/)
    .required(),
  value: Joi.alternatives(text, Joi.number(), Joi.boolean()).empty(null).default(''),
  // Public templates use these for their readers; earlier adapters ignored both.
  required: Joi.any().strip(),
  description: Joi.any().strip(),
});

const volume = objectWithSpellings(
  {
    containerPath: path(/^\/[^:\0]*$/).required(),
    hostPath: path(/^[^:\0]+$/),
  } satisfies Keys<PostedVolume>,
  { container_path: 'containerPath', host_path: 'hostPath' },
);

const keys: Keys<PostedService> = {
  name: Joi.string().trim().max(256).required(),
  source: imageConfigSchema.extract('name'),
  command: text.custom(refuseOpenQuote).messages({ 'command.open': '{{#label}} has a quote without an end' }),
  links: list(link),
  ports: list(posted),
  expose: list(port),
  environment: list(variable, 1024),
  volumes: list(volume),
  volumesFrom: list(
    Joi.alternatives(
      reference,
      text.max(256).custom((name: string) => ({ name })),
    ),
  ),
  // Each adapter has its own keys here, and ignores those of the others.
  deployment: Joi.object({ count: Joi.number().integer().min(0).max(10_000).empty(nothing) })
    .pattern(Joi.string(), Joi.any().strip())
    .empty(null)
    .default({}),
  desiredState: word(...desiredStates).default('started'),
};

/** Read-only fields, and fields without a meaning for adapters: clients send whole entities back. */
const ignored = [
  ...['id', 'currentState', 'current_state', 'actualState', 'actual_state'],
  ...['message', 'categories', 'type', 'description'],
];

const service = objectWithSpellings(
  { ...keys, ...Object.fromEntries(ignored.map((key) => [key, Joi.any().strip()])) },
  { volumes_from: 'volumesFrom', desired_state: 'desiredState' },
);

const validate = { ...strictValidation, options: { ...strictValidation.options, convert: true } };

/** The body of POST /v1/services. */
export const postedServices = {
  ...validate,
  payload: Joi.array()
    .items(service)
    .max(256)
    .required()
    .messages({ 'array.base': 'the body must be a list of services' }),
};

/** The body of PUT /v1/services/{id}. */
export const changedService = {
  ...validate,
  payload: objectWithSpellings({ desiredState: word(...desiredStates).required() }, { desired_state: 'desiredState' })
    .unknown()
    .required(),
};

/** Checked by the compiler: exactly the keys of the type. */
type Keys<Entity> = Record<keyof Entity, Joi.Schema>;

function refuseOpenQuote(line: string, helpers: Joi.CustomHelpers): unknown {
  return shellWords(line) ? line : helpers.error('command.open');
}
