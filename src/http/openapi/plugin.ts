import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { forAnyone } from '../route-rules.ts';
import { strictValidation } from '../validation.ts';
import { type ApiDocument, makeDocument } from './document.ts';
import { ApiPage, contentSecurityPolicy } from './page.ts';

const query = Joi.object({ q: Joi.string().allow('').max(128) });

/** The API as an OpenAPI document, and as an HTML page. Public, because the program is. */
export const openApiPlugin: Plugin<void> = {
  name: 'openapi',
  register: (server) => {
    // Each is generated at the first request, and cached.
    let made: Promise<ApiDocument> | undefined;
    let text: Promise<string> | undefined;
    let page: Promise<ApiPage> | undefined;
    const document = () => {
      made ??= makeDocument(server);
      return made;
    };
    server.route({
      method: 'GET',
      path: '/openapi.json',
      options: { description: 'Show this API as an OpenAPI document', plugins: forAnyone, validate: strictValidation },
      handler: async (_, h) => {
        text ??= document().then((whole) => JSON.stringify(whole));
        return h.response(await text).type('application/json; charset=utf-8');
      },
    });
    server.route<{ Query: { readonly q?: string } }>({
      method: 'GET',
      path: '/docs',
      options: {
        description: 'Show this API as a page; ?q= searches it',
        plugins: forAnyone,
        validate: { ...strictValidation, query },
      },
      handler: async ({ query: { q = '' } }, h) => {
        page ??= document().then((whole) => ApiPage.make(whole));
        return h
          .response((await page).showing(q))
          .type('text/html; charset=utf-8')
          .header('content-security-policy', contentSecurityPolicy)
          .header('x-content-type-options', 'nosniff')
          .header('referrer-policy', 'no-referrer');
      },
    });
  },
};
