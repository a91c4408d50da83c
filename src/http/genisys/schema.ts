import Joi from 'joi';
import { shellWords } from '../../model/shell-words.ts';
import { imageConfigSchema, text, variableName } from '../image-schema.ts';
import { idSchema } from '../validation.ts';
import { type Definition, parsePort } from './definition.ts';

const command = Joi.string()
  .allow('', null)
  .max(32_768)
  .custom((line: string, helpers) => shellWords(line) ?? helpers.error('command.open'))
  .messages({ 'command.open': '{{#label}} has an unterminated quote or backslash' });

/** YAML and JSON allow numbers; a container's values are strings. */
const value = Joi.alternatives(text, Joi.number().unsafe(), Joi.boolean())
  .custom(String)
  .messages({ 'alternatives.types': '{{#label}} must be a text, a number, true or false' });

const port = Joi.alternatives(Joi.string(), Joi.number())
  .custom((given: string | number, helpers) => parsePort(String(given)) ?? helpers.error('port.none'))
  .messages({ '*': '{{#label}} must be a port of the container, like "8080" or "53/udp"' });

const keys: Record<keyof Definition, Joi.Schema> = {
  image: imageConfigSchema.extract('name'),
  command,
  environment: Joi.object().pattern(variableName, value).allow(null),
  ports: Joi.array().items(port).max(256).unique().allow(null),
};

interface NamedDefinition extends Definition {
  readonly name: string;
}

/** POST /service */
export const newDefinitionSchema = Joi.object<NamedDefinition>({ ...keys, name: idSchema.required() });

/** PUT /service/{name}. The body may repeat the name. */
export function definitionSchema(name: string): Joi.ObjectSchema<Partial<NamedDefinition> & Definition> {
  const messages = { 'any.only': `{{#label}} must be "${name}": a service cannot be renamed` };
  return Joi.object({ ...keys, name: Joi.string().valid(name).messages(messages) });
}

const max = 10_000;
const noNumber = `Invalid value for number parameter. A whole number from 0 to ${max} is expected`;

/** POST /service/{name}/scale. Genisys sends the number as stored in Consul, as a string. Other fields are ignored. */
export const scaleSchema = Joi.object<{ number: number }>({
  number: Joi.alternatives(Joi.number(), Joi.string().pattern(/^\s*\+?\d+\s*$/))
    .custom((given: string | number, helpers) => {
      const number = Number(given);
      return Number.isInteger(number) && number >= 0 && number <= max ? number : helpers.error('any.invalid');
    })
    .required()
    .messages({ '*': noNumber, 'any.required': '{{#label}} is required' }),
}).unknown();
