import { readFileSync } from 'node:fs';

/** The examples of calzion's own documentation, word for word: what is indented is one. */
const text = readFileSync('test/template/calzion-examples.txt', 'utf8');

const blocks = text
  .split(/^(?=\S)/m)
  .map((part) => part.split('\n').filter((line) => /^ {4}\S|^ {5,}/.test(line)))
  .filter((lines) => lines.length > 0)
  .map((lines) => `${lines.join('\n')}\n`);

function blockWith(words: string): string {
  const found = blocks.filter((block) => block.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} examples with ${words}`);
  return found[0] ?? '';
}

/** Templates by what they show. */
export const templates = {
  application: blockWith('my-webapp:'),
  fixedPorts: blockWith('{driver: 28015'),
  assignedPorts: blockWith('driver, cluster, web'),
  assignedPortsInFull: blockWith('{driver: assign'),
  wanPorts: blockWith('wan_map'),
  domains: blockWith('Domains:'),
} as const;

export const command = /``(\.\/calzion [^`]+)``/.exec(text)?.[1] ?? '';

/** What the command comes to, in the order in which it is written there: services with their definitions. */
export const calls = [
  ...blockWith('create_deployment').matchAll(/set_service\('myapp-staging, '([^']+)', +({.*?})\)/g),
].map(([, service = '', definition = '']) => [service, JSON.parse(definition.replaceAll("'", '"'))] as const);
