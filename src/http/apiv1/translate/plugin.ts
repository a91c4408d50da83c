import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import type { TranslateBody } from '../../../api/translate.ts';
import { networkingWithin } from '../../../commands/translate/networking.ts';
import { TranslationProcess } from '../../../commands/translate/translation-process.ts';
import { readRunLine } from '../../../run-options/read-run-line.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { ownProject } from '../../within-scope.ts';

/** It is read in one go, while nobody else is served. */
const maxLineLength = 16 * 1024;
const maxFileLength = 128 * 1024;

const body = Joi.object<TranslateBody>({
  run: Joi.string().max(maxLineLength),
  compose: Joi.string().max(maxFileLength),
  template: Joi.string().max(maxFileLength),
  name: Joi.string().max(63),
  project: idSchema,
  profiles: Joi.array().items(Joi.string().max(128)).max(100),
})
  .xor('run', 'compose', 'template')
  .without('run', ['name', 'project', 'profiles'])
  .without('template', ['project', 'profiles'])
  .required();

/** Docker's words, and calzion's, in those of the API, for clients that have only the text. */
export const translatePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-translate',
  register: (server, { cluster }) => {
    const translator = new TranslationProcess();
    server.events.on('stop', () => translator.end());
    server.route<{ Payload: TranslateBody }>({
      method: 'POST',
      path: '/apiv1/translate',
      options: {
        description:
          'Translate a line of docker run, a Compose file, or a template, into bodies of the API; changes nothing',
        plugins: needs('plan', 'container'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: body },
      },
      handler: async (request) => {
        const { payload, app } = request;
        if ('run' in payload) return success(readRunLine(payload.run));
        if ('template' in payload) return success(await translator.translateTemplate(payload));
        const owned = { ...payload, ...ownProject(cluster, request, payload.project) };
        return success(
          await translator.translateCompose({ ...owned, networking: networkingWithin(cluster, app.scope) }),
        );
      },
    });
  },
};
