import test from 'ava';
import { translateTemplateText } from '../../../src/commands/translate/translate-template.ts';
import { SatsumaError } from '../../../src/model/errors.ts';

function refusalOf(template: string): unknown {
  try {
    translateTemplateText({ template, name: 'shop' });
  } catch (error) {
    return error instanceof SatsumaError ? `${error.message} ${JSON.stringify(error.details)}` : error;
  }
  return undefined;
}

test('a template is what plans and sets up a deployment, as it is written', (t) => {
  const template =
    'redis:7:\n  ports: 6379\nweb:\n  env: { AT: "{DEPLOY_ID}" }\nDomains:\n  shop.example: { http: "shop:web" }\n';
  t.deepEqual(translateTemplateText({ template, name: 'shop' }), {
    services: { 'redis:7': { ports: 6379 }, web: { env: { AT: '{DEPLOY_ID}' } } },
    globals: { Domains: { 'shop.example': { http: 'shop:web' } } },
  });
  t.deepEqual(translateTemplateText({ template: '{"redis": {}}' }), { services: { redis: {} }, globals: {} });
});

test('what is wrong is told with its line, and nothing but the text is read', (t) => {
  t.regex(String(refusalOf('web:\n  colour: red\n')), /template\.yaml:2: web\.colour/);
  t.regex(String(refusalOf('web: [\n')), /template\.yaml:/);
  t.regex(String(refusalOf('')), /template/);
  t.regex(String(refusalOf('Includes: /etc/passwd\nweb: {}\n')), /only the text itself is read/);
  t.regex(String(refusalOf('web:\n  git: .\n')), /"satsuma deploy" sends them/);
});
