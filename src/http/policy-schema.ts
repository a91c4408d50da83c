import Joi from 'joi';
import { hostNamespaces, type PolicyRules, volumeTypes } from '../model/policy.ts';
import { cdiName } from './placement-schema.ts';

const texts = (text: Joi.StringSchema) => Joi.array().items(text).max(256).unique();
const word = Joi.string()
  .max(256)
  .pattern(/^[\x21-\x7e]+$/)
  .messages({ 'string.pattern.base': '{{#label}} must have no spaces and no letters outside ASCII' });

/** If folders overlap, one could be modified through the other. */
const bindMounts = texts(
  Joi.string()
    .max(4096)
    .pattern(/^(\/(?!\.{1,2}(\/|:|$))[^/:\0]+)+(:ro)?$|^\/:ro$/)
    .messages({
      'string.pattern.base':
        '{{#label}} must be an absolute path without "..", "." and "//", with :ro for read-only access',
    }),
)
  .custom(refuseOverlap)
  .messages({
    'binds.overlap':
      '{{#label}} has {{#path}}, which can be written to, and {{#other}}: one of them is in the other, where a symbolic link could lead anywhere',
  });

function refuseOverlap(rules: readonly string[], helpers: Joi.CustomHelpers): unknown {
  const pathOf = (rule: string) => rule.replace(/:ro$/, '').replace(/^\/$/, '');
  for (const rule of rules.filter((each) => !each.endsWith(':ro'))) {
    const isIn = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);
    const other = rules.find((each) => each !== rule && (isIn(pathOf(each), rule) || isIn(rule, pathOf(each))));
    if (other !== undefined) return helpers.error('binds.overlap', { path: rule, other });
  }
  return rules;
}

/** Checked by the compiler: exactly the keys of the type. */
const keys: Record<keyof PolicyRules, Joi.Schema> = {
  privileged: Joi.boolean(),
  host_namespaces: Joi.array()
    .items(Joi.valid(...hostNamespaces))
    .unique(),
  other_containers: Joi.boolean(),
  bind_mounts: bindMounts,
  volume_drivers: texts(word),
  volume_types: Joi.array()
    .items(Joi.valid(...volumeTypes))
    .unique(),
  capabilities: texts(
    Joi.string()
      .max(64)
      .pattern(/^(?!CAP_)[A-Z_]+$/)
      .messages({ 'string.pattern.base': '{{#label}} must be like NET_ADMIN, without CAP_' }),
  ),
  devices: texts(
    Joi.string()
      .max(256)
      .pattern(new RegExp(`^(/(?!\\.{1,2}(/|$))[^/:\\0]+)+$|${cdiName.source}`))
      .messages({
        'string.pattern.base':
          '{{#label}} must be an absolute path without "..", "." and "//", or the name of a CDI device',
      }),
  ),
  gpus: Joi.boolean(),
  device_cgroup_rules: texts(Joi.string().max(64)),
  registries: texts(
    Joi.string()
      .max(255)
      .pattern(/^[a-zA-Z0-9.:-]+(\/[a-z0-9._-]+)*$/)
      .messages({ 'string.pattern.base': '{{#label}} must be like registry.example:5000 or docker.io/library' }),
  ),
  security_opt: texts(Joi.string().max(4096)),
  sysctls: texts(word),
  runtimes: texts(word),
  cgroup_parents: texts(word),
  log_drivers: texts(word),
  log_options: texts(word),
  record_sessions: Joi.boolean(),
  docker_fields: texts(word),
};

export const policyRulesSchema = Joi.object<PolicyRules>(keys).required();
