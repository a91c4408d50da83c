import type { Readable } from 'node:stream';
import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { findAwaitedCode, receiveCode } from '../../commands/deployments/receive-code.ts';
import { contentsOf, Spool } from '../../execution/archives/spool.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requireBesides } from '../access-guard.ts';
import { deploymentName } from '../deployment-schema.ts';
import { boundaryIn, type FormPart, formParts, textOf } from '../multipart.ts';
import { requireSetUp } from '../require-set-up.ts';
import { needs } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { untilStop } from '../until-stop.ts';
import { drained, streamedPayload, uploaded } from '../uploaded.ts';
import { check, sentenceOf } from '../validation.ts';
import type { AskedDomains } from './asked-domains.ts';
import { paths } from './names.ts';
import { eventLines } from './set-up.ts';
import { answerLines, type StreamLine } from './stream.ts';

/** Of the tree of an app. */
const maxBytes = 2 ** 30;
/** The longest text of a field: `data` is an object with the name of a version. */
const maxFieldBytes = 64 * 1024;

interface UploadForm {
  readonly deploy_id: string;
  readonly service_name: string;
  readonly data?: unknown;
}

const formSchema = Joi.object<UploadForm>({
  deploy_id: deploymentName.required(),
  service_name: Joi.string().max(128).required(),
  data: Joi.object({
    app: Joi.object({ version: Joi.alternatives(Joi.string().max(256), Joi.number()).allow(null) }).unknown(),
  }).unknown(),
}).required();

interface UploadOptions {
  readonly domains: AskedDomains;
  /** For tests. */
  readonly limitBytes?: number;
}

/** A client uploads the code that a set-up asked for. It is built and set up, and the lines of both are the answer. */
export function uploadRoutes(server: Server, cluster: Cluster, options: UploadOptions): void {
  const stopping = untilStop(server);
  for (const path of paths('upload')) {
    server.route<{ Payload: Readable }>({
      method: 'POST',
      path,
      options: {
        plugins: needs('create', 'service'),
        payload: { ...streamedPayload, maxBytes: maxBytes + 2 ** 20 },
      },
      handler: async (request, h) => {
        // It runs what its client says.
        for (const noun of ['engine-image', 'container'] as const)
          requireBesides(cluster, request, { verb: 'create', noun });
        return await answerLines(request, h, stopping, (signal) => lines(cluster, request, options, signal));
      },
    });
  }
}

async function* lines(
  cluster: Cluster,
  request: Request<{ Payload: Readable }>,
  { domains, limitBytes = maxBytes }: UploadOptions,
  signal: AbortSignal,
): AsyncGenerator<StreamLine> {
  const spool = await Spool.open();
  try {
    const { deploy_id: deployment, service_name: service } = await formOf(request, spool, limitBytes);
    const { principal } = request.app;
    const { key, definition, globals: known } = await findAwaitedCode(cluster, { deployment, service }, principal);
    const globals = domains.of(deployment, principal);
    requireSetUp(cluster, request, { services: { [key]: definition }, globals: { ...known, ...globals } });
    const whole = { offset: 0, size: spool.offset };
    const code = { deployment, service, globals, open: () => contentsOf(spool.file, whole) };
    const permit = (image: ImageConfig) => underPolicy(cluster, request, image);
    yield* eventLines(cluster, deployment, receiveCode(cluster, code, { permit, principal, signal }));
  } finally {
    await spool.close();
    await drained(request.payload);
  }
}

/** Fields may come after the file. Throws `invalid`, `disk_full`. */
async function formOf(
  { payload, headers }: Request<{ Payload: Readable }>,
  spool: Spool,
  limitBytes: number,
): Promise<UploadForm> {
  const { 'content-type': type } = headers as { readonly 'content-type'?: string };
  const fields: Record<string, unknown> = {};
  let hasApp = false;
  for await (const part of formParts(uploaded(payload), boundaryIn(type))) {
    const { name, content } = part;
    if (Object.hasOwn(fields, name) || (name === 'app' && hasApp))
      throw new SatsumaError('invalid', `the form has ${JSON.stringify(name)} twice`);
    if (name !== 'app') {
      fields[name] = await fieldOf(part);
      continue;
    }
    hasApp = true;
    for await (const bytes of content) {
      if (spool.offset + bytes.length > limitBytes)
        throw new SatsumaError('invalid', `the code of an app may have ${limitBytes / 2 ** 20} MiB`);
      await spool.write(bytes);
    }
  }
  const checked = check(formSchema, fields);
  if (!('value' in checked)) throw new SatsumaError('invalid', sentenceOf(checked.problems));
  if (!hasApp) throw new SatsumaError('invalid', 'the form has no file "app"');
  return checked.value;
}

async function fieldOf(part: FormPart): Promise<unknown> {
  const text = await textOf(part, maxFieldBytes);
  if (part.name !== 'data') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SatsumaError('invalid', '"data" must be JSON', { cause });
  }
}
