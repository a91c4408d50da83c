import Joi from 'joi';

/** Docker says null for nothing. */
export interface RawContainer {
  readonly Image: string;
  readonly Cmd?: string | readonly string[] | null;
  readonly Entrypoint?: string | readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly Hostname?: string | null;
  readonly Domainname?: string | null;
  readonly ExposedPorts?: Readonly<Record<string, object>> | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Volumes?: Readonly<Record<string, object>> | null;
  readonly HostConfig?: RawHostConfig | null;
  /** Here until Docker 1.6, and taken there still. */
  readonly Memory?: number | null;
  readonly CpuShares?: number | null;
}

interface RawHostConfig {
  readonly Binds?: readonly string[] | null;
  readonly CpuShares?: number | null;
  readonly Devices?: readonly RawDevice[] | null;
  readonly Links?: readonly string[] | null;
  readonly Memory?: number | null;
  readonly NanoCpus?: number | null;
  readonly NetworkMode?: string | null;
  readonly PortBindings?: Readonly<Record<string, readonly RawBinding[] | null>> | null;
  readonly PublishAllPorts?: boolean | null;
  readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } | null;
  readonly VolumesFrom?: readonly string[] | null;
}

export interface RawBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

export interface RawDevice {
  readonly PathOnHost: string;
  readonly PathInContainer?: string;
  readonly CgroupPermissions?: string;
}

const text = Joi.string().allow('');
const texts = Joi.array().items(text).allow(null);
const textOrTexts = Joi.alternatives(text, texts).messages({
  'alternatives.types': '{{#label}} must be a list of texts',
});
const amount = Joi.number().integer().min(0).allow(null);
const anything = Joi.object().pattern(Joi.string(), Joi.object()).allow(null);
const keptText = text.allow(null);

const hostPort = text
  .pattern(/^\d{1,5}$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the number of one port' });

const hostConfig: Record<keyof RawHostConfig, Joi.Schema> = {
  Binds: texts,
  CpuShares: amount,
  Devices: Joi.array()
    .items(Joi.object({ PathOnHost: text.required(), PathInContainer: text, CgroupPermissions: text }))
    .allow(null),
  Links: texts,
  Memory: amount,
  NanoCpus: amount,
  NetworkMode: keptText,
  PortBindings: Joi.object()
    .pattern(
      Joi.string(),
      Joi.array()
        .items(Joi.object({ HostIp: text, HostPort: hostPort }))
        .allow(null),
    )
    .allow(null),
  PublishAllPorts: Joi.boolean().allow(null),
  RestartPolicy: Joi.object({ Name: text, MaximumRetryCount: Joi.number().integer() }).allow(null),
  VolumesFrom: texts,
};

const container: Record<keyof RawContainer, Joi.Schema> = {
  Image: Joi.string().required(),
  Cmd: textOrTexts,
  Entrypoint: textOrTexts,
  Env: texts,
  Hostname: keptText,
  Domainname: keptText,
  ExposedPorts: anything,
  Labels: Joi.object().pattern(Joi.string(), text).allow(null),
  Volumes: anything,
  HostConfig: Joi.object(hostConfig).unknown().allow(null),
  Memory: amount,
  CpuShares: amount,
};

/** What we understand of the body of Docker's container create; of the rest it is asked whether it says anything. */
export const rawContainerSchema = Joi.object<RawContainer>(container).unknown();
export const understood = { container: Object.keys(container), hostConfig: Object.keys(hostConfig) };
