import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ApiDocument } from './document.ts';
import { Html, html } from './html.ts';
import type { Content, Operation, Parameter } from './operation.ts';
import { schemaHtml } from './page-schema.ts';

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#222;background:#fff}
code{font-size:.9em}summary{cursor:pointer}section{border-top:1px solid #ccc;padding:.5rem 0}
.method{display:inline-block;min-width:4.5rem;font-weight:bold}input{font:inherit;width:20rem;max-width:100%}
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}
small{color:#555}@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}a{color:#9cf}small{color:#aaa}}`;

/** The page loads nothing and runs no scripts. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Entry {
  /** The searchable text, in lower case. */
  readonly words: string;
  readonly section: Html;
}

/** The document as an HTML page. */
export class ApiPage {
  readonly #about: string;
  readonly #routes: readonly Entry[];
  readonly #schemas: readonly Html[];

  private constructor(about: string, routes: readonly Entry[], schemas: readonly Html[]) {
    this.#about = about;
    this.#routes = routes;
    this.#schemas = schemas;
  }

  /** Yields to other requests between the paths. */
  static async make({ info, paths, components }: ApiDocument): Promise<ApiPage> {
    const routes: Entry[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      await setImmediate();
      for (const [method, operation] of Object.entries(methods)) {
        const { summary, description, tags } = operation;
        const words = [method, path, summary, description, ...tags, ...operation.parameters.map(({ name }) => name)];
        routes.push({ words: words.join(' ').toLowerCase(), section: routeHtml(method, path, operation) });
      }
    }
    await setImmediate();
    const schemas = Object.entries(components.schemas).map(
      ([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>${schemaHtml(schema)}</section>`,
    );
    return new ApiPage(info.description, routes, schemas);
  }

  /** The routes that match all words; without a search, all routes and the schemas. */
  showing(search: string): string {
    const words = search.toLowerCase().split(/\s+/);
    const found = this.#routes.filter((route) => words.every((word) => route.words.includes(word)));
    const schemas = html`<h2>Schemas</h2>${this.#schemas}`;
    const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Satsuma API</title>
<meta name="viewport" content="width=device-width"><style>${new Html(style)}</style></head><body>
<h1>Satsuma API</h1><p>${this.#about}</p>
<p>The same for programs: <a href="/openapi.json">/openapi.json</a>.</p>
<form action="/docs" method="get"><label>Search <input type="search" name="q" maxlength="128" value="${search}"></label>
<button>Search</button></form>
<h2>${found.length} routes</h2>${found.map(({ section }) => section)}
${schemas}
</body></html>
`;
    return page.text;
  }
}

function routeHtml(method: string, path: string, operation: Operation): Html {
  const { summary, description, parameters, requestBody, responses } = operation;
  const answers = Object.entries(responses).map(
    ([status, { description: meaning, content }]) =>
      html`<li><b>${status}</b> ${meaning}${content && html`: ${contentHtml(content)}`}</li>`,
  );
  return html`<section id="${operation.operationId}"><details><summary><span class="method">${method.toUpperCase()}</span>
<code>${path}</code> ${summary}</summary><p>${description}</p>
${parameters.length > 0 ? html`<h4>Parameters</h4>${parametersHtml(parameters)}` : ''}
${requestBody && html`<h4>Body${requestBody.required ? '' : ' (optional)'}</h4>${contentHtml(requestBody.content)}`}
<h4>Answers</h4><ul>${answers}</ul></details></section>
`;
}

function parametersHtml(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      html`<tr><td><code>${name}</code></td><td>${place}${required ? ', required' : ''}</td><td>${schemaHtml(schema)}</td></tr>`,
  );
  return html`<table><tr><th>name</th><th>in</th><th>value</th></tr>${rows}</table>`;
}

function contentHtml(content: Content): Html {
  return html`${Object.entries(content).map(([type, { schema }]) => html`<code>${type}</code> ${schemaHtml(schema)} `)}`;
}
