import Joi from 'joi';
import type { NetworkAttachment } from '../model/image-config.ts';
import { thingName } from './thing-name.ts';

const attachmentKeys: Record<keyof NetworkAttachment, Joi.Schema> = {
  name: thingName.required(),
  aliases: Joi.array().items(thingName).max(64),
  ip: Joi.string().ip({ version: 'ipv4', cidr: 'forbidden' }),
  ip6: Joi.string().ip({ version: 'ipv6', cidr: 'forbidden' }),
  mac_address: Joi.string()
    .pattern(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/)
    .messages({ 'string.pattern.base': '{{#label}} must be like 02:42:ac:11:00:02' }),
  link_local_ips: Joi.array()
    .items(Joi.string().ip({ cidr: 'forbidden' }))
    .max(16),
  links: Joi.array()
    .items(
      Joi.string()
        .pattern(/^[a-zA-Z0-9][\w.-]{0,127}(:[a-zA-Z0-9_][\w.-]{0,254})?$/)
        .messages({ 'string.pattern.base': '{{#label}} must be like NAME or NAME:ALIAS' }),
    )
    .max(64),
  driver_opts: Joi.object().pattern(/^[^=\0]{1,256}$/, Joi.string().allow('').max(4096)),
  gw_priority: Joi.number().integer().min(-1_000_000).max(1_000_000),
};

/** The options of a container in a network. */
export const endpointKeys = { aliases: attachmentKeys.aliases, ip: attachmentKeys.ip, ip6: attachmentKeys.ip6 };

/** Networks of the engine, without duplicates. */
export const networksSchema = Joi.array()
  .items(Joi.alternatives(thingName, Joi.object(attachmentKeys)))
  .max(64)
  .unique((a: unknown, b: unknown) => nameOf(a) === nameOf(b))
  .messages({
    'alternatives.types': '{{#label}} must be the name of a network, or an object with name, aliases, ip and ip6',
    'array.unique': '{{#label}} is a duplicate network',
  });

function nameOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : entry;
}
