import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { describeConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';

/** A folder with these files, gone when the test is. */
function folder(t: ExecutionContext, files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-genisys-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

const load = (dir: string, genisys: object, others: object = {}) => {
  const file = join(dir, 'satsuma.json');
  writeFileSync(file, JSON.stringify({ doors: { genisys }, ...others }));
  return loadConfig({ env: {}, file });
};

/** The one that the connector's documentation shows. */
const connector = (service_file: string, bind = '127.0.0.1') => `connector:
  # Server address to bind to.
  bind: ${bind}

  # Application port
  port: 7051

  # Path to compute definitions
  service_file: ${service_file}

docker:
  # URL of the Docker server
  url: unix://var/run/docker.sock
`;
const services = { web: { name: 'web', image: 'demo/web:1', environment: { TOKEN: 'geheim' } } };
const listen = { host: '127.0.0.1', port: 7051 };

test('the services are read from YAML or JSON relative to the configuration, and their secrets are not shown', (t) => {
  const dir = folder(t, {
    'services.json': JSON.stringify(services),
    'services.yml': 'web:\n  name: web\n  image: demo/web:1\n  environment: { TOKEN: geheim }\n',
  });
  for (const name of ['services.json', './services.yml']) {
    const config = load(dir, { 'listen-addr': '127.0.0.1:7051', 'services-file': name, 'count-by': 'image' });
    const path = join(dir, name);
    t.deepEqual(config.doors.genisys, {
      ...{ listen, countBy: 'image', servicesFile: { path, definitions: services } },
    });
    const genisys = { 'listen-addr': '127.0.0.1:7051', 'services-file': path, 'count-by': 'image' };
    t.deepEqual(describeConfig(config).doors, { genisys });
  }
});

test('without a file there are no services, and containers are counted by service', (t) => {
  const config = load(folder(t, {}), { 'listen-addr': '127.0.0.1:7051' });
  t.deepEqual(config.doors.genisys, { listen, countBy: 'service' });
});

test('the connector’s own file defines the address and the services', (t) => {
  const dir = folder(t, {
    'genisys-connector.yml': connector('./services.yaml'),
    'services.yaml': JSON.stringify(services),
  });
  const config = load(dir, { 'connector-file': 'genisys-connector.yml' });
  const servicesFile = { path: join(dir, 'services.yaml'), definitions: services };
  const connectorFile = join(dir, 'genisys-connector.yml');
  t.deepEqual(config.doors.genisys, { ...{ listen, countBy: 'service', servicesFile, connectorFile } });
  const { warnings: _, ...file } = describeConfig(config);
  t.deepEqual(loadConfig({ env: {}, overrides: file }).doors, config.doors, 'its description is a file again');
});

test('explicit settings override the connector’s file', (t) => {
  const dir = folder(t, { 'c.yml': connector('./services.py'), 'services.py': '', 's.json': JSON.stringify(services) });
  const config = load(dir, { ...{ 'connector-file': 'c.yml', 'services-file': 's.json', 'listen-addr': '[::1]:1' } });
  t.like(config.doors.genisys, { listen: { host: '::1', port: 1 }, servicesFile: { path: join(dir, 's.json') } });
});

test('the connector’s example file, with a missing services.py, starts without services', (t) => {
  const dir = folder(t, { 'genisys-connector.yml': connector('./services.py') });
  t.is(load(dir, { 'connector-file': 'genisys-connector.yml' }).doors.genisys?.servicesFile, undefined);
});

test('an open address in the connector’s file needs the operator’s permission as well', (t) => {
  const dir = folder(t, { 'c.yml': connector('null', '0.0.0.0') });
  const message = /"doors\.genisys\.listen-addr" \(.*\) is "0\.0\.0\.0:7051", which other machines can reach/;
  t.throws(() => load(dir, { 'connector-file': 'c.yml' }), { message });
  const config = load(dir, { 'connector-file': 'c.yml' }, { insecure: true });
  t.like(config.doors.genisys, { listen: { host: '0.0.0.0', port: 7051 } });
});

const refused = test.macro((t, files: Record<string, string>, genisys: object, message: RegExp) => {
  t.throws(() => load(folder(t, files), genisys), { code: 'invalid', message });
});
const given = (services: string) => ({ 'listen-addr': '127.0.0.1:1', 'services-file': services });

test(
  'services in Python are refused with a remedy',
  refused,
  { 'c.yml': connector('./services.py'), 'services.py': 'web = {}' },
  { 'connector-file': 'c.yml' },
  /services\.py: is a program in Python.* "services-file".* curl http:\/\/CONNECTOR:7051\/service > .*\/services\.json/,
);
test('a missing services file', refused, {}, given('s.yml'), /\/s\.yml: there is no such file$/);
test(
  'a services file that is a list',
  refused,
  { 's.yml': '[]' },
  given('s.yml'),
  /an object with services by name is/,
);
test('a missing connector’s file', refused, {}, { 'connector-file': 'c.yml' }, /\/c\.yml: there is no such/);
test(
  'a connector’s file without a port',
  refused,
  { 'c.yml': 'connector: { bind: 127.0.0.1 }' },
  { 'connector-file': 'c.yml' },
  /\/c\.yml: "connector\.port" is required$/,
);
test('no address at all', refused, {}, {}, /"doors\.genisys\.listen-addr" must be HOST:PORT/);
test(
  'an unknown setting',
  refused,
  {},
  { 'listen-addr': '127.0.0.1:1', 'service-file': 'x' },
  /"doors\.genisys\.service-file" is not a setting; did you mean "services-file"\?/,
);
test('an invalid way to count', refused, {}, { ...given('x'), 'count-by': 'name' }, /must be one of service, image/);
